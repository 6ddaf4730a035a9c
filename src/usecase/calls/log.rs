//! Logging a finished call in one go: call, ticket, timeline and audit in one transaction.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::wrap_up::{self, Ending, WrapUp};
use super::{Ended, outside};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::intake::Intake;
use crate::domain::calls::sheet::SheetField;
use crate::domain::calls::{Call, CallState, Direction, Standing, reason_out_of_hours};
use crate::domain::ctx::Ctx;
use crate::domain::desks::DeskCode;
use crate::domain::id::CallId;
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::scheme::codes;
use crate::domain::telephone::Telephone;
use crate::domain::text;
use crate::domain::time::tokyo_day;
use crate::domain::verification::record::{StatedItems, VerificationOutcome};
use crate::store::{Tx, audit, calls};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::calls::search::keep;
use crate::usecase::once::{Once, OnceTx, given_before};
use crate::usecase::verification::look_up::{self, Asking, Reply};
use crate::usecase::verification::record::{self as verifying, Recording};
use crate::usecase::{Error, Services, me};

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
    let number = faults.take(Telephone::of_field("number", &new.number));
    let callback = faults.take(Telephone::of_field("callback", &new.callback));
    faults.take(text::not_future("arrived_at", new.arrived_at, ctx.now));
    let ended_at = new.ended_at.unwrap_or(ctx.now);
    faults.take(text::not_future("ended_at", ended_at, ctx.now));
    if ended_at < new.arrived_at {
        faults.take::<()>(Err(Refusal::field("ended_at", "time.order", "終了は着信より後の日時にしてください")));
    }
    let matter = matter(services, new, &number, &callback, &mut faults);
    faults.take(text::line("reason", &new.reason, text::LINE));
    let reason = faults.take(text::note("out_of_hours_reason", &new.out_of_hours_reason, text::NOTE));
    let out_of_hours = outside(services, DeskCode::Helpline, new.direction, new.arrived_at);
    faults.take(reason_out_of_hours(out_of_hours, &reason));
    faults.check()?;
    let call = Call {
        id: CallId(ctx.new_id()),
        part_of: None,
        part: 1,
        keeps: None,
        direction: new.direction,
        desk: DeskCode::Helpline,
        state: CallState::Ended,
        number: number.typed().to_owned(),
        number_key: number.key().to_owned(),
        arrived_at: crate::domain::time::to_micros(new.arrived_at),
        answered_at: Some(crate::domain::time::to_micros(new.arrived_at)),
        ended_at: Some(crate::domain::time::to_micros(ended_at)),
        operator_id: me(ctx),
        caller_name: matter.caller_name.clone(),
        standing: new.standing,
        callback_number: callback.typed().to_owned(),
        disposition: Some(new.conclusion.disposition),
        complaint: new.conclusion.complaint,
        out_of_hours,
        out_of_hours_reason: reason,
        lacking: Vec::new(),
        reviewed_at: None,
        arrived_on: tokyo_day(new.arrived_at),
        erased_on: None,
    };
    Ok((call, matter))
}

/// What was told, with whatever is wrong with it.
fn matter(services: &Services, new: &CallLog, number: &Telephone, callback: &Telephone, faults: &mut Faults) -> Intake {
    let lists = &services.scheme.lists;
    let line = |faults: &mut Faults, name: &str, value: &str| faults.take(text::line(name, value, text::LINE));
    Intake {
        said: StatedItems {
            name: line(faults, "member_name", &new.said.name),
            facility: line(faults, "facility", &new.said.facility),
            address: line(faults, "address", &new.said.address),
            number: line(faults, "member_number", &new.said.number),
            heard: new.said.heard,
        },
        caller_name: line(faults, "caller_name", &new.caller_name),
        callback: match callback.typed() {
            "" if number.is_number() => number.typed().to_owned(),
            said => said.to_owned(),
        },
        incident: faults.take(SheetField::Incident.accept(&new.incident, &codes(&lists.incident), &[])),
        severity: faults.take(SheetField::Severity.accept(&new.severity, &[], &codes(&lists.severity))),
        narrative: faults.take(text::note("narrative", &new.narrative, text::NOTE)),
        verification: None,
    }
}
