//! Ringing a clinic about its ticket: the sheet knows the ticket, who is rung and what was found out before, so that only
//! what was missing is asked.

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::intake::Intake;
use crate::domain::calls::sheet::SheetField;
use crate::domain::calls::{Call, Direction, Disposition, Standing};
use crate::domain::ctx::Ctx;
use crate::domain::id::{CallId, CallbackId};
use crate::domain::refusal::Refusal;
use crate::domain::telephone::Telephone;
use crate::domain::tickets::callback::Callback;
use crate::domain::tickets::{Entry, Event, Place, Ticket, TicketNo};
use crate::domain::verification::record::{Verification, VerificationOutcome};
use crate::store::tickets::callback;
use crate::store::verification::record as verifications;
use crate::store::{Access, StoreError, Tx, audit, calls, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::calls::wrap_up::Ending;
use crate::usecase::calls::{Started, begun};
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::open::existing;
use crate::usecase::tickets::opens::Opens;
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// Rings the clinic of a ticket, to keep a promise if one is named. The phone is dialled by hand; the sheet is ready.
///
/// # Errors
/// A refusal when the promise is another ticket's or was kept, or when the ticket is kept no longer.
pub async fn about(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    promise: Option<CallbackId>,
    once: &Once,
) -> Result<Started, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let ticket_work = authorise::<may::TicketWork>(ctx)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    let promise = match promise {
        Some(id) => Some(still_due(&tx, id, &ticket).await?),
        None => None,
    };
    // What went into another ticket is rung about there; its promise is kept all the same.
    let ticket = match ticket.merged_into {
        Some(into) => tickets::find_by_id(&*tx, into).await?.unwrap_or(ticket),
        None => ticket,
    };
    let earlier: Vec<_> = tickets::calls_of(&*tx, ticket.id).await?.into_iter().map(|call| call.id.0).collect();
    let earlier = calls::of_ids(&*tx, &earlier).await?;
    let last = earlier.iter().max_by_key(|call| (call.arrived_at, call.part));
    let whom = Whom::of(promise.as_ref(), last);
    let call = Call {
        keeps: promise.map(|promise| promise.id),
        caller_name: whom.name.clone(),
        standing: whom.standing,
        ..begun(&by, services, ctx, Direction::Outbound, &Telephone::read(&whom.number))
    };
    calls::add(&tx, &call).await?;
    let verification = verifications::of_ticket(&*tx, ticket.id).await?.into_iter().next();
    fill(&by, &tx, ctx, call.id, &whom, &ticket, verification.as_ref()).await?;
    existing(&ticket_work, services, &tx, ctx, &call, &ticket.number.to_string(), &Intake::default()).await?;
    let entry = AuditEntry::done("call.start", Object::new("call", call.id.0));
    audit::record(&tx, ctx, entry.subjects([Object::new("ticket", ticket.id.0)])).await?;
    tx.finish(ctx, Started { call: call.id }).await
}

async fn still_due(on: &impl Access, id: CallbackId, ticket: &Ticket) -> Result<Callback, Error> {
    let own = callback::find(on, id).await?.filter(|promise| promise.ticket_id == Some(ticket.id));
    let promise = own.ok_or(Error::NotFound("callback"))?;
    match promise.kept_at {
        None => Ok(promise),
        Some(_) => Err(Refusal::conflict("callback.kept", "この折返しは済んでいます").into()),
    }
}

/// Who is rung.
#[derive(Debug, Default)]
struct Whom {
    number: String,
    name: String,
    standing: Option<Standing>,
}

impl Whom {
    /// As it was promised; else whoever rang last.
    fn of(promise: Option<&Callback>, last: Option<&Call>) -> Self {
        let rang = last.map_or_else(Self::default, |call| Self {
            number: if call.callback_number.is_empty() { call.number_to_dial() } else { &call.callback_number }
                .to_owned(),
            name: call.caller_name.clone(),
            standing: call.standing,
        });
        match promise {
            Some(promise) => Self { number: promise.number.clone(), name: promise.who.clone(), ..rang },
            None => rang,
        }
    }
}

/// What is known already stands on the sheet. The number by which a member is known isn't shown again; of a verified
/// caller nothing is asked.
async fn fill(
    _: &Granted<may::CallWork>,
    tx: &Tx,
    ctx: &Ctx,
    call: CallId,
    whom: &Whom,
    ticket: &Ticket,
    verification: Option<&Verification>,
) -> Result<(), Error> {
    let mut known = vec![
        (SheetField::Phone, whom.number.as_str()),
        (SheetField::CallerName, whom.name.as_str()),
        (SheetField::Standing, whom.standing.map_or("", Standing::code)),
        (SheetField::Incident, ticket.incident.as_str()),
        (SheetField::Severity, ticket.severity.as_str()),
    ];
    if let Some(asked) = verification.filter(|v| v.recorded != VerificationOutcome::Verified) {
        let said = &asked.said;
        known.extend([
            (SheetField::MemberName, said.name.as_str()),
            (SheetField::Facility, said.facility.as_str()),
            (SheetField::Address, said.address.as_str()),
        ]);
    }
    for (field, value) in known.into_iter().filter(|(_, value)| !value.is_empty()) {
        calls::save_field(tx, call, field, 0, value, ctx.now, me(ctx)).await?;
    }
    Ok(())
}

/// What was found out about who is rung when they called: what stands on the ticket.
pub(super) async fn carried(on: &impl Access, call: &Call) -> Result<Option<Verification>, StoreError> {
    if call.direction != Direction::Outbound {
        return Ok(None);
    }
    match tickets::of_call(on, call.id).await?.last() {
        Some(line) => Ok(verifications::of_ticket(on, line.id).await?.into_iter().next()),
        None => Ok(None),
    }
}

/// What was said to whom one rings, on this call and before: on the ticket's earlier calls too.
pub(super) async fn said_so_far(on: &impl Access, call: &Call) -> Result<Vec<Entry>, StoreError> {
    if call.direction == Direction::Outbound
        && let Some(line) = tickets::of_call(on, call.id).await?.last()
    {
        let all: Vec<CallId> = tickets::calls_of(on, line.id).await?.into_iter().map(|call| call.id).collect();
        return tickets::timeline(on, line.id, &all).await;
    }
    tickets::said_on(on, call.id).await
}

/// The promise that a call was made for is kept by its end, unless nobody could be spoken to.
pub(super) async fn keep_promise<R: Opens>(
    _: &Ending<R>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    ends: Disposition,
) -> Result<(), Error> {
    let Some(id) = call.keeps.filter(|_| !matches!(ends, Disposition::CutOff | Disposition::Wrong)) else {
        return Ok(());
    };
    if callback::keep(tx, id, ctx.now, ctx.actor.id).await?
        && let Some(ticket) = callback::find(tx, id).await?.and_then(|promise| promise.ticket_id)
    {
        timeline::write(services, tx, ctx, Place::Both(ticket, call.id), &Event::CallbackKept { callback: id }).await?;
    }
    Ok(())
}
