//! What a call's record still lacks, and when the clinic is called back, as the end of the call would take it.

use chrono::{DateTime, Utc};

use crate::domain::access::actor::may;
use crate::domain::calls::disposition::Next;
use crate::domain::calls::intake::Intake;
use crate::domain::calls::lacking::OnRecord;
use crate::domain::calls::said_cards::said_cards;
use crate::domain::calls::said_time::said_time;
use crate::domain::calls::sheet::SheetField;
use crate::domain::calls::{Call, Disposition, Lacking, reason_out_of_hours};
use crate::domain::ctx::Ctx;
use crate::domain::desks::DeskCode;
use crate::domain::id::CallId;
use crate::domain::members::clinic_hours::ClinicHours;
use crate::domain::telephone::Telephone;
use crate::domain::text;
use crate::domain::tickets::TicketNo;
use crate::domain::tickets::line::TicketLine;
use crate::domain::time::tokyo_day;
use crate::domain::verification::record::VerificationOutcome;
use crate::store::verification::record as verifications;
use crate::store::{Access, calls, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::calls::clinic::{self, Typed};
use crate::usecase::calls::outbound::said_so_far;
use crate::usecase::calls::sheet_view::open_for;
use crate::usecase::calls::wrap_up::Ending;
use crate::usecase::{Error, Services};

/// What stands in the strip while it is filled in.
pub struct Asked<'a> {
    /// The result that was chosen.
    pub ends: Disposition,
    /// When the clinic is called back, as typed.
    pub callback_at: &'a str,
    /// When it can be reached, as typed.
    pub clinic_hours: &'a str,
    /// The ticket it is recorded in, as chosen.
    pub ticket: &'a str,
}

/// What is said while the end of a call is filled in.
pub struct Foreseen {
    /// What the record lacks.
    pub lacking: Vec<Lacking>,
    /// When the clinic is called back, as it was understood.
    pub callback_at: Option<DateTime<Utc>>,
    /// Why that time would be refused.
    pub callback_refused: Option<String>,
    /// The call came outside hours, and why it was taken isn't said yet.
    pub reason_missing: bool,
    /// Something was told, and no ticket will keep it.
    pub without_ticket: bool,
    /// Nobody chose a severity: that which the ticket that is opened now takes, in words.
    pub severity_assumed: Option<String>,
    /// Nobody answers the line at that time.
    pub callback_outside_hours: bool,
    /// When the clinic can be reached, and since when that is known: not yet, where it stands in the strip.
    pub clinic: Option<(ClinicHours, Option<DateTime<Utc>>)>,
    /// What was typed of the clinic's hours tells none: it is kept in words.
    pub clinic_in_words: bool,
    /// Nobody is at the clinic at that time.
    pub callback_outside_clinic: bool,
}

/// What the end of an open call would lack and promise; nothing is written.
pub async fn foresee(services: &Services, ctx: &Ctx, id: CallId, asked: &Asked<'_>) -> Result<Foreseen, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let store = &services.store;
    let call = calls::find(store, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let typed = calls::sheet(store, id).await?;
    let matter = Intake::of_sheet(&call, &typed, verifications::free_of(store, id).await?);
    let mut concerned = tickets::of_call(store, id).await?;
    // Whoever may not work on tickets learns nothing of one by naming it, and others only of one that the sheet shows.
    if let (Ok(_), Some(no)) = (authorise::<may::TicketWork>(ctx), TicketNo::parse(asked.ticket)) {
        let offered = open_for(store, &call, verifications::last_of(store, id).await?.as_ref(), Vec::new()).await?;
        concerned.extend(offered.into_iter().filter(|line| line.number == no));
    }
    let at = said_time(asked.callback_at, ctx.now);
    let refused = at.and_then(|at| text::ahead("callback_at", at, ctx.now).err());
    let told = !matter.narrative.trim().is_empty() || !matter.incident.is_empty() || matter.verification.is_some();
    let ends = asked.ends;
    let verified = matter.verification.as_ref().filter(|v| v.recorded.opens_remote());
    let facility = verified.and_then(|v| v.facility_id).or_else(|| concerned.last().and_then(|line| line.facility_id));
    let typed_hours = Typed::read(asked.clinic_hours).unwrap_or(Typed::Nothing);
    let clinic_in_words = matches!(typed_hours, Typed::Words(_));
    let clinic = match typed_hours {
        Typed::Hours(hours) => Some((hours, None)),
        _ => clinic::known(store, facility).await?.map(|said| (said.hours, Some(said.said_at))),
    };
    let holiday = |at| services.scheme.hours.is_holiday(tokyo_day(at));
    let reached = |at| clinic.as_ref().is_none_or(|(hours, _)| hours.open_at(at, holiday(at)));
    let serves = |at| services.scheme.hours.serves(DeskCode::Helpline, at);
    let lists = &services.scheme.lists;
    Ok(Foreseen {
        lacking: lacking(&by, services, store, &call, &matter, concerned.last(), ends).await?,
        callback_at: at,
        callback_refused: match (at, asked.callback_at.trim()) {
            (None, typed) if typed.chars().count() > 2 => Some("日時を読み取れません（例 明日10時）".to_owned()),
            _ => refused.and_then(|refusal| refusal.about("callback_at").map(str::to_owned)),
        },
        reason_missing: reason_out_of_hours(call.out_of_hours, typed.text(SheetField::OutOfHoursReason)).is_err(),
        without_ticket: ends == Disposition::CutOff && told && concerned.is_empty(),
        severity_assumed: (matter.severity.is_empty() && concerned.is_empty() && ends.next() != Next::None)
            .then(|| lists.severity_label(lists.severity_assumed(&matter.incident)).to_owned()),
        callback_outside_hours: at.is_some_and(|at| !serves(at)),
        callback_outside_clinic: at.is_some_and(|at| !reached(at)),
        clinic_in_words,
        clinic,
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
    let said = said_cards(&said_so_far(on, call).await?);
    let has = OnRecord {
        // A ticket that was opened for this very call knows no more than its sheet.
        incident: !matter.incident.is_empty() || ticket.is_some_and(|t| t.opened_at < call.arrived_at),
        narrative: !matter.narrative.trim().is_empty(),
        callback_number: Telephone::read(&matter.callback).is_number(),
        verification: verified || ticket.is_some_and(|t| recorded(t.verification)),
        sharing: services.scheme.cards.of_every_call().all(|card| said.contains(&card.code)),
    };
    Ok(Lacking::of(ends, has))
}
