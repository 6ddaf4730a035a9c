//! Whether a made-up past is one that the real desk could have had.

use std::collections::HashSet;

use super::*;
use crate::domain::calls::CallState;
use crate::domain::calls::said_cards::said_cards;
use crate::domain::claims::{ClaimState, Pattern};
use crate::domain::scheme::sample::{self, scheme};
use crate::domain::tickets::evidence_gate::{Purpose, may_go_on};
use crate::domain::tickets::replay::{Replayed, replay};
use crate::domain::tickets::state::Status;
use crate::domain::tickets::{EntryKind, TicketNo};
use crate::domain::verification::record::VerificationOutcome;
use tests::horizon;

fn past(tickets: u64, seed: u64) -> Vec<Case> {
    let plan = Plan::new(300, tickets, seed, horizon("2026-10-31 12:00").date_naive(), horizon("2026-10-31 12:00"));
    Past::new(plan, &scheme(), &Staff::complete(vec![], vec![], vec![])).collect()
}

#[test]
fn the_same_seed_gives_the_same_past_and_another_seed_another() {
    let told = |seed| format!("{:?}", past(120, seed));
    assert_eq!(told(5), told(5));
    assert_ne!(told(5), told(6));
}

#[test]
fn numbers_are_unique_and_rise_with_the_time_of_opening() {
    let cases = past(3_000, 2);
    let tickets: Vec<_> = cases.iter().filter_map(|c| c.ticket.as_ref()).collect();
    assert_eq!(tickets.len(), 3_000);
    assert!(tickets.windows(2).all(|t| t[0].number < t[1].number && t[0].opened_at <= t[1].opened_at));
    assert!(
        tickets
            .iter()
            .all(|t| t.number >= TicketNo::new(2022, 1)
                && t.opened_on.to_string().starts_with(&t.number.to_string()[..4]))
    );
}

#[test]
fn a_ticket_agrees_with_its_state_its_timeline_and_its_work() {
    for case in past(3_000, 3) {
        let Some(ticket) = &case.ticket else { continue };
        let moves: Vec<_> = case.entries.iter().filter(|e| e.kind == EntryKind::Transition).collect();
        assert_eq!(ticket.version, 1 + moves.len() as i64);
        assert_eq!(replay(&case.entries), Some(Replayed::of(ticket)), "its timeline tells where it stands");
        assert_eq!(ticket.closed_at.is_some(), ticket.state.is_end());
        match moves.last() {
            Some(last) => {
                assert_eq!((ticket.state.since, ticket.state.by), (last.occurred_at, last.entered_by));
                assert_eq!(last.data["to"], ticket.state.code());
                assert_eq!(ticket.closed_at.unwrap_or(last.occurred_at), last.occurred_at);
            }
            None => assert_eq!(ticket.state.at, Status::Tier1),
        }
        let waits = case.escalations.iter().any(|h| h.taken.is_none());
        assert_eq!(waits, matches!(ticket.state.at, Status::Escalated { .. }));
        assert_eq!(ticket.owner_id.is_none(), waits);
        assert_eq!(ticket.tier == 2, case.escalations.iter().any(|h| h.taken.is_some()));
        assert!(case.remotes.is_empty() || ticket.verification.opens_remote());
        for session in &case.remotes {
            let told = scheme().cards.cut_off(&said_cards(&case.entries));
            let may = |purpose, since| may_go_on(&case.checks, purpose, since, told, false);
            assert!(may(Purpose::Connect, None).is_ok(), "by the rule of the desk");
            assert!(session.removed.is_empty() || may(Purpose::Clean, Some(session.started_at)).is_ok());
        }
        assert_eq!(ticket.verification == VerificationOutcome::NotEligible, ticket.state.code() == "not_eligible");
        assert_eq!(ticket.last_event_at, case.entries.iter().map(|e| e.entered_at).max().expect("entries"));
        let (first, _) = &case.calls[0];
        assert!(first.arrived_at < ticket.opened_at && first.ended_at.is_some_and(|at| at >= ticket.opened_at));
    }
}

#[test]
fn nothing_happens_after_the_horizon_or_out_of_order() {
    let end = horizon("2026-10-31 12:00");
    let mut ids = HashSet::new();
    for case in past(600, 4) {
        assert!(
            case.entries.iter().all(|e| e.entered_at <= end && e.occurred_at <= e.entered_at && ids.insert(e.id.0))
        );
        assert!(case.entries.windows(2).all(|e| e[0].entered_at <= e[1].entered_at && e[0].id < e[1].id));
        assert!(case.calls.iter().all(|(c, _)| c.ended_at.is_some_and(|at| at <= end && at >= c.arrived_at)));
        for (call, review) in &case.calls {
            let talked = call.state == CallState::Ended;
            assert_eq!(talked, call.disposition.is_some());
            assert_eq!(call.out_of_hours && talked, !call.out_of_hours_reason.is_empty());
            assert_eq!(call.reviewed_at, review.map(|(at, _)| at));
        }
    }
}

#[test]
fn claims_keep_the_rules_of_amounts_slots_and_days() {
    let (claims, end) = (sample::claims(), tokyo_day(horizon("2026-10-31 12:00")));
    let mut slots = HashSet::new();
    let mut made = Vec::new();
    for case in past(6_000, 6) {
        let (Some(claim), Some(ticket)) = (case.claim, case.ticket) else { continue };
        assert_eq!((claim.ticket_id, Some(claim.facility_id)), (Some(ticket.id), ticket.facility_id));
        let care = crate::domain::members::record::is_care(&ticket.facility_kind);
        let amount = claims.amount(claim.pattern, claim.closed_days, claim.incident_on, care);
        assert_eq!(amount, Some(claim.amount));
        assert_eq!(claim.scheme_year, claims.year(claim.received_on));
        assert!(!claim.state.holds_slot() || slots.insert((claim.facility_id, claim.scheme_year)));
        assert!(claim.incident_on < claim.received_on && claim.received_on <= end);
        assert!(claim.decided_on.is_none_or(|on| claim.received_on <= on && on <= end));
        assert!(claim.paid_on.is_none_or(|on| claim.decided_on.is_some_and(|decided| decided <= on) && on <= end));
        assert_eq!(claim.paid_on.is_some(), claim.state == ClaimState::Paid);
        made.push((claim.pattern, claim.state));
    }
    assert!(Pattern::ALL.iter().all(|p| made.iter().any(|(pattern, _)| pattern == p)));
    assert!(ClaimState::ALL.iter().all(|s| made.iter().any(|(_, state)| state == s)), "{made:?}");
}

#[test]
fn the_last_days_show_every_open_state_callbacks_and_reviews() {
    let cases = past(400, 1);
    let states: Vec<_> = cases.iter().filter_map(|c| c.ticket.as_ref()).map(|t| t.state.code()).collect();
    for code in
        ["tier1", "escalated", "tier2", "referring", "follow_up", "done", "not_eligible", "out_of_scope", "directed"]
    {
        assert!(states.contains(&code), "{code}");
    }
    assert!(states.iter().filter(|s| **s == "escalated").count() >= 3);
    let due = |day: &str| {
        let open = cases.iter().flat_map(|c| &c.callbacks).filter(|p| p.kept.is_none());
        open.filter(|p| p.due_at > horizon("2026-10-31 12:00") && tokyo_day(p.due_at).to_string() == day).count()
    };
    assert!(due("2026-10-31") >= 2 && due("2026-11-01") >= 2);
    let doubtful = cases
        .iter()
        .flat_map(|c| &c.verifications)
        .filter(|(v, _)| v.recorded == VerificationOutcome::Provisional && v.member_id.is_none());
    assert!(doubtful.filter(|(_, review)| review.is_none()).count() >= 2);
    let outside = cases
        .iter()
        .flat_map(|c| &c.calls)
        .filter(|(c, r)| c.out_of_hours && c.state == CallState::Ended && r.is_none());
    assert!(outside.count() >= 1);
}
