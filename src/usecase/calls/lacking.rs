//! What a call's record still lacks, and when the clinic is called back, as the end of the call would take it.

use chrono::{DateTime, Utc};

use crate::domain::access::actor::may;
use crate::domain::calls::intake::Intake;
use crate::domain::calls::lacking::OnRecord;
use crate::domain::calls::said_cards::said_cards;
use crate::domain::calls::said_time::said_time;
use crate::domain::calls::{Call, Disposition, Lacking};
use crate::domain::ctx::Ctx;
use crate::domain::desks::DeskCode;
use crate::domain::id::CallId;
use crate::domain::tickets::TicketNo;
use crate::domain::tickets::line::TicketLine;
use crate::domain::verification::record::VerificationOutcome;
use crate::store::verification::record as verifications;
use crate::store::{Access, calls, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::calls::wrap_up::Ending;
use crate::usecase::{Error, Services};

/// What is said while the end of a call is filled in.
pub struct Foreseen {
    /// What the record lacks.
    pub lacking: Vec<Lacking>,
    /// When the clinic is called back, as it was understood.
    pub callback_at: Option<DateTime<Utc>>,
    /// Nobody answers the line at that time.
    pub callback_outside_hours: bool,
}

/// What the end of an open call would lack and promise; nothing is written.
pub async fn foresee(
    services: &Services,
    ctx: &Ctx,
    id: CallId,
    ends: Disposition,
    callback_at: &str,
    ticket: &str,
) -> Result<Foreseen, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let store = &services.store;
    let call = calls::find(store, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let typed = calls::sheet(store, id).await?;
    let matter = Intake::of_sheet(&call, &typed, verifications::free_of(store, id).await?);
    let mut concerned = tickets::of_call(store, id).await?;
    // Whoever may not work on tickets learns nothing of one by naming it.
    if let (Ok(_), Some(no)) = (authorise::<may::TicketWork>(ctx), TicketNo::parse(ticket)) {
        concerned.extend(tickets::of_numbers(store, &[no.as_key()]).await?);
    }
    let at = said_time(callback_at, ctx.now);
    let serves = |at| services.scheme.hours.serves(DeskCode::Helpline, at);
    Ok(Foreseen {
        lacking: lacking(&by, services, store, &call, &matter, concerned.last(), ends).await?,
        callback_at: at,
        callback_outside_hours: at.is_some_and(|at| !serves(at)),
    })
}

/// What the record lacks of a call that ends in a ticket.
pub(super) async fn at_end(
    _: &Ending<Granted<may::CallWork>>,
    services: &Services,
    on: &impl Access,
    ctx: &Ctx,
    call: &Call,
    matter: &Intake,
    ends: Disposition,
) -> Result<Vec<Lacking>, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let concerned = tickets::of_call(on, call.id).await?;
    lacking(&by, services, on, call, matter, concerned.last(), ends).await
}

async fn lacking(
    _: &Granted<may::CallWork>,
    services: &Services,
    on: &impl Access,
    call: &Call,
    matter: &Intake,
    ticket: Option<&TicketLine>,
    ends: Disposition,
) -> Result<Vec<Lacking>, Error> {
    let recorded = |outcome| outcome != VerificationOutcome::Unverified;
    let verified = matter.verification.as_ref().is_some_and(|v| recorded(v.recorded));
    let said = said_cards(&tickets::said_on(on, call.id).await?);
    let has = OnRecord {
        // A ticket that was opened for this very call knows no more than its sheet.
        incident: !matter.incident.is_empty() || ticket.is_some_and(|t| t.opened_at < call.arrived_at),
        narrative: !matter.narrative.trim().is_empty(),
        verification: verified || ticket.is_some_and(|t| recorded(t.verification)),
        sharing: services.scheme.cards.of_every_call().all(|card| said.contains(&card.code)),
    };
    Ok(Lacking::of(ends, has))
}
