//! Going on to the next clinic of the same conversation, and what the sheet shows of the others.

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::conversation::may_follow;
use crate::domain::calls::intake::said;
use crate::domain::calls::said_cards::said_cards;
use crate::domain::calls::sheet::SheetField;
use crate::domain::calls::{Call, CallState};
use crate::domain::ctx::Ctx;
use crate::domain::id::CallId;
use crate::domain::tickets::{Event, Place, TicketNo};
use crate::domain::verification::record::VerificationOutcome;
use crate::store::verification::record as verifications;
use crate::store::{Access, StoreError, Tx, audit, calls, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::calls::Started;
use crate::usecase::calls::outbound::carried;
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// What is the caller's, not a clinic's: it stands on the next sheet too.
const OF_THE_CALLER: [SheetField; 5] = [
    SheetField::Phone,
    SheetField::CallerName,
    SheetField::Callback,
    SheetField::Standing,
    SheetField::OutOfHoursReason,
];

/// One clinic of a conversation, as a line that leads to its sheet.
#[derive(Debug, Clone)]
pub struct Clinic {
    /// Its record.
    pub call: CallId,
    /// Which of the conversation it is, from 1.
    pub part: i64,
    /// Its facility as it was said; empty when it wasn't yet.
    pub facility: String,
    /// What was recorded about it last.
    pub recorded: Option<VerificationOutcome>,
    /// Its latest ticket.
    pub ticket: Option<TicketNo>,
    /// Whether its record is still open.
    pub open: bool,
}

/// Goes on to the next clinic: to its sheet if it was begun already, or else to a new one with the caller already on it.
/// The one before stays open until its result is said. Asked for twice, at two screens even, it is begun once.
///
/// # Errors
/// A refusal when the call has ended, when nothing was typed about this clinic yet, or when there are too many.
pub async fn next(services: &Services, ctx: &Ctx, id: CallId) -> Result<Started, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    match begin_next(&by, services, ctx, id).await {
        Err(Error::Store(StoreError::Duplicate)) => begin_next(&by, services, ctx, id).await,
        done => done,
    }
}

async fn begin_next(by: &Granted<may::CallWork>, services: &Services, ctx: &Ctx, id: CallId) -> Result<Started, Error> {
    let tx = services.store.begin().await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let parts = calls::conversation(&tx, call.conversation()).await?;
    if let Some(there) = parts.iter().find(|part| part.part > call.part && part.state == CallState::Open) {
        return Ok(Started { call: there.id });
    }
    let sheet = calls::sheet(&tx, id).await?;
    may_follow(&sheet, parts.len())?;
    let last = parts.last().map_or(call.part, |last| last.part);
    let next = Call { operator_id: me(ctx), ..call.next_part(CallId(ctx.new_id()), last + 1) };
    calls::add(&tx, &next).await?;
    for field in OF_THE_CALLER.into_iter().filter(|field| !sheet.text(*field).is_empty()) {
        calls::save_field(&tx, next.id, field, 0, sheet.text(field), ctx.now, me(ctx)).await?;
    }
    carry_over(by, services, &tx, ctx, id, next.id).await?;
    let entry = AuditEntry::done("call.next", Object::new("call", next.id.0)).subjects([Object::new("call", id.0)]);
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(Started { call: next.id })
}

/// What is said once to whoever calls needn't be said again for the next clinic.
async fn carry_over(
    _: &Granted<may::CallWork>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    from: CallId,
    to: CallId,
) -> Result<(), Error> {
    let entries = tickets::said_on(tx, from).await?;
    let said = said_cards(&entries);
    for card in services.scheme.cards.of_every_call().filter(|card| said.contains(&card.code)) {
        let stamp = entries.iter().rev().filter_map(|entry| Event::read(&entry.data));
        let stamp = stamp.into_iter().find(|e| matches!(e, Event::CardSaid { card: code, .. } if *code == card.code));
        if let Some(event) = stamp {
            timeline::write(services, tx, ctx, Place::Call(to), &event).await?;
        }
    }
    Ok(())
}

/// The clinics of a call's conversation, in their order; none when it is about one only.
pub(super) async fn clinics(on: &impl Access, call: &Call) -> Result<Vec<Clinic>, StoreError> {
    let parts = calls::conversation(on, call.conversation()).await?;
    if parts.len() < 2 {
        return Ok(Vec::new());
    }
    let numbers = tickets::of_calls(on, parts.iter().map(|part| part.id.0).collect()).await?;
    let mut clinics = Vec::with_capacity(parts.len());
    for part in parts {
        let sheet = calls::sheet(on, part.id).await?;
        let verification = match verifications::last_of(on, part.id).await? {
            None => carried(on, &part).await?,
            recorded => recorded,
        };
        clinics.push(Clinic {
            call: part.id,
            part: part.part,
            facility: said(&sheet).facility,
            recorded: verification.map(|v| v.recorded),
            ticket: numbers.iter().filter(|(of, _)| *of == part.id.0).map(|(_, no)| *no).next_back(),
            open: part.state == CallState::Open,
        });
    }
    Ok(clinics)
}

/// Another clinic of the same conversation whose result isn't said yet, the first begun first.
pub async fn still_open(services: &Services, ctx: &Ctx, id: CallId) -> Result<Option<CallId>, Error> {
    authorise::<may::CallWork>(ctx)?;
    let store = &services.store;
    let call = calls::find(store, id).await?.ok_or(Error::NotFound("call"))?;
    let parts = calls::conversation(store, call.conversation()).await?;
    let open = |part: &&Call| part.state == CallState::Open && part.operator_id == me(ctx);
    Ok(parts.iter().find(open).map(|part| part.id))
}
