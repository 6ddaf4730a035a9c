//! Opening a ticket: what is loaded for somebody is what the table of fields lets them see.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::access::actor::{Action, Actor, ActorKind, may};
use crate::domain::access::field::{Field, Fields, Reach, reach};
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::calls::CallLine;
use crate::domain::claims::Claim;
use crate::domain::ctx::Ctx;
use crate::domain::id::{AccountId, CallId};
use crate::domain::incidents::{Clock, Record};
use crate::domain::members::clinic_hours::SaidHours;
use crate::domain::members::record::{FacilityRecord, MemberRecord};
use crate::domain::page::PAGE_SIZE;
use crate::domain::referrals::Referral;
use crate::domain::tickets::callback::Callback;
use crate::domain::tickets::draft::Draft;
use crate::domain::tickets::evidence_gate::EvidenceCheck;
use crate::domain::tickets::hold::Hold;
use crate::domain::tickets::remote::Remote;
use crate::domain::tickets::task::Task;
use crate::domain::tickets::{Entry, Ticket, TicketNo, TransitionKind};
use crate::domain::verification::record::Verification;
use crate::store::incidents::{clock, record};
use crate::store::referrals::referral;
use crate::store::tickets::{callback, draft, evidence_gate, hold, remote, task};
use crate::store::verification::record as verifications;
use crate::store::{Store, StoreError, accounts, claims, members, tickets};
use crate::usecase::access::gate;
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::tickets::evidence_gate::Gate;
use crate::usecase::tickets::parts::{self, Parts};
use crate::usecase::tickets::shown::{if_known, if_shown};
use crate::usecase::{Error, Services, me};

/// Everything a ticket's page shows. What its reader may not see isn't in it.
pub struct TicketView {
    /// The fields it was loaded with.
    pub fields: Fields,
    /// The ticket.
    pub ticket: Ticket,
    /// Its facility, once known.
    pub facility: Option<FacilityRecord>,
    /// Its member, once known.
    pub member: Option<MemberRecord>,
    /// When the facility can be reached, as it said last.
    pub clinic: Option<SaidHours>,
    /// What its reader may do with it now.
    pub offers: Vec<TransitionKind>,
    /// The move that its reader may take back now.
    pub may_take_back: Option<TransitionKind>,
    /// What happened, by event time.
    pub entries: Vec<Entry>,
    /// How many lines before the newest aren't shown; of those only what tells where the ticket stands is among `entries`.
    pub older: u64,
    /// Its calls, oldest first.
    pub calls: Vec<CallLine>,
    /// What was said about who called.
    pub verifications: Vec<Verification>,
    /// Remote sessions.
    pub remotes: Vec<Remote>,
    /// What was heard before remote support and cleaning, oldest first.
    pub checks: Vec<EvidenceCheck>,
    /// Why its reader can't connect, or clean, as far as what was heard decides it.
    pub gate: Gate,
    /// What is known of its incident.
    pub incident: Record,
    /// The clocks of the clinic's duties.
    pub clocks: Vec<Clock>,
    /// Its referrals to firms.
    pub referrals: Vec<Referral>,
    /// Callbacks not kept yet.
    pub callbacks: Vec<Callback>,
    /// Tasks not done yet.
    pub tasks: Vec<Task>,
    /// Claims made for it.
    pub claims: Vec<Claim>,
    /// Holds, those lifted included.
    pub holds: Vec<Hold>,
    /// Where it went, and what went into it.
    pub parts: Parts,
    /// What its reader has begun to type on it.
    pub drafts: Vec<Draft>,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

impl TicketView {
    /// Takes in what went into its ticket: read as one, by event time.
    fn take_in(&mut self, mut parts: Parts) {
        self.checks.append(&mut parts.checks);
        self.checks.sort_by_key(|check| check.asked_at);
        self.entries.append(&mut parts.entries);
        self.entries.sort_by_key(|entry| (entry.occurred_at, entry.entered_at, entry.id));
        for call in parts.calls.drain(..) {
            if self.calls.iter().all(|other| other.id != call.id) {
                self.calls.push(call);
            }
        }
        self.parts = parts;
    }
}

/// Opens a ticket; audited with the facility and member it shows. A ticket out of the reader's reach is absent, and
/// the attempt is written down.
pub async fn show(services: &Services, ctx: &Ctx, no: TicketNo) -> Result<TicketView, Error> {
    let by = authorise::<may::TicketRead>(ctx)?;
    open(&by, services, ctx, no, None).await
}

/// How many lines of a long timeline a page shows at first.
pub const NEWEST: u64 = PAGE_SIZE;

/// Opens a ticket with the newest lines of its timeline alone, and those older ones that tell where it stands; audited
/// like [`show`]. A ticket of two thousand lines opens like one of twenty.
pub async fn show_newest(services: &Services, ctx: &Ctx, no: TicketNo) -> Result<TicketView, Error> {
    let by = authorise::<may::TicketRead>(ctx)?;
    open(&by, services, ctx, no, Some(NEWEST)).await
}

async fn open(
    by: &Granted<may::TicketRead>,
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    newest: Option<u64>,
) -> Result<TicketView, Error> {
    let store = &services.store;
    let ticket = tickets::find(store, no).await?.ok_or(Error::NotFound("ticket"))?;
    if reach(&ctx.actor) == Reach::Claims && !claims::concern(store, ticket.id).await? {
        let entry = AuditEntry::done("ticket.view", Object::new("ticket", ticket.id.0)).outcome(Outcome::Refused);
        gate::refused(services, ctx, entry).await?;
        return Err(Error::NotFound("ticket"));
    }
    let whose = [
        ticket.facility_id.map(|f| Object::new("facility", f.0)),
        ticket.member_id.map(|m| Object::new("member", m.0)),
    ];
    let entry =
        AuditEntry::done("ticket.view", Object::new("ticket", ticket.id.0)).subjects(whose.into_iter().flatten());
    let audited = store.journal().write(ctx, entry);
    let (audited, view) = tokio::join!(audited, Box::pin(gather(by, services, ctx, ticket, newest)));
    audited?;
    view
}

async fn gather(
    by: &Granted<may::TicketRead>,
    services: &Services,
    ctx: &Ctx,
    ticket: Ticket,
    newest: Option<u64>,
) -> Result<TicketView, Error> {
    let store = &services.store;
    let fields = ctx.actor.fields(Action::TicketRead);
    let offers = ticket.offers(&ctx.actor);
    let mut view = blank(ticket, fields, offers);
    // What doesn't hang on each other is asked at once.
    let works = ctx.actor.kind == ActorKind::Account && ctx.actor.may(Action::TicketWork);
    let drafts = if_shown(works, draft::of(store, view.ticket.id, me(ctx)));
    let (course, whose, beside, drafts) = tokio::try_join!(
        course(by, store, &view, newest),
        whose(by, store, &view),
        beside(by, store, ctx, &view),
        drafts
    )?;
    view.drafts = drafts;
    (view.calls, (view.entries, view.older), view.holds) = course;
    (view.facility, view.clinic, view.member, view.verifications) = whose;
    (view.remotes, view.checks, view.callbacks, view.tasks, view.claims, view.incident, view.clocks, view.referrals) =
        beside;
    // What may be done hangs on its own timeline, as the steps read it.
    view.may_take_back = taken_back(by, ctx, &view);
    if view.fields.show(Field::TicketNarrative) {
        let parts = Box::pin(parts::gather(by, store, &view.ticket, (&view.entries, view.older))).await?;
        // Whoever reads it reads them.
        for (part, _) in &parts.numbers {
            store.journal().write(ctx, AuditEntry::done("ticket.view", Object::new("ticket", part.0))).await?;
        }
        view.take_in(parts);
    }
    if may_connect(&view) {
        view.gate = Gate::of(by, services, ctx, &view.entries, &view.checks, &view.remotes);
    }
    if view.ticket.erased_on.is_some() {
        // What another ticket of the same call still needs is shown there.
        view.calls.iter_mut().for_each(CallLine::forget);
        view.entries.iter_mut().for_each(|entry| entry.body.clear());
    }
    let owner = view.ticket.owner_id.map(|o| o.0);
    let mut people: Vec<Uuid> = view.entries.iter().map(|e| e.entered_by.0).chain(owner).collect();
    people.extend(view.holds.iter().map(|hold| hold.placed_by.0));
    people.extend(view.callbacks.iter().map(|promise| promise.rings().0));
    people.sort_unstable();
    people.dedup();
    view.names = accounts::names(store, people).await?.into_iter().collect();
    // What the product wrote down by itself.
    view.names.insert(Uuid::nil(), Actor::system().name);
    Ok(view)
}

/// Its calls, its timeline with how many lines of it aren't there, and what keeps it.
type Course = (Vec<CallLine>, (Vec<Entry>, u64), Vec<Hold>);

async fn course(
    _: &Granted<may::TicketRead>,
    store: &Store,
    view: &TicketView,
    newest: Option<u64>,
) -> Result<Course, StoreError> {
    let (id, narrative) = (view.ticket.id, view.fields.show(Field::TicketNarrative));
    let timeline = async {
        let calls = if_shown(view.fields.show(Field::CallHead) || narrative, tickets::calls_of(store, id)).await?;
        let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
        let entries = match newest {
            Some(newest) => if_shown(narrative, tickets::newest(store, id, &ids, newest)).await?,
            None => (if_shown(narrative, tickets::timeline(store, id, &ids)).await?, 0),
        };
        Ok((calls, entries))
    };
    let ((calls, entries), holds) = tokio::try_join!(timeline, if_shown(narrative, hold::of(store, id)))?;
    Ok((calls, entries, holds))
}

/// Whose it is: of a clinic that isn't known yet, nothing.
type Whose = (Option<FacilityRecord>, Option<SaidHours>, Option<MemberRecord>, Vec<Verification>);

async fn whose(_: &Granted<may::TicketRead>, store: &Store, view: &TicketView) -> Result<Whose, StoreError> {
    let facility = view.ticket.facility_id.filter(|_| view.fields.show(Field::TicketFacility));
    let member = view.ticket.member_id.filter(|_| view.fields.show(Field::TicketMember));
    tokio::try_join!(
        if_known(facility, |id| members::facility_by_id(store, id.0)),
        if_known(facility, |id| members::hours_of(store, id)),
        if_known(member, |id| members::member_by_id(store, id.0)),
        if_shown(view.fields.show(Field::VerificationSaid), verifications::of_ticket(store, view.ticket.id)),
    )
}

/// What hangs on it.
type Beside =
    (Vec<Remote>, Vec<EvidenceCheck>, Vec<Callback>, Vec<Task>, Vec<Claim>, Record, Vec<Clock>, Vec<Referral>);

async fn beside(
    _: &Granted<may::TicketRead>,
    store: &Store,
    ctx: &Ctx,
    view: &TicketView,
) -> Result<Beside, StoreError> {
    let (id, shown) = (view.ticket.id, |field| view.fields.show(field));
    let incident = shown(Field::TicketIncident) && view.ticket.erased_on.is_none();
    // Before tier 2 has it there is none.
    let referred = shown(Field::TicketReferral) && view.ticket.tier == 2 && view.ticket.erased_on.is_none();
    tokio::try_join!(
        if_shown(shown(Field::TicketRemote), remote::of(store, id)),
        // Otherwise nobody connects, and what was heard stands on the timeline.
        if_shown(may_connect(view), evidence_gate::of(store, id)),
        if_shown(shown(Field::TicketCallback), callback::of(store, vec![id.0])),
        if_shown(shown(Field::TicketCourse), task::all_open(store, Some(id))),
        if_shown(ctx.actor.sees(Action::ClaimRead, Field::ClaimHead), claims::of_ticket(store, id)),
        if_shown(incident, record::known(store, id)),
        if_shown(incident, clock::of(store, id)),
        if_shown(referred, referral::of(store, id)),
    )
}

/// Whether its reader sees remote support, and somebody could connect.
fn may_connect(view: &TicketView) -> bool {
    let open = view.ticket.verification.opens_remote() && !view.ticket.state.is_end();
    view.fields.show(Field::TicketRemote) && open
}

/// The move that may be taken back: the line written last says it.
fn taken_back(_: &Granted<may::TicketRead>, ctx: &Ctx, view: &TicketView) -> Option<TransitionKind> {
    if !ctx.actor.may(Action::TicketWork) || !view.fields.show(Field::TicketNarrative) {
        return None;
    }
    let own = view.entries.iter().filter(|entry| entry.ticket_id == Some(view.ticket.id));
    view.ticket.may_take_back(own.max_by_key(|entry| (entry.entered_at, entry.id)), me(ctx), ctx.now)
}

/// The page of a ticket before anything is loaded for it.
fn blank(ticket: Ticket, fields: Fields, offers: Vec<TransitionKind>) -> TicketView {
    TicketView {
        offers,
        may_take_back: None,
        ticket: only(ticket, &fields),
        facility: None,
        clinic: None,
        member: None,
        entries: Vec::new(),
        older: 0,
        calls: Vec::new(),
        verifications: Vec::new(),
        remotes: Vec::new(),
        checks: Vec::new(),
        gate: Gate::default(),
        incident: Record::default(),
        clocks: Vec::new(),
        referrals: Vec::new(),
        callbacks: Vec::new(),
        tasks: Vec::new(),
        drafts: Vec::new(),
        claims: Vec::new(),
        holds: Vec::new(),
        parts: Parts::default(),
        names: HashMap::new(),
        fields,
    }
}

/// The ticket without what may not be seen of it.
fn only(ticket: Ticket, fields: &Fields) -> Ticket {
    let kept = |field, text: String| if fields.show(field) { text } else { String::new() };
    let owner_id: Option<AccountId> = ticket.owner_id.filter(|_| fields.show(Field::TicketCourse));
    Ticket {
        summary: kept(Field::TicketNarrative, ticket.summary),
        severity: kept(Field::TicketCourse, ticket.severity),
        facility_name: kept(Field::TicketFacility, ticket.facility_name),
        owner_id,
        ..ticket
    }
}
