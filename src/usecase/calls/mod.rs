//! Calls: starting one by hand, ending it, logging a finished one in one go.

mod callback;
pub mod intake;
pub mod search;
pub mod sheet;
mod sheet_view;
pub mod wrap_up;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::authorise::{Granted, authorise};
use super::{Error, Services, me};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::sheet::SheetField;
use crate::domain::calls::{Call, CallState, Direction, Standing};
use crate::domain::ctx::Ctx;
use crate::domain::id::CallId;
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::scheme::codes;
use crate::domain::text;
use crate::domain::time::tokyo_day;
use crate::domain::verification::record::{StatedItems, VerificationOutcome};
use crate::store::verification::record as verifications;
use crate::store::verification::tries;
use crate::store::{Tx, audit, calls};
use crate::usecase::calls::intake::Intake;
use crate::usecase::calls::search::keep;
use crate::usecase::calls::wrap_up::{Ending, WrapUp};
use crate::usecase::once::{Once, OnceTx, given_before};
use crate::usecase::tickets::open::{existing, open};
use crate::usecase::verification::look_up;
use crate::usecase::verification::look_up::{Asking, Reply};
use crate::usecase::verification::record as verifying;
use crate::usecase::verification::record::Recording;

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
    authorise::<may::CallWork>(ctx)?;
    let (number, digits) = text::phone("phone", number)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let call = Call {
        id: CallId(ctx.new_id()),
        direction,
        desk: "helpline".into(),
        state: CallState::Open,
        number: number.clone(),
        number_digits: digits,
        arrived_at: ctx.now,
        answered_at: Some(ctx.now),
        ended_at: None,
        operator_id: me(ctx),
        caller_name: String::new(),
        standing: None,
        callback_number: String::new(),
        disposition: None,
        complaint: false,
        out_of_hours: outside(services, "helpline", direction, ctx.now),
        out_of_hours_reason: String::new(),
        reviewed_at: None,
        arrived_on: ctx.today(),
        erased_on: None,
    };
    calls::add(&tx, &call).await?;
    if !number.is_empty() {
        calls::save_field(&tx, call.id, SheetField::Phone, 0, &number, ctx.now, me(ctx)).await?;
    }
    audit::record(&tx, ctx, AuditEntry::done("call.start", Object::new("call", call.id.0))).await?;
    tx.finish(ctx, Started { call: call.id }).await
}

/// Whether an inbound call arrived outside the hours of its line (domain section 2). Calls that the desk makes have no hours.
fn outside(services: &Services, desk: &str, direction: Direction, arrived_at: DateTime<Utc>) -> bool {
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
    if call.out_of_hours && reason.is_empty() {
        return Err(Refusal::field(
            "out_of_hours_reason",
            "call.out_of_hours_reason",
            "受付時間外の入電です。対応した理由を入力してから終了してください",
        )
        .into());
    }
    text::phone("phone", typed.text(SheetField::Phone))?;
    text::phone("callback", typed.text(SheetField::Callback))?;
    let verification = verifications::free_of(&tx, id).await?;
    let matter = Intake::of_sheet(&call, &typed, verification);
    let ticket = wrap_up::after(&by, services, &tx, ctx, &call, &matter, &conclusion).await?;
    if ticket.is_none() {
        keep(&by, &tx, &call, &matter, conclusion.disposition).await?;
    }
    tries::forget_call(&tx, id).await?;
    if !calls::end(&tx, id, ctx.now, conclusion.disposition, conclusion.complaint, reason).await? {
        return Err(Refusal::conflict("call.already_ended", "この通話は別の画面で終了しています").into());
    }
    let entry = AuditEntry::done("call.end", Object::new("call", id.0))
        .detail(json!({ "disposition": conclusion.disposition.code() }));
    audit::record(&tx, ctx, entry).await?;
    tx.finish(ctx, Ended { call: id, ticket: ticket.map(|n| n.to_string()) }).await
}

/// A finished call, as a script or a telephone system reports it.
#[derive(Debug, Clone)]
pub struct CallLog {
    /// Who rang whom.
    pub direction: Direction,
    /// The other side's number.
    pub number: String,
    /// When it arrived.
    pub arrived_at: DateTime<Utc>,
    /// When it ended; now unless said.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who called.
    pub caller_name: String,
    /// The caller's standing.
    pub standing: Option<Standing>,
    /// Where to call back.
    pub callback: String,
    /// The four items, as far as they were said.
    pub said: StatedItems,
    /// What is recorded about the caller; unverified unless said.
    pub recorded: Option<VerificationOutcome>,
    /// Why, where that needs a reason.
    pub reason: String,
    /// Incident code.
    pub incident: String,
    /// Severity code.
    pub severity: String,
    /// What the caller told.
    pub narrative: String,
    /// Why it was taken outside hours.
    pub out_of_hours_reason: String,
    /// How it ended, and what becomes of the matter.
    pub conclusion: WrapUp,
}

/// Logs a finished call: call, ticket, timeline and audit in one transaction.
pub async fn log(services: &Services, ctx: &Ctx, new: CallLog, once: &Once) -> Result<Ended, Error> {
    let by = Ending::ask(authorise::<may::CallLog>(ctx)?, ctx, &new.conclusion)?;
    let recording = recording(ctx, new.recorded)?;
    let (call, matter_text) = checked(services, ctx, &new)?;
    given_before(&services.store, ctx, once).await?;
    // Asked first, and written down, whatever becomes of the call: nothing after it may tell what the directory says.
    let asked = ask(recording.as_ref(), services, ctx, &call, &matter_text.said).await?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    calls::add(&tx, &call).await?;
    let mut verification = None;
    if let Some(recording) = recording.filter(|_| matter_text.said != StatedItems::default()) {
        let reply = match asked {
            Some(reply) => reply,
            None => {
                let within = look_up::ask_within(recording.verify(), services, ctx, &tx, &call, &matter_text.said);
                within.await?.ok_or(Error::Preparing)?
            }
        };
        let recorded = new.recorded.unwrap_or(VerificationOutcome::Unverified);
        let said = matter_text.said.clone();
        let decided = verifying::decide(&recording, &call, said, &reply, recorded, new.reason.clone())?;
        verifying::put(&recording, services, &tx, &decided).await?;
        verification = Some(decided);
    } else {
        keep_as_said(&by, &tx, ctx, call.id, &matter_text.said).await?;
    }
    let matter = Intake { verification, ..matter_text };
    let ticket = wrap_up::after(&by, services, &tx, ctx, &call, &matter, &new.conclusion).await?;
    if ticket.is_none() {
        keep(&by, &tx, &call, &matter, new.conclusion.disposition).await?;
    }
    let entry = AuditEntry::done("call.log", Object::new("call", call.id.0))
        .detail(json!({ "disposition": new.conclusion.disposition.code() }));
    audit::record(&tx, ctx, entry).await?;
    tx.finish(ctx, Ended { call: call.id, ticket: ticket.map(|n| n.to_string()) }).await
}

/// The right to record who called: needed for more than "unverified", used where it is there.
fn recording(ctx: &Ctx, recorded: Option<VerificationOutcome>) -> Result<Option<Recording<'_>>, Error> {
    match recorded {
        None | Some(VerificationOutcome::Unverified) => Ok(Recording::ask(ctx).ok()),
        Some(_) => Recording::ask(ctx).map(Some),
    }
}

/// What a caller said of themselves and nobody held against the directory stands on the call's sheet, for who may.
async fn keep_as_said(
    _: &Ending<Granted<may::CallLog>>,
    tx: &Tx,
    ctx: &Ctx,
    id: CallId,
    said: &StatedItems,
) -> Result<(), Error> {
    let items = [&said.name, &said.facility, &said.address, &said.number];
    for (field, text) in SheetField::ITEMS.into_iter().zip(items).filter(|(_, text)| !text.is_empty()) {
        calls::save_field(tx, id, field, 0, text, ctx.now, me(ctx)).await?;
    }
    Ok(())
}

/// Asks the directory where what was said tries a number.
async fn ask(
    by: Option<&Recording<'_>>,
    services: &Services,
    ctx: &Ctx,
    call: &Call,
    said: &StatedItems,
) -> Result<Option<Reply>, Error> {
    match by.filter(|_| look_up::tries_number(said)) {
        Some(by) => look_up::ask(by.verify(), services, ctx, Asking::Api, said, call.arrived_on).await.map(Some),
        None => Ok(None),
    }
}

fn checked(services: &Services, ctx: &Ctx, new: &CallLog) -> Result<(Call, Intake), Error> {
    let mut faults = Faults::default();
    let (number, number_digits) = faults.take(text::phone("number", &new.number));
    let (callback, _) = faults.take(text::phone("callback", &new.callback));
    faults.take(text::not_future("arrived_at", new.arrived_at, ctx.now));
    let ended_at = new.ended_at.unwrap_or(ctx.now);
    faults.take(text::not_future("ended_at", ended_at, ctx.now));
    if ended_at < new.arrived_at {
        faults.take::<()>(Err(Refusal::field("ended_at", "time.order", "終了は着信より後の日時にしてください")));
    }
    let lists = &services.scheme.lists;
    let line = |faults: &mut Faults, name: &str, value: &str| faults.take(text::line(name, value, text::LINE));
    let matter = Intake {
        said: StatedItems {
            name: line(&mut faults, "member_name", &new.said.name),
            facility: line(&mut faults, "facility", &new.said.facility),
            address: line(&mut faults, "address", &new.said.address),
            number: line(&mut faults, "member_number", &new.said.number),
            heard: new.said.heard,
        },
        caller_name: line(&mut faults, "caller_name", &new.caller_name),
        callback: if callback.is_empty() { number.clone() } else { callback.clone() },
        incident: faults.take(SheetField::Incident.accept(&new.incident, &codes(&lists.incident), &[])),
        severity: faults.take(SheetField::Severity.accept(&new.severity, &[], &codes(&lists.severity))),
        narrative: faults.take(text::note("narrative", &new.narrative, text::NOTE)),
        verification: None,
    };
    faults.take(text::line("reason", &new.reason, text::LINE));
    let reason = faults.take(text::note("out_of_hours_reason", &new.out_of_hours_reason, text::NOTE));
    let out_of_hours = outside(services, "helpline", new.direction, new.arrived_at);
    if out_of_hours && reason.is_empty() {
        faults.take::<()>(Err(Refusal::field(
            "out_of_hours_reason",
            "call.out_of_hours_reason",
            "受付時間外の入電です。対応した理由を入力してください",
        )));
    }
    faults.check()?;
    let call = Call {
        id: CallId(ctx.new_id()),
        direction: new.direction,
        desk: "helpline".into(),
        state: CallState::Ended,
        number,
        number_digits,
        arrived_at: crate::domain::time::to_micros(new.arrived_at),
        answered_at: Some(crate::domain::time::to_micros(new.arrived_at)),
        ended_at: Some(crate::domain::time::to_micros(ended_at)),
        operator_id: me(ctx),
        caller_name: matter.caller_name.clone(),
        standing: new.standing,
        callback_number: callback,
        disposition: Some(new.conclusion.disposition),
        complaint: new.conclusion.complaint,
        out_of_hours,
        out_of_hours_reason: reason,
        reviewed_at: None,
        arrived_on: tokyo_day(new.arrived_at),
        erased_on: None,
    };
    Ok((call, matter))
}

/// A day's calls with the tickets they ended in.
pub struct DayOfCalls {
    /// The Tokyo day.
    pub day: NaiveDate,
    /// Its calls, newest first.
    pub calls: Vec<Call>,
    /// Which call concerns which ticket.
    pub tickets: Vec<(uuid::Uuid, crate::domain::tickets::TicketNo)>,
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
    let names = crate::store::accounts::names(&services.store, calls.iter().map(|c| c.operator_id.0).collect()).await?;
    let entry =
        AuditEntry::done("call.list", Object::kind("call")).subjects(ids.into_iter().map(|id| Object::new("call", id)));
    services.store.journal().write(ctx, entry).await?;
    Ok(DayOfCalls { day, calls, tickets, names })
}

/// Opens a ticket while the call still lasts: remote support and further calls need one.
pub async fn open_ticket(services: &Services, ctx: &Ctx, id: CallId, once: &Once) -> Result<Ended, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let typed = calls::sheet(&tx, id).await?;
    let verification = verifications::free_of(&tx, id).await?;
    let matter = Intake::of_sheet(&call, &typed, verification);
    let ticket = open(&by, services, &tx, ctx, &call, &matter).await?;
    let opened = Ended { call: id, ticket: Some(ticket.ticket().number.to_string()) };
    tx.finish(ctx, opened).await
}

/// Ties a call to a ticket that exists.
pub async fn link(services: &Services, ctx: &Ctx, id: CallId, number: &str) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    existing(&by, &tx, ctx, &call, number).await?;
    Ok(tx.commit().await?)
}
