//! What somebody is typing on a ticket's page is kept for them, whatever comes between, until its form is taken. No deed:
//! the audit has what is sent.

use chrono::{DateTime, Duration, Utc};

use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::text;
use crate::domain::tickets::TicketNo;
use crate::domain::tickets::draft::{DRAFT_DAYS, Draft};
use crate::store::tickets;
use crate::store::tickets::draft;
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services, me};

/// Keeps what stands in a box now.
///
/// # Errors
/// A refusal when the ticket is kept no longer, or the text is too long.
pub async fn keep(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    form: &str,
    field: &str,
    words: &str,
) -> Result<(), Error> {
    authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    let draft = Draft::typed(no, form, field, words)?;
    draft::put(&tx, ticket.id, me(ctx), &draft, ctx.now).await?;
    Ok(tx.commit().await?)
}

/// A form was taken: what had been typed into it, and was sent, waits no longer. What is typed into it elsewhere, in another
/// tab or into another box of the same address, does.
pub async fn taken(services: &Services, ctx: &Ctx, form: &str, sent: &[String]) -> Result<(), Error> {
    authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let sent: Vec<String> = sent.iter().filter_map(|words| text::note("words", words, usize::MAX).ok()).collect();
    for draft in draft::in_form(&tx, me(ctx), form).await? {
        // The last letters may have been sent before they were kept.
        if sent.iter().any(|words| words.starts_with(&draft.words)) {
            draft::forget(&tx, me(ctx), &draft).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Forgets what nobody has gone on with for weeks.
pub async fn forget_old(services: &Services, now: DateTime<Utc>) -> Result<u64, Error> {
    let tx = services.store.begin().await?;
    let gone = draft::forget_older(&tx, now - Duration::days(DRAFT_DAYS)).await?;
    tx.commit().await?;
    Ok(gone)
}
