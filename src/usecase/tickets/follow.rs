//! A ticket follows the sheet of its call until the call ends: whoever has it open reads what is being told now.

use super::timeline;
use crate::domain::access::actor::may;
use crate::domain::calls::Call;
use crate::domain::calls::intake::Intake;
use crate::domain::ctx::Ctx;
use crate::domain::id::{CallId, TicketId};
use crate::domain::search::{Found, SearchText};
use crate::domain::tickets::{EntryKind, Event, Place, Ticket, TicketNo};
use crate::store::{Tx, search, tickets};
use crate::usecase::authorise::Granted;
use crate::usecase::tickets::opens::Opens;
use crate::usecase::{Error, Services};

/// What changed on the sheet of an open call goes on to the ticket that it is recorded in, if there is one.
pub(in crate::usecase) async fn changed(
    by: &Granted<may::CallWork>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: CallId,
    told: &Intake,
) -> Result<(), Error> {
    if !told.tells() {
        return Ok(());
    }
    match tickets::of_call(tx, call).await?.last() {
        Some(line) => follow(by, services, tx, ctx, call, line.id, told).await,
        None => Ok(()),
    }
}

/// Writes on a ticket what a call tells of it.
pub(super) async fn follow(
    _: &impl Opens,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: CallId,
    ticket: TicketId,
    told: &Intake,
) -> Result<(), Error> {
    let own = tickets::opening(tx, ticket, call).await?.is_some();
    let Some(mut ticket) = tickets::locked(tx, ticket).await?.filter(|ticket| ticket.erased_on.is_none()) else {
        return Ok(());
    };
    let changed = ticket.follow(told, own);
    ticket.last_event_at = ctx.now;
    tickets::describe(tx, &ticket, changed.is_some()).await?;
    if let Some(event) = changed {
        timeline::write(services, tx, ctx, Place::Both(ticket.id, call), &event).await?;
    }
    Ok(())
}

/// What was written down on a call while it lasted is found on its ticket.
pub(in crate::usecase) async fn noted(_: &impl Opens, tx: &Tx, call: &Call, ticket: TicketNo) -> Result<(), Error> {
    let lines = tickets::said_on(tx, call.id).await?;
    let written = lines.iter().filter(|line| line.kind == EntryKind::Advice);
    let written: Vec<&dyn Found> = written.map(|line| line as &dyn Found).collect();
    if written.is_empty() {
        return Ok(());
    }
    Ok(search::add(tx, ticket, &SearchText::of(&written)).await?)
}

/// The end of a call: what was told on it stands on its ticket, which is found by it from now on.
pub(in crate::usecase) async fn ended(
    _: &impl Opens,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    ticket: &Ticket,
    matter: &Intake,
) -> Result<(), Error> {
    let opening = tickets::opening(tx, ticket.id, call.id).await?;
    let known = opening.map_or_else(|| ticket.summary.clone(), |opening| opening.body);
    if !matter.narrative.is_empty() && matter.narrative != known {
        let told = Event::Told { call: call.id, words: matter.narrative.clone() };
        timeline::write(services, tx, ctx, Place::Both(ticket.id, call.id), &told).await?;
    }
    Ok(search::add(tx, ticket.number, &SearchText::of(&[call, matter])).await?)
}
