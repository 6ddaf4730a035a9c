//! What holds whatever people and programs do at once: every rule is read from what is stored, against the timeline.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::incidents::IncidentEvent;
use madoguchi::domain::referrals::{Referral, Step};
use madoguchi::domain::tickets::evidence_gate::{EvidenceCheck, Purpose};
use madoguchi::domain::tickets::remote::Remote;
use madoguchi::domain::tickets::replay::{Replayed, replay};
use madoguchi::domain::tickets::{Event, StatusKind, Ticket, TicketNo};
use madoguchi::store::incidents::{authority, campaign, clock, dossier, indicator};
use madoguchi::store::tickets::{self, callback, escalation, evidence_gate, remote};
use madoguchi::usecase::tickets::page;

use crate::support::TestApp;

/// All of it, of some tickets.
pub(super) async fn hold(app: &TestApp, numbers: &[TicketNo], after: &str) {
    let store = &app.services.store;
    let waiting =
        escalation::waiting(store, &app.services.scheme.lists.gravest_first(), None, 1_000).await.expect("a queue");
    let mut checks = Vec::new();
    for no in numbers {
        checks.extend(evidence_gate::of(store, app.ticket(*no).await.id).await.expect("checks"));
    }
    for no in numbers {
        let ticket = app.ticket(*no).await;
        let shown = page::show(&app.services, &app.ctx(Role::Supervisor), *no).await.expect("a ticket");
        let own: Vec<_> = shown.entries.into_iter().filter(|entry| entry.ticket_id == Some(ticket.id)).collect();
        assert_eq!(replay(&own), Some(Replayed::of(&ticket)), "{after}: {no} stands where its timeline says");
        let places = waiting.iter().filter(|one| one.ticket_id == ticket.id).count();
        let asked = ticket.state.kind() == StatusKind::Escalated;
        let expected = usize::from(asked && ticket.merged_into.is_none());
        assert_eq!(places, expected, "{after}: {no} stands in the queue as often as it waits");
        assert!(!asked || ticket.owner_id.is_none(), "{after}: {no} waits and is somebody's");
        app.referrals(*no).await.iter().for_each(no_consent_was_skipped);
        no_machine_was_touched_unasked(&ticket, &remote::of(store, ticket.id).await.expect("sessions"), &checks, after);
        what_is_known_is_what_was_told(app, &ticket, after).await;
        what_was_promised_and_handed_over_is_what_the_timeline_tells(app, &ticket, after).await;
    }
    let merged = app.number("SELECT COUNT(*) AS n FROM tickets WHERE merged_into IS NOT NULL").await;
    let rows = app.number("SELECT COUNT(*) AS n FROM merges WHERE undone_at IS NULL").await;
    assert_eq!(rows, merged, "{after}: each ticket that went into another has one row that says so");
}

/// No firm was told anything before the fees were told and what may be passed on was agreed, for that firm.
fn no_consent_was_skipped(referral: &Referral) {
    let (mut told, mut agreed) = (false, false);
    for taken in &referral.steps {
        match &taken.step {
            Step::FeesTold { .. } => told = true,
            Step::Proposed { .. } => agreed = false,
            Step::Chosen { as_agreed, .. } => agreed = *as_agreed && !referral.items.is_empty(),
            Step::Agreed { .. } => agreed = true,
            Step::Contacted { .. } | Step::Answered { .. } => assert!(told && agreed, "{referral:?}"),
            _ => {}
        }
    }
}

/// Nobody connected without consent and without having asked, nobody removed anything without asking again; one session
/// at a time, and none is left open by a ticket that has ended.
fn no_machine_was_touched_unasked(ticket: &Ticket, sessions: &[Remote], checks: &[EvidenceCheck], after: &str) {
    let running = sessions.iter().filter(|session| session.ended_at.is_none()).count();
    assert!(running <= 1, "{after}: {running} sessions at once");
    assert!(running == 0 || !ticket.state.is_end(), "{after}: closed over an open session");
    for session in sessions {
        assert!(!session.consent_by.is_empty() && session.consent_version.is_some(), "{after}: {session:?}");
        let asked = |purpose, from, until| {
            checks.iter().any(|check| check.purpose == purpose && check.asked_at >= from && check.asked_at <= until)
        };
        let first = ticket.opened_at.min(session.started_at);
        assert!(asked(Purpose::Connect, first, session.started_at), "{after}: connected unasked, {session:?}");
        if let Some(ended) = session.ended_at.filter(|_| !session.removed.is_empty()) {
            assert!(asked(Purpose::Clean, session.started_at, ended), "{after}: removed unasked, {session:?}");
        }
    }
}

/// Promises, dossiers and authorities' requests stand as the timeline tells them: each is kept, made known and answered
/// once, and nothing was handed over without somebody's consent.
async fn what_was_promised_and_handed_over_is_what_the_timeline_tells(app: &TestApp, ticket: &Ticket, after: &str) {
    let store = &app.services.store;
    let (mut promised, mut made, mut asked) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for entry in tickets::timeline(store, ticket.id, &[]).await.expect("a timeline") {
        match entry.event() {
            Some(Event::CallbackPromised { callback, .. }) => {
                assert_eq!(promised.insert(callback, false), None, "{after}: promised twice");
            }
            Some(Event::CallbackKept { callback }) => {
                assert_eq!(promised.insert(callback, true), Some(false), "{after}: kept as it was open");
            }
            Some(Event::Incident(IncidentEvent::DossierMade { dossier, .. })) => {
                assert_eq!(made.insert(dossier, false), None, "{after}: made twice");
            }
            Some(Event::Incident(IncidentEvent::PasswordTold { dossier, .. })) => {
                assert_eq!(made.insert(dossier, true), Some(false), "{after}: told once");
            }
            Some(Event::Incident(IncidentEvent::AuthorityAsked { request, .. })) => {
                assert_eq!(asked.insert(request, false), None, "{after}: asked twice");
            }
            Some(Event::Incident(IncidentEvent::AuthorityAnswered { request, .. })) => {
                assert_eq!(asked.insert(request, true), Some(false), "{after}: answered once");
            }
            _ => {}
        }
    }
    let stand = callback::of(store, vec![ticket.id.0]).await.expect("promises");
    promised.retain(|_, kept| !*kept);
    let stand: BTreeMap<_, _> = stand.into_iter().map(|one| (one.id, one.kept_at.is_some())).collect();
    assert_eq!(stand, promised, "{after}: promises that are open");
    let dossiers = dossier::of(store, ticket.id).await.expect("dossiers");
    assert!(dossiers.iter().all(|one| !one.consent_by.is_empty()), "{after}: handed over unasked");
    let stand: BTreeMap<_, _> = dossiers.into_iter().map(|one| (one.id.0, one.told.is_some())).collect();
    assert_eq!(stand, made, "{after}: dossiers");
    let requests = authority::of(store, ticket.id).await.expect("requests");
    let stand: BTreeMap<_, _> = requests.into_iter().map(|one| (one.id.0, one.answered.is_some())).collect();
    assert_eq!(stand, asked, "{after}: authorities' requests");
}

/// Clocks, what callers said and campaigns stand as the timeline tells it.
async fn what_is_known_is_what_was_told(app: &TestApp, ticket: &Ticket, after: &str) {
    let store = &app.services.store;
    let (mut clocks, mut told, mut joined) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for entry in tickets::timeline(store, ticket.id, &[]).await.expect("a timeline") {
        let Some(Event::Incident(event)) = entry.event() else { continue };
        match event {
            IncidentEvent::ClocksBegan { duties } => {
                for duty in duties {
                    assert_eq!(clocks.insert(duty.clone(), true), None, "{after}: {duty} began twice");
                }
            }
            IncidentEvent::ClockEnded { duty, .. } => {
                assert_eq!(clocks.insert(duty.clone(), false), Some(true), "{after}: {duty} ended as it ran");
            }
            IncidentEvent::ClockResumed { duty, .. } => {
                assert_eq!(clocks.insert(duty.clone(), true), Some(false), "{after}: {duty} had ended");
            }
            IncidentEvent::IndicatorTold { indicator, .. } => assert!(told.insert(indicator), "{after}: told twice"),
            IncidentEvent::IndicatorTakenBack { indicator, .. } => assert!(told.remove(&indicator), "{after}"),
            IncidentEvent::CampaignJoined { campaign, .. } => assert!(joined.insert(campaign), "{after}: joined twice"),
            IncidentEvent::CampaignLeft { campaign, .. } => assert!(joined.remove(&campaign), "{after}: left twice"),
            _ => {}
        }
    }
    let stand = clock::of(store, ticket.id).await.expect("clocks");
    let stand: BTreeMap<String, bool> = stand.into_iter().map(|c| (c.duty, c.ended.is_none())).collect();
    assert_eq!(stand, clocks, "{after}: clocks");
    let said = indicator::of(store, ticket.id).await.expect("indicators");
    assert_eq!(said.iter().map(|one| one.id.0).collect::<BTreeSet<_>>(), told, "{after}: what callers said");
    let campaigns = campaign::all(store, true).await.expect("campaigns");
    let of = campaigns.iter().filter(|one| one.tickets.contains(&ticket.id)).map(|one| one.id.0);
    assert_eq!(of.collect::<BTreeSet<_>>(), joined, "{after}: campaigns");
}
