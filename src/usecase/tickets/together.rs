//! Who else has a ticket open, and watching it without owning it.

use chrono::{DateTime, Duration, Utc};

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::tickets::TicketNo;
use crate::store::tickets::presence::{self, Presence};
use crate::store::tickets::watch;
use crate::store::{accounts, audit, tickets};
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services, me};

/// Seconds after which whoever said nothing more is gone: three times the pause between two words of a page.
const GONE_AFTER: i64 = 16;

/// Who has a ticket open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Together {
    /// The others, by name, and whether they type.
    pub others: Vec<(String, bool)>,
    /// Whether one watches it.
    pub watched: bool,
}

/// What somebody does with a ticket's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It has just been drawn: what happened so far is seen.
    Opened,
    /// It stands open.
    Reads,
    /// Somebody types in it.
    Types,
}

/// Says that one has a ticket open, and hears who else does. No read of the ticket: its page is audited by itself.
pub async fn here(services: &Services, ctx: &Ctx, no: TicketNo, sign: Sign) -> Result<Together, Error> {
    authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    let present = Presence { account_id: me(ctx), typing: sign == Sign::Types };
    presence::put(&tx, ctx.new_id(), ticket.id, &present, ctx.now).await?;
    let watched = match sign {
        Sign::Opened => watch::seen(&tx, ticket.id, me(ctx), ctx.now).await?,
        Sign::Reads | Sign::Types => watch::is(&tx, ticket.id, me(ctx)).await?,
    };
    tx.commit().await?;
    let present = presence::of(&services.store, ticket.id, ctx.now - Duration::seconds(GONE_AFTER)).await?;
    let others: Vec<Presence> = present.into_iter().filter(|one| one.account_id != me(ctx)).collect();
    let names = accounts::names(&services.store, others.iter().map(|one| one.account_id.0).collect()).await?;
    let name = |one: &Presence| names.iter().find(|(id, _)| *id == one.account_id.0).map(|(_, name)| name.clone());
    let others = others.iter().filter_map(|one| Some((name(one)?, one.typing))).collect();
    Ok(Together { others, watched })
}

/// Watches a ticket, or does no longer.
pub async fn watch(services: &Services, ctx: &Ctx, no: TicketNo, on: bool) -> Result<(), Error> {
    authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    if on {
        watch::begin(&tx, ctx.new_id(), ticket.id, me(ctx), ctx.now).await?;
    } else {
        watch::end(&tx, ticket.id, me(ctx)).await?;
    }
    let action = if on { "ticket.watch" } else { "ticket.unwatch" };
    audit::record(&tx, ctx, AuditEntry::done(action, Object::new("ticket", ticket.id.0))).await?;
    Ok(tx.commit().await?)
}

/// Forgets who had tickets open an hour ago.
pub async fn forget_old(services: &Services, now: DateTime<Utc>) -> Result<u64, Error> {
    let tx = services.store.begin().await?;
    let gone = presence::forget_older(&tx, now - Duration::hours(1)).await?;
    tx.commit().await?;
    Ok(gone)
}
