//! A ticket's life as the rule tells it: the table of domain section 9, what is offered, and what a timeline replays to.

use crate::domain::desks::DeskCode;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::access::actor::{Actor, ActorKind, Role};
use crate::domain::id::{CallId, EntryId, TicketId};
use crate::domain::scheme::sample::scheme;
use crate::domain::tickets::replay::{Replayed, replay};
use crate::domain::tickets::state::tests::at;
use crate::domain::tickets::state::{Exit, StatusKind};
use crate::domain::tickets::transition::{Asks, Words};
use crate::domain::tickets::{Entry, EntryKind, Place, TicketNo};
use crate::domain::verification::record::VerificationOutcome;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("a time")
}

/// A ticket that stands there.
pub(crate) fn ticket(kind: StatusKind) -> Ticket {
    let nobody = AccountId(Uuid::nil());
    Ticket {
        id: TicketId(Uuid::nil()),
        number: TicketNo::new(2026, 1),
        desk: DeskCode::Helpline,
        facility_id: None,
        member_id: None,
        facility_name: String::new(),
        prefecture: String::new(),
        facility_kind: String::new(),
        incident: "other".into(),
        severity: "medium".into(),
        summary: String::new(),
        state: at(kind),
        version: 1,
        owner_id: Some(nobody),
        verification: VerificationOutcome::Unverified,
        tier: 1,
        opened_at: start(),
        opened_by: nobody,
        opened_on: start().date_naive(),
        closed_at: kind.is_end().then(start),
        last_event_at: start(),
        erased_on: None,
        merged_into: None,
    }
}

/// A transition of each kind, with words.
fn with_words(kind: TransitionKind) -> Transition {
    let x = || String::from("x");
    match kind {
        TransitionKind::Start => Transition::Start,
        TransitionKind::Take => Transition::Take,
        TransitionKind::Close => Transition::Close { result: x() },
        TransitionKind::Escalate => Transition::Escalate { reason: x() },
        TransitionKind::EscalateFromCall => Transition::EscalateFromCall { reason: x() },
        TransitionKind::GiveBack => Transition::GiveBack { reason: x() },
        TransitionKind::Refer => Transition::Refer,
        TransitionKind::Watch => Transition::Watch { reason: x() },
        TransitionKind::Leave => Transition::Leave { exit: Exit::OutOfScope, reason: x() },
        TransitionKind::Reopen => Transition::Reopen { reason: x() },
    }
}

fn go(on: Ticket, kind: TransitionKind, who: u128, at: DateTime<Utc>) -> Result<Transitioned, Refusal> {
    on.transition(with_words(kind), AccountId(Uuid::from_u128(who)), at)
}

/// Domain section 9, line by line: from, and everything it may become beside a call.
#[test]
fn the_table_of_transitions_is_the_domains() {
    use StatusKind::{Directed, Done, Escalated, FollowUp, NotEligible, OutOfScope, Received, Referring, Tier1, Tier2};
    let expected: [(StatusKind, &[StatusKind]); 10] = [
        (Received, &[Tier1]),
        (Tier1, &[Escalated, FollowUp, OutOfScope, Done]),
        (Escalated, &[Tier2, Tier1]),
        (Tier2, &[Tier1, Referring, FollowUp, Done]),
        (Referring, &[FollowUp, Done]),
        (FollowUp, &[Tier1, Tier2, Done]),
        (Done, &[Tier1]),
        (NotEligible, &[Tier1]),
        (OutOfScope, &[Tier1]),
        (Directed, &[Tier1]),
    ];
    for (from, to) in expected {
        let beside_a_call = TransitionKind::ALL.into_iter().filter(|kind| !kind.takes_a_call());
        let reached: Vec<_> = beside_a_call
            .filter_map(|kind| go(ticket(from), kind, 1, start()).ok())
            .map(|t| t.ticket.state.kind())
            .collect();
        assert_eq!(reached, to, "from {from:?}");
    }
    for from in StatusKind::ALL {
        let asked = go(ticket(from), TransitionKind::EscalateFromCall, 1, start());
        assert_eq!(asked.is_ok(), matches!(from, FollowUp | Referring), "{from:?}");
    }
}

#[test]
fn what_is_offered_is_what_is_allowed_and_what_the_person_may() {
    for role in Role::ALL {
        let actor = Actor { kind: ActorKind::Account, role: Some(role), ..Actor::system() };
        for from in StatusKind::ALL {
            let offered = ticket(from).offers(&actor);
            for kind in TransitionKind::ALL {
                let allowed = go(ticket(from), kind, 1, start()).is_ok() && !kind.takes_a_call();
                assert_eq!(offered.contains(&kind), allowed && actor.may(kind.right()), "{role:?} {from:?} {kind:?}");
            }
        }
    }
    let erased = Ticket { erased_on: Some(start().date_naive()), ..ticket(StatusKind::Tier1) };
    assert!(erased.offers(&Actor::system()).is_empty());
    assert_eq!(go(erased, TransitionKind::Watch, 1, start()).expect_err("refused").code, "ticket.erased");
}

#[test]
fn owner_tier_queue_and_end_follow_from_the_transition_alone() {
    let who = Some(AccountId(Uuid::from_u128(7)));
    let done = |from, kind| go(ticket(from), kind, 7, start()).expect("allowed");
    let taken = done(StatusKind::Escalated, TransitionKind::Take);
    assert_eq!((taken.ticket.owner_id, taken.ticket.tier, taken.queue), (who, 2, Some(QueueChange::Taken)));
    let back = go(taken.ticket, TransitionKind::GiveBack, 7, start()).expect("allowed");
    assert_eq!((back.ticket.owner_id, back.ticket.tier), (None, 2), "nobody's, until tier 1 takes it");
    assert_eq!(back.queue, Some(QueueChange::Returned { reason: "x".into() }));
    let asked = done(StatusKind::Tier1, TransitionKind::Escalate);
    assert_eq!((asked.ticket.owner_id, asked.queue), (None, Some(QueueChange::Asked { reason: "x".into() })));
    let closed = done(StatusKind::Tier1, TransitionKind::Close);
    assert_eq!((closed.ticket.closed_at, closed.queue), (Some(start()), None));
    let again = go(closed.ticket, TransitionKind::Reopen, 7, start()).expect("allowed").ticket;
    assert_eq!((again.closed_at, again.owner_id), (None, who));
}

#[test]
fn a_transition_without_its_words_is_refused_beside_the_field() {
    for kind in TransitionKind::ALL {
        let parsed = Transition::parse(kind.code(), Words { exit: "directed", ..Words::default() });
        let Ok(transition) = parsed else {
            assert!(kind.takes_a_call());
            continue;
        };
        assert_eq!(transition.kind(), kind);
        let refused = ticket(kind.from()[0]).transition(transition, AccountId(Uuid::nil()), start()).err();
        let field = refused.map(|r| r.fields[0].name.clone());
        let expected = match kind.asks() {
            Asks::Nothing => None,
            Asks::Result => Some("result".to_owned()),
            Asks::Reason(_) | Asks::Exit => Some("reason".to_owned()),
        };
        assert_eq!(field, expected, "{kind:?}");
    }
    assert_eq!(Transition::parse("leave", Words::default()).expect_err("no exit").fields[0].name, "exit");
    assert_eq!(Transition::parse("fly", Words::default()).expect_err("unknown").code, "transition.unknown");
}

#[test]
fn a_closed_ticket_says_that_it_is_closed() {
    assert_eq!(
        go(ticket(StatusKind::Done), TransitionKind::Start, 1, start()).expect_err("refused").code,
        "ticket.already_closed"
    );
}

fn entry(serial: u64, event: &Event, at: DateTime<Utc>, who: u128) -> Entry {
    let id = EntryId(Uuid::from_u64_pair(serial, 0));
    Entry::of(id, Place::Ticket(TicketId(Uuid::nil())), event, &scheme(), at, AccountId(Uuid::from_u128(who)))
}

/// Whoever moved it takes the move back within a minute, and everything stands as before.
#[test]
fn a_move_is_taken_back_by_whoever_made_it_within_a_minute_with_nothing_since() {
    let (me, other) = (AccountId(Uuid::from_u128(7)), AccountId(Uuid::from_u128(8)));
    let seconds = |n| start() + chrono::Duration::seconds(n);
    for from in StatusKind::ALL {
        for kind in TransitionKind::ALL {
            let before = ticket(from);
            let Ok(moved) = go(before.clone(), kind, 7, start()) else { continue };
            let last = entry(1, &moved.event, start(), 7);
            let back = moved.ticket.clone().take_back(Some(&last), me, seconds(60)).expect("taken back");
            let as_before = Ticket { last_event_at: seconds(60), ..before };
            assert_eq!(Replayed::of(&back.ticket), Replayed::of(&as_before), "{from:?} {kind:?}");
            assert_eq!(back.ticket.state.at, as_before.state.at, "its words too");
            assert_eq!(back.queue.is_some(), moved.queue.is_some(), "{kind:?}");
            let refused = |last: Option<&Entry>, who, at| {
                moved.ticket.clone().take_back(last, who, at).expect_err("refused").code
            };
            assert_eq!(refused(Some(&last), me, seconds(61)), "ticket.not_taken_back", "too late");
            assert_eq!(refused(Some(&last), other, seconds(1)), "ticket.not_taken_back", "another's");
            let note = Event::Written { kind: EntryKind::Note, words: "x".into() };
            assert_eq!(refused(Some(&entry(2, &note, seconds(1), 7)), me, seconds(2)), "ticket.not_taken_back");
            let called = Ticket { last_event_at: seconds(5), ..moved.ticket.clone() };
            assert!(called.may_take_back(Some(&last), me, seconds(6)).is_none(), "something happened since");
            let twice = entry(2, &back.event, seconds(60), 7);
            assert!(back.ticket.may_take_back(Some(&twice), me, seconds(61)).is_none(), "once");
        }
    }
}

proptest! {
    /// Whatever people try, in whatever order: the timeline alone tells where the ticket stands.
    #[test]
    fn a_timeline_replays_to_its_ticket(tries in prop::collection::vec((0..=TransitionKind::ALL.len(), 1u128..4, 0i64..3), 0..40)) {
        let opener = AccountId(Uuid::from_u128(9));
        let opened = Ticket { opened_by: opener, owner_id: Some(opener), ..ticket(StatusKind::Tier1) };
        let mut on = Ticket { state: State { by: opener, ..opened.state.clone() }, ..opened };
        let mut now = start();
        let mut timeline = vec![entry(0, &Event::Opened { call: CallId(Uuid::nil()), words: "x".into() }, now, 9)];
        for (serial, (kind, who, seconds)) in (1..).zip(tries) {
            now += chrono::Duration::seconds(seconds);
            let Some(kind) = TransitionKind::ALL.get(kind) else {
                if let Ok(back) = on.clone().take_back(timeline.last(), AccountId(Uuid::from_u128(who)), now) {
                    timeline.push(entry(serial, &back.event, now, who));
                    on = back.ticket;
                }
                continue;
            };
            match go(on.clone(), *kind, who, now) {
                Ok(done) => {
                    timeline.push(entry(serial, &done.event, now, who));
                    on = done.ticket;
                }
                Err(refusal) => prop_assert!(!refusal.message.is_empty()),
            }
        }
        prop_assert_eq!(replay(&timeline), Some(Replayed::of(&on)));
        timeline.reverse();
        prop_assert_eq!(replay(&timeline), Some(Replayed::of(&on)), "in whatever order it is read");
    }
}
