//! Opening a ticket: what is loaded for somebody is what the table of fields lets them see.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::access::actor::{Action, Actor, may};
use crate::domain::access::field::{Field, Fields, Reach, reach};
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::calls::CallLine;
use crate::domain::claims::Claim;
use crate::domain::ctx::Ctx;
use crate::domain::id::{AccountId, CallId};
use crate::domain::members::clinic_hours::SaidHours;
use crate::domain::members::record::{FacilityRecord, MemberRecord};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::callback::Callback;
use crate::domain::tickets::evidence_gate::{EvidenceCheck, Purpose, asked_anew_since, may_go_on};
use crate::domain::tickets::hold::Hold;
use crate::domain::tickets::remote::{Remote, running};
use crate::domain::tickets::task::Task;
use crate::domain::tickets::{Entry, Ticket, TicketNo, TransitionKind};
use crate::domain::verification::record::Verification;
use crate::store::tickets::{callback, evidence_gate, hold, remote, task};
use crate::store::verification::record as verifications;
use crate::store::{accounts, claims, members, tickets};
use crate::usecase::access::gate;
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::tickets::evidence_gate::told_to_cut_off;
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
    /// Callbacks not kept yet.
    pub callbacks: Vec<Callback>,
    /// Tasks not done yet.
    pub tasks: Vec<Task>,
    /// Claims made for it.
    pub claims: Vec<Claim>,
    /// Holds, those lifted included.
    pub holds: Vec<Hold>,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// What the questions before remote support and before cleaning allow a page's reader.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// Somebody was told to cut a machine off.
    pub told_to_cut_off: bool,
    /// Why they can't connect.
    pub connect: Option<Refusal>,
    /// Why they can't clean, while a session runs.
    pub clean: Option<Refusal>,
}

impl Gate {
    fn of(_: &Granted<may::TicketRead>, services: &Services, ctx: &Ctx, view: &TicketView) -> Self {
        let told = told_to_cut_off(services, &view.entries);
        let specialist = ctx.actor.may(Action::Tier2);
        let may = |purpose, since| may_go_on(&view.checks, purpose, since, told, specialist).err();
        let began = running(&view.remotes).map(|session| session.started_at);
        Self {
            told_to_cut_off: told,
            connect: may(Purpose::Connect, asked_anew_since(&view.remotes)),
            clean: may(Purpose::Clean, began),
        }
    }
}

/// Opens a ticket; audited with the facility and member it shows. A ticket out of the reader's reach is absent, and
/// the attempt is written down.
pub async fn show(services: &Services, ctx: &Ctx, no: TicketNo) -> Result<TicketView, Error> {
    let by = authorise::<may::TicketRead>(ctx)?;
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
    let (audited, view) = tokio::join!(audited, gather(&by, services, ctx, ticket));
    audited?;
    view
}

async fn gather(
    by: &Granted<may::TicketRead>,
    services: &Services,
    ctx: &Ctx,
    ticket: Ticket,
) -> Result<TicketView, Error> {
    let store = &services.store;
    let fields = ctx.actor.fields(Action::TicketRead);
    let (id, facility, member) = (ticket.id, ticket.facility_id, ticket.member_id);
    let offers = ticket.offers(&ctx.actor);
    let mut view = blank(ticket, fields, offers);
    let shown = |field| view.fields.show(field);
    let links = match shown(Field::CallHead) || shown(Field::TicketNarrative) {
        true => tickets::calls_of(store, id).await?,
        false => Vec::new(),
    };
    if shown(Field::TicketNarrative) {
        let ids: Vec<CallId> = links.iter().map(|call| call.id).collect();
        view.entries = tickets::timeline(store, id, &ids).await?;
        view.may_take_back = taken_back(by, ctx, &view);
        view.holds = hold::of(store, id).await?;
    }
    if let Some(facility) = facility.filter(|_| shown(Field::TicketFacility)) {
        view.facility = members::facility_by_id(store, facility.0).await?;
        view.clinic = members::hours_of(store, facility).await?;
    }
    if let Some(member) = member.filter(|_| shown(Field::TicketMember)) {
        view.member = members::member_by_id(store, member.0).await?;
    }
    if shown(Field::VerificationSaid) {
        view.verifications = verifications::of_ticket(store, id).await?;
    }
    if shown(Field::TicketRemote) {
        view.remotes = remote::of(store, id).await?;
        // Otherwise nobody connects, and what was heard stands on the timeline.
        if view.ticket.verification.opens_remote() && !view.ticket.state.is_end() {
            view.checks = evidence_gate::of(store, id).await?;
            view.gate = Gate::of(by, services, ctx, &view);
        }
    }
    if shown(Field::TicketCallback) {
        view.callbacks = callback::of(store, vec![id.0]).await?;
    }
    if shown(Field::TicketCourse) {
        view.tasks = task::all_open(store, Some(id)).await?;
    }
    if ctx.actor.sees(Action::ClaimRead, Field::ClaimHead) {
        view.claims = claims::of_ticket(store, id).await?;
    }
    view.calls = links;
    if view.ticket.erased_on.is_some() {
        // What another ticket of the same call still needs is shown there.
        view.calls.iter_mut().for_each(CallLine::forget);
        view.entries.iter_mut().for_each(|entry| entry.body.clear());
    }
    let owner = view.ticket.owner_id.map(|o| o.0);
    let mut people: Vec<Uuid> = view.entries.iter().map(|e| e.entered_by.0).chain(owner).collect();
    people.extend(view.holds.iter().map(|hold| hold.placed_by.0));
    people.sort_unstable();
    people.dedup();
    view.names = accounts::names(store, people).await?.into_iter().collect();
    // What the product wrote down by itself.
    view.names.insert(Uuid::nil(), Actor::system().name);
    Ok(view)
}

/// The move that may be taken back: the line written last says it.
fn taken_back(_: &Granted<may::TicketRead>, ctx: &Ctx, view: &TicketView) -> Option<TransitionKind> {
    if !ctx.actor.may(Action::TicketWork) {
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
        calls: Vec::new(),
        verifications: Vec::new(),
        remotes: Vec::new(),
        checks: Vec::new(),
        gate: Gate::default(),
        callbacks: Vec::new(),
        tasks: Vec::new(),
        claims: Vec::new(),
        holds: Vec::new(),
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
