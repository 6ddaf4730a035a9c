//! A promised call-back that was made.

use super::timeline::{by_id, write_down};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::CallbackId;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::{Event, TicketNo};
use crate::store::audit;
use crate::store::tickets::callback;
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services};

/// The clinic was called back as promised.
pub async fn keep(services: &Services, ctx: &Ctx, id: CallbackId) -> Result<Option<TicketNo>, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let callback = callback::find(&tx, id).await?.ok_or(Error::NotFound("callback"))?;
    if !callback::keep(&tx, id, ctx.now, ctx.actor.id).await? {
        return Err(Refusal::conflict("callback.kept", "この折返しは済んでいます").into());
    }
    let mut number = None;
    if let Some(ticket_id) = callback.ticket_id
        && let Some(ticket) = by_id(&by, &tx, ticket_id).await?
    {
        number = Some(ticket.number);
        write_down(&by, services, &tx, ctx, &ticket, Event::CallbackKept { callback: id }, "callback.keep").await?;
    } else {
        audit::record(&tx, ctx, AuditEntry::done("callback.keep", Object::new("callback", id.0))).await?;
    }
    tx.commit().await?;
    Ok(number)
}
