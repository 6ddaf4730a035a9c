//! A ticket for a call's matter: a new one, or one that exists; and what a verification does to it.

use crate::domain::search::{Found, SearchText};
use chrono::Datelike;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::Call;
use crate::domain::calls::intake::{Intake, UNDECIDED};
use crate::domain::ctx::Ctx;
use crate::domain::id::{TicketId, VerificationId};
use crate::domain::members::record::{FacilityRecord, MemberRecord};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::state::Status;
use crate::domain::tickets::{Event, Place, State, Ticket, TicketNo};
use crate::domain::time::tokyo_time;
use crate::domain::verification::record::{Verification, VerificationOutcome};
use crate::store::tickets::task;
use crate::store::verification::record as verifications;
use crate::store::{Access, Tx, audit, members, search, tickets};
use crate::usecase::authorise::Granted;
use crate::usecase::tickets::opens::Opens;
use crate::usecase::tickets::{follow, overtaken, timeline};
use crate::usecase::verification::record::Recording;
use crate::usecase::{Error, Services, me};

/// What gives a verification to a ticket: the right to record it, or to tie its call to the ticket.
pub(in crate::usecase) trait Attaches {}
impl Attaches for Recording<'_> {}
impl Attaches for Granted<may::TicketWork> {}

/// A ticket that was opened in this very deed: nobody else has seen it yet.
pub(in crate::usecase) struct Newborn(Ticket);

impl Newborn {
    /// The ticket.
    pub(in crate::usecase) fn ticket(&self) -> &Ticket {
        &self.0
    }

    /// The ticket, like any other from now on.
    pub(in crate::usecase) fn grown(self) -> Ticket {
        self.0
    }
}

/// Opens a ticket for a call's matter; tier 1 works on it from the start.
pub(in crate::usecase) async fn open(
    _: &impl Opens,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    matter: &Intake,
) -> Result<Newborn, Error> {
    let verified = matter.verification.as_ref().filter(|v| v.recorded.opens_remote());
    let known = match verified {
        Some(verification) => Known::of(tx, verification).await?,
        None => Known::default(),
    };
    let mut ticket = Ticket {
        id: TicketId(ctx.new_id()),
        number: tickets::next_number(tx, tokyo_time(ctx.now).year()).await?,
        desk: call.desk,
        facility_id: verified.and_then(|v| v.facility_id),
        member_id: verified.and_then(|v| v.member_id),
        facility_name: matter.said.facility.clone(),
        prefecture: String::new(),
        facility_kind: String::new(),
        incident: or(&matter.incident, UNDECIDED),
        severity: or(&matter.severity, services.scheme.lists.severity_assumed(&matter.incident)),
        summary: matter.narrative.clone(),
        state: State { at: Status::Tier1, since: ctx.now, by: me(ctx), before: None },
        version: 1,
        owner_id: Some(me(ctx)),
        verification: matter.verification.as_ref().map_or(VerificationOutcome::Unverified, |v| v.recorded),
        tier: 1,
        opened_at: ctx.now,
        opened_by: me(ctx),
        opened_on: ctx.today(),
        closed_at: None,
        last_event_at: ctx.now,
        erased_on: None,
        merged_into: None,
    };
    known.put_on(&mut ticket);
    tickets::add(tx, &ticket).await?;
    tickets::link_call(tx, call.id, ticket.id).await?;
    if let Some(verification) = &matter.verification {
        verifications::take(tx, &corrected(tx, verification).await?, ticket.id).await?;
        task::give(tx, verification.id, ticket.id).await?;
    }
    let told = Event::Opened { call: call.id, words: opening_words(services, matter) };
    timeline::write(services, tx, ctx, Place::Both(ticket.id, call.id), &told).await?;
    search::put(tx, ticket.number, &SearchText::of(&[&ticket, &known, call, matter])).await?;
    let entry = AuditEntry::done("ticket.open", Object::new("ticket", ticket.id.0));
    audit::record(tx, ctx, entry.subjects(whose(&ticket))).await?;
    Ok(Newborn(ticket))
}

/// What belongs to a ticket with a verification: those on the same call that it corrects.
async fn corrected(on: &impl Access, verification: &Verification) -> Result<Vec<VerificationId>, Error> {
    let free = verifications::all_free_of(on, verification.call_id).await?;
    Ok(free.iter().filter(|other| other.same_facility(verification)).map(|other| other.id).collect())
}

fn opening_words(services: &Services, matter: &Intake) -> String {
    let incident = services.scheme.lists.incident_label(&matter.incident);
    match (incident.is_empty(), matter.narrative.is_empty()) {
        (_, false) => matter.narrative.clone(),
        (false, true) => incident.to_owned(),
        // True of a ticket that is opened first and told about afterwards, too.
        (true, true) => "相談票を起こしました".to_owned(),
    }
}

/// Ties a call to a ticket that exists; what it tells and what was verified about who is on the phone now go with it. Who may not work on
/// tickets never comes here, and so never learns which numbers there are.
pub(in crate::usecase) async fn existing(
    by: &Granted<may::TicketWork>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    typed: &str,
    matter: &Intake,
) -> Result<Ticket, Error> {
    let unknown = || {
        Refusal::field(
            "ticket",
            "ticket.unknown",
            "この番号の相談票はありません。番号をご確認ください（例 2026-000123）",
        )
    };
    let no = TicketNo::parse(typed).ok_or_else(unknown)?;
    let ticket = tickets::find(tx, no).await?.ok_or_else(unknown)?;
    let kept = ticket.must_be_kept().and_then(|()| ticket.must_stand_alone());
    kept.map_err(|refusal| Refusal::field("ticket", refusal.code, refusal.message))?;
    tickets::link_call(tx, call.id, ticket.id).await?;
    follow::follow(by, services, tx, ctx, call.id, ticket.id, &matter.beside(&ticket.incident)).await?;
    let entry =
        AuditEntry::done("ticket.link", Object::new("ticket", ticket.id.0)).subjects([Object::new("call", call.id.0)]);
    audit::record(tx, ctx, entry).await?;
    let ticket = tickets::find(tx, no).await?.ok_or_else(unknown)?;
    match &matter.verification {
        Some(verification) => attach(by, tx, ctx, ticket, verification).await,
        None => Ok(ticket),
    }
}

/// Gives a verification made on a call to one of its tickets: whose matter it is, and that remote support is open.
/// A verification of another facility than the ticket's is left for another ticket.
pub(in crate::usecase) async fn attach(
    _: &impl Attaches,
    tx: &Tx,
    ctx: &Ctx,
    mut ticket: Ticket,
    verification: &Verification,
) -> Result<Ticket, Error> {
    let another = ticket.facility_id.is_some()
        && verification.facility_id.is_some()
        && ticket.facility_id != verification.facility_id;
    if another || ticket.erased_on.is_some() {
        return Ok(ticket);
    }
    verifications::take(tx, &corrected(tx, verification).await?, ticket.id).await?;
    task::give(tx, verification.id, ticket.id).await?;
    let version = ticket.version;
    ticket.verification = verification.recorded;
    ticket.last_event_at = ctx.now;
    if verification.recorded.opens_remote() {
        let known = Known::of(tx, verification).await?;
        ticket.facility_id = verification.facility_id.or(ticket.facility_id);
        ticket.member_id = verification.member_id.or(ticket.member_id);
        known.put_on(&mut ticket);
        search::add(tx, ticket.number, &SearchText::of(&[&known])).await?;
    }
    if !tickets::save(tx, &ticket, version).await? {
        return Err(overtaken(tx, &ticket, version).await?.into());
    }
    ticket.version = version + 1;
    tickets::name_facility(tx, &ticket).await?;
    audit::record(
        tx,
        ctx,
        AuditEntry::done("ticket.verify", Object::new("ticket", ticket.id.0)).subjects(whose(&ticket)),
    )
    .await?;
    Ok(ticket)
}

/// A text, or what stands for it where there is none.
fn or(text: &str, fallback: &str) -> String {
    if text.is_empty() { fallback.to_owned() } else { text.to_owned() }
}

fn whose(ticket: &Ticket) -> Vec<Object> {
    let facility = ticket.facility_id.map(|f| Object::new("facility", f.0));
    facility.into_iter().chain(ticket.member_id.map(|m| Object::new("member", m.0))).collect()
}

/// What the directory holds of a verified caller's facility and member.
#[derive(Default)]
struct Known {
    facility: Option<FacilityRecord>,
    member: Option<MemberRecord>,
}

impl Known {
    async fn of(tx: &Tx, verification: &Verification) -> Result<Self, Error> {
        let facility = match verification.facility_id {
            Some(id) => members::facility_by_id(tx, id.0).await?,
            None => None,
        };
        let member = match verification.member_id {
            Some(id) => members::member_by_id(tx, id.0).await?,
            None => None,
        };
        Ok(Self { facility, member })
    }

    fn put_on(&self, ticket: &mut Ticket) {
        if let Some(facility) = &self.facility {
            ticket.facility_name.clone_from(&facility.name);
            ticket.facility_kind.clone_from(&facility.kind);
        }
        if let Some(member) = &self.member {
            ticket.prefecture = member.pref_association.trim_end_matches("医師会").to_owned();
        }
    }
}

impl Found for Known {
    fn found_by(&self, text: &mut SearchText) {
        self.facility.found_by(text);
        self.member.found_by(text);
    }
}
