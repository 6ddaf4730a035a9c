//! Calls: starting one by hand, ending it, logging a finished one in one go.

pub mod along;
mod callback;
mod clinic;
pub mod conversation;
pub mod field_change;
pub mod lacking;
mod log;
pub mod outbound;
pub mod search;
pub mod sheet;
mod sheet_view;
pub mod wrap_up;

use std::collections::HashMap;

use crate::domain::desks::DeskCode;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::authorise::{Granted, authorise};
use super::{Error, Services, me};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::intake::Intake;
use crate::domain::calls::lacking::sentence;
use crate::domain::calls::sheet::SheetField;
use crate::domain::calls::{Call, CallState, Direction, Disposition, Lacking, reason_out_of_hours};
use crate::domain::ctx::Ctx;
use crate::domain::id::CallId;
use crate::domain::refusal::Refusal;
use crate::domain::telephone::Telephone;
use crate::domain::tickets::TicketNo;
use crate::store::verification::record as verifications;
use crate::store::verification::tries;
use crate::store::{Access, audit, calls};
use crate::usecase::calls::search::keep;
use crate::usecase::calls::wrap_up::{Ending, WrapUp};
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::follow;
use crate::usecase::tickets::open::{existing, open};

pub use log::{CallLog, log};

/// What a started call answers.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Started {
    /// The call.
    pub call: CallId,
}

/// Starts a call by hand: the phone has been picked up, typing begins.
pub async fn start(
    services: &Services,
    ctx: &Ctx,
    direction: Direction,
    number: &str,
    once: &Once,
) -> Result<Started, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let number = Telephone::of_field("phone", number)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let call = begun(&by, services, ctx, direction, &number);
    calls::add(&tx, &call).await?;
    if !number.typed().is_empty() {
        calls::save_field(&tx, call.id, SheetField::Phone, 0, number.typed(), ctx.now, me(ctx)).await?;
    }
    audit::record(&tx, ctx, AuditEntry::done("call.start", Object::new("call", call.id.0))).await?;
    tx.finish(ctx, Started { call: call.id }).await
}

/// A call that begins now, at whoever begins it.
fn begun(_: &Granted<may::CallWork>, services: &Services, ctx: &Ctx, direction: Direction, number: &Telephone) -> Call {
    Call {
        id: CallId(ctx.new_id()),
        direction,
        desk: DeskCode::Helpline,
        state: CallState::Open,
        number: number.typed().to_owned(),
        number_key: number.key().to_owned(),
        arrived_at: ctx.now,
        answered_at: Some(ctx.now),
        ended_at: None,
        operator_id: me(ctx),
        caller_name: String::new(),
        standing: None,
        callback_number: String::new(),
        disposition: None,
        complaint: false,
        part_of: None,
        part: 1,
        keeps: None,
        out_of_hours: outside(services, DeskCode::Helpline, direction, ctx.now),
        out_of_hours_reason: String::new(),
        lacking: Vec::new(),
        reviewed_at: None,
        arrived_on: ctx.today(),
        erased_on: None,
    }
}

/// Whether an inbound call arrived outside the hours of its line (domain section 2). Calls that the desk makes have no hours.
fn outside(services: &Services, desk: DeskCode, direction: Direction, arrived_at: DateTime<Utc>) -> bool {
    direction == Direction::Inbound && !services.scheme.hours.serves(desk, arrived_at)
}

/// What an ended call answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ended {
    /// The call.
    pub call: CallId,
    /// The ticket it ended in, if any: `2026-004512`.
    pub ticket: Option<String>,
}

/// Ends a call: disposition, callback, and what becomes of the matter.
pub async fn end(services: &Services, ctx: &Ctx, id: CallId, conclusion: WrapUp, once: &Once) -> Result<Ended, Error> {
    let by = Ending::ask(authorise::<may::CallWork>(ctx)?, ctx, &conclusion)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let typed = calls::sheet(&tx, id).await?;
    let reason = typed.text(SheetField::OutOfHoursReason);
    reason_out_of_hours(call.out_of_hours, reason)?;
    let verification = verifications::free_of(&tx, id).await?;
    let matter = Intake::of_sheet(&call, &typed, verification);
    // Before what the end does to the ticket: its last line is the move, which may be taken back.
    outbound::keep_promise(&by, services, &tx, ctx, &call, conclusion.disposition).await?;
    let ticket = wrap_up::after(&by, services, &tx, ctx, &call, &matter, &conclusion).await?;
    match ticket {
        Some(number) => follow::noted(&by, &tx, &call, number).await?,
        None => keep(&by, &tx, &call, &matter, conclusion.disposition).await?,
    }
    let lacking = lacking::at_end(&by, services, &*tx, ctx, &call, &matter, conclusion.disposition).await?;
    if !lacking.is_empty() && !conclusion.anyway {
        return Err(Refusal::field("anyway", "call.lacking", ended_unseen(&lacking)).into());
    }
    tries::forget_call(&tx, id).await?;
    if !calls::end(&tx, id, ctx.now, conclusion.disposition, conclusion.complaint, reason, &lacking).await? {
        return Err(Refusal::conflict("call.already_ended", "この通話は別の画面で終了しています").into());
    }
    let entry = AuditEntry::done("call.end", Object::new("call", id.0))
        .detail(json!({ "disposition": conclusion.disposition.code(), "lacking": Lacking::written(&lacking) }));
    audit::record(&tx, ctx, entry).await?;
    tx.finish(ctx, Ended { call: id, ticket: ticket.map(|n| n.to_string()) }).await
}

fn ended_unseen(lacking: &[Lacking]) -> String {
    format!("{}。このまま終えるときは「このまま終了」を押してください", sentence(lacking))
}

/// What the bar of every page says of the calls that somebody has open. Nothing about who calls: it would be a reading
/// of a person's data on every page.
#[derive(Debug, Clone)]
pub struct InHand {
    /// Of the conversation begun last, the record begun last.
    pub call: CallId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Incident code; empty: not said yet.
    pub incident: String,
    /// How many more conversations are open.
    pub others: usize,
}

/// The conversations that somebody has open; none when there is none.
pub async fn in_hand(services: &Services, ctx: &Ctx) -> Result<Option<InHand>, Error> {
    authorise::<may::CallWork>(ctx)?;
    let open = Call::one_of_each(calls::open(&services.store, Some(me(ctx))).await?);
    let Some(last) = open.last() else { return Ok(None) };
    let incident = calls::typed(&services.store, last.id, SheetField::Incident).await?;
    Ok(Some(InHand { call: last.id, since: last.arrived_at, incident, others: open.len() - 1 }))
}

/// How a call that one has just ended oneself ended, and in which ticket, clinic by clinic; nothing of others' calls, nor
/// of old ones.
pub async fn just_ended(
    services: &Services,
    ctx: &Ctx,
    id: CallId,
) -> Result<Vec<(Disposition, Option<TicketNo>)>, Error> {
    authorise::<may::CallWork>(ctx)?;
    let own = |call: &Call| {
        call.operator_id == me(ctx) && call.ended_at.is_some_and(|at| ctx.now - at < Duration::minutes(10))
    };
    let Some(call) = calls::find(&services.store, id).await?.filter(own) else { return Ok(Vec::new()) };
    let mut parts = calls::conversation(&services.store, call.conversation()).await?;
    parts.retain(|part| part.operator_id == me(ctx) && part.ended_at.is_some());
    let tickets =
        crate::store::tickets::of_calls(&services.store, parts.iter().map(|part| part.id.0).collect()).await?;
    let ticket = |part: &Call| tickets.iter().filter(|(of, _)| *of == part.id.0).map(|(_, no)| *no).next_back();
    Ok(parts.iter().filter_map(|part| part.disposition.map(|ended| (ended, ticket(part)))).collect())
}

/// A day's calls with the tickets they ended in.
pub struct DayOfCalls {
    /// The Tokyo day.
    pub day: NaiveDate,
    /// Its calls, newest first.
    pub calls: Vec<Call>,
    /// Which call concerns which ticket.
    pub tickets: Vec<(uuid::Uuid, crate::domain::tickets::TicketNo)>,
    /// Whose matters those tickets are.
    pub facilities: HashMap<crate::domain::tickets::TicketNo, String>,
    /// Names of who took them.
    pub names: Vec<(uuid::Uuid, String)>,
}

/// The calls of a day.
pub async fn of_day(services: &Services, ctx: &Ctx, day: NaiveDate) -> Result<DayOfCalls, Error> {
    authorise::<may::CallRead>(ctx)?;
    if !(2022..=2100).contains(&day.year()) {
        return Err(Error::NotFound("day"));
    }
    let calls = calls::of_day(&services.store, day, None, 500).await?;
    let ids: Vec<_> = calls.iter().map(|c| c.id.0).collect();
    let tickets = crate::store::tickets::of_calls(&services.store, ids.clone()).await?;
    let mut numbers: Vec<i64> = tickets.iter().map(|(_, no)| no.as_key()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let lines = crate::store::tickets::of_numbers(&services.store, &numbers).await?;
    let whose: Vec<Object> = lines.iter().map(|line| Object::new("ticket", line.id)).collect();
    let facilities = lines.into_iter().map(|line| (line.number, line.facility_name)).collect();
    let names = crate::store::accounts::names(&services.store, calls.iter().map(|c| c.operator_id.0).collect()).await?;
    let entry = AuditEntry::done("call.list", Object::kind("call"))
        .subjects(ids.into_iter().map(|id| Object::new("call", id)).chain(whose));
    services.store.journal().write(ctx, entry).await?;
    Ok(DayOfCalls { day, calls, tickets, facilities, names })
}

/// Opens a ticket while the call still lasts: remote support and further calls need one.
pub async fn open_ticket(services: &Services, ctx: &Ctx, id: CallId, once: &Once) -> Result<Ended, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let matter = matter_of(&*tx, &call).await?;
    let ticket = open(&by, services, &tx, ctx, &call, &matter).await?;
    let opened = Ended { call: id, ticket: Some(ticket.ticket().number.to_string()) };
    tx.finish(ctx, opened).await
}

/// What the sheet tells of an open call's matter.
async fn matter_of(on: &impl Access, call: &Call) -> Result<Intake, Error> {
    let verification = verifications::free_of(on, call.id).await?;
    Ok(Intake::of_sheet(call, &calls::sheet(on, call.id).await?, verification))
}

/// Ties a call to a ticket that exists.
pub async fn link(services: &Services, ctx: &Ctx, id: CallId, number: &str) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let matter = matter_of(&tx, &call).await?;
    existing(&by, services, &tx, ctx, &call, number, &matter).await?;
    Ok(tx.commit().await?)
}
