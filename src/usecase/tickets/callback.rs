//! A promised call-back that was made.

use super::timeline::{by_id, write_down};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{AccountId, CallbackId};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::callback::{Callback, InVain};
use crate::domain::tickets::{Event, TicketNo};
use crate::store::tickets::callback;
use crate::store::{Tx, audit};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::{Error, Services, me};

/// The clinic was called back as promised.
pub async fn keep(services: &Services, ctx: &Ctx, id: CallbackId) -> Result<Option<TicketNo>, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let callback = callback::find(&tx, id).await?.ok_or(Error::NotFound("callback"))?;
    if !callback::keep(&tx, id, ctx.now, ctx.actor.id).await? {
        return Err(Refusal::conflict("callback.kept", "この折返しは済んでいます").into());
    }
    let number =
        told(&by, services, &tx, ctx, &callback, Event::CallbackKept { callback: id }, "callback.keep").await?;
    tx.commit().await?;
    Ok(number)
}

/// Whoever asks rings from now on.
///
/// # Errors
/// A conflict when the clinic was called back meanwhile, or they ring already.
pub async fn take(
    services: &Services,
    ctx: &Ctx,
    id: CallbackId,
    seen: Option<AccountId>,
) -> Result<Option<TicketNo>, Error> {
    authorise::<may::CallWork>(ctx)?;
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let callback = callback::find(&tx, id).await?.ok_or(Error::NotFound("callback"))?;
    if callback.rings() == me(ctx) {
        return Err(Refusal::conflict("callback.own", "この折返しは、すでにあなたの担当です").into());
    }
    if seen.is_some_and(|seen| seen != callback.rings()) {
        return Err(Refusal::conflict("callback.taken", "ほかの人が先にこの折返しを引き受けました").into());
    }
    if !callback::take(&tx, &callback, me(ctx)).await? {
        return Err(Refusal::conflict("callback.kept", "この折返しは済んでいます").into());
    }
    let number =
        told(&by, services, &tx, ctx, &callback, Event::CallbackTaken { callback: id }, "callback.take").await?;
    tx.commit().await?;
    Ok(number)
}

/// Somebody tried to call the clinic back, in vain.
///
/// # Errors
/// Beside `how`; a conflict when it was called back meanwhile.
pub async fn tried(services: &Services, ctx: &Ctx, id: CallbackId, how: &str) -> Result<Option<TicketNo>, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let callback = callback::find(&tx, id).await?.ok_or(Error::NotFound("callback"))?;
    let unknown = || Refusal::field("how", "choice.unknown", "つながらなかった理由を選んでください");
    let how = InVain::parse(how).ok_or_else(unknown)?;
    if !callback::tried(&tx, id, ctx.now, how).await? {
        return Err(Refusal::conflict("callback.kept", "この折返しは済んでいます").into());
    }
    let event = Event::CallbackTried { callback: id, how };
    let number = told(&by, services, &tx, ctx, &callback, event, "callback.try").await?;
    tx.commit().await?;
    Ok(number)
}

/// Writes it down on the ticket, where there is one; its number.
async fn told(
    by: &Granted<may::TicketWork>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    of: &Callback,
    event: Event,
    deed: &'static str,
) -> Result<Option<TicketNo>, Error> {
    if let Some(ticket_id) = of.ticket_id
        && let Some(ticket) = by_id(by, tx, ticket_id).await?
    {
        write_down(by, services, tx, ctx, &ticket, event, deed).await?;
        return Ok(Some(ticket.number));
    }
    audit::record(tx, ctx, AuditEntry::done(deed, Object::new("callback", of.id.0))).await?;
    Ok(None)
}
