//! Writing a line on a timeline: each is a typed event, happening now.

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{EntryId, TicketId};
use crate::domain::search::SearchText;
use crate::domain::tickets::{Entry, Event, Place, Ticket};
use crate::store::{Tx, audit, search, tickets};
use crate::usecase::authorise::Granted;
use crate::usecase::{Error, Services, me};

/// Writes down that something has just happened.
pub(in crate::usecase) async fn write(
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    place: Place,
    event: &Event,
) -> Result<Entry, Error> {
    let entry = Entry::of(EntryId(ctx.new_id()), place, event, &services.scheme, ctx.now, me(ctx));
    tickets::append(tx, &entry).await?;
    Ok(entry)
}

pub(super) async fn by_id(_: &Granted<may::TicketWork>, tx: &Tx, id: TicketId) -> Result<Option<Ticket>, Error> {
    Ok(tickets::find_by_id(tx, id).await?)
}

/// Writes down what was done on a ticket, and that it was.
pub(in crate::usecase) async fn write_down(
    _: &Granted<may::TicketWork>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    ticket: &Ticket,
    event: Event,
    action: &'static str,
) -> Result<(), Error> {
    let entry = write(services, tx, ctx, Place::Ticket(ticket.id), &event).await?;
    tickets::touch(tx, ticket.id, me(ctx), ctx.now).await?;
    search::add(tx, ticket.number, &SearchText::of(&[&entry])).await?;
    Ok(audit::record(tx, ctx, AuditEntry::done(action, Object::new("ticket", ticket.id.0))).await?)
}
