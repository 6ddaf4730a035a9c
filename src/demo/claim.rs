//! Claims for a support payment that came of a case, by the rules of the scheme.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use crate::demo::desk::Desk;
use crate::domain::claims::{Claim, ClaimState, Pattern, transfer_by};
use crate::domain::id::{ClaimId, FacilityId};
use crate::domain::members::record::is_care;
use crate::domain::time::{day_start, tokyo_day};

/// Facilities and the scheme years in which they hold a claim already.
pub type Slots = HashSet<(FacilityId, i32)>;

/// Of a thousand cases with such an incident so many claim; of a thousand of these so many closed.
const LIKELY: [(&str, u64, u64); 7] = [
    ("ransomware", 450, 550),
    ("malware", 60, 80),
    ("suspicious_mail", 25, 20),
    ("web_defacement", 220, 20),
    ("unauthorised_access", 200, 200),
    ("leak", 300, 0),
    ("lost_media", 320, 0),
];

/// Perhaps the clinic claims. One claim a facility and scheme year, of incidents that the scheme pays for.
pub fn claim(desk: &mut Desk<'_>, slots: &mut Slots) {
    let Some(ticket) = &desk.case.ticket else { return };
    let Some((_, claims, closed)) = LIKELY.iter().find(|(code, _, _)| *code == ticket.incident) else { return };
    let (Some(facility_id), incident_on, opened_at) = (ticket.facility_id, ticket.opened_on, ticket.opened_at) else {
        return;
    };
    let (ticket_id, care) = (ticket.id, is_care(&ticket.facility_kind));
    if !ticket.verification.opens_remote() || !desk.rng.permille(*claims) {
        return;
    }
    let pattern = match ticket_pattern(&ticket.incident) {
        Pattern::NoClosure if desk.rng.permille(*closed) => Pattern::Closure,
        other => other,
    };
    let closed_days = if pattern == Pattern::Closure { 1 + desk.rng.weighted([45, 25, 12, 18].into_iter()) } else { 0 };
    let closed_days = u32::try_from(closed_days).unwrap_or_default();
    let rules = &desk.scheme.claims;
    let Some(amount) = rules.amount(pattern, closed_days, incident_on, care) else { return };
    let received_on = incident_on + Days::new(6 + desk.rng.below(70));
    let today = tokyo_day(desk.horizon);
    let scheme_year = rules.year(received_on);
    if received_on > today || slots.contains(&(facility_id, scheme_year)) {
        return;
    }
    let (state, decided_on, paid_on) = progress(desk, received_on, today);
    if state.holds_slot() {
        slots.insert((facility_id, scheme_year));
    }
    // Made in the name of the case, on the day it was received.
    let id = ClaimId(desk.rng.id(opened_at.max(day_start(received_on)), 0));
    desk.case.claim = Some(Claim {
        id,
        ticket_id: Some(ticket_id),
        facility_id,
        pattern,
        closed_days,
        incident_on,
        received_on,
        scheme_year,
        amount,
        state,
        decided_on,
        paid_on,
    });
}

fn ticket_pattern(incident: &str) -> Pattern {
    if matches!(incident, "leak" | "lost_media") { Pattern::Leak } else { Pattern::NoClosure }
}

/// How far a claim has come by today: state, day of the decision, day of the transfer.
fn progress(
    desk: &mut Desk<'_>,
    received_on: NaiveDate,
    today: NaiveDate,
) -> (ClaimState, Option<NaiveDate>, Option<NaiveDate>) {
    let lacking = desk.rng.permille(250);
    let complete_on = if lacking { received_on + Days::new(5 + desk.rng.below(25)) } else { received_on };
    let decided_on = complete_on + Days::new(2 + desk.rng.below(6));
    let paid_on = transfer_by(complete_on) - Days::new(desk.rng.below(4));
    let end = desk.rng.below(1_000);
    if complete_on > today {
        return (ClaimState::Incomplete, None, None);
    }
    if decided_on > today {
        return (ClaimState::Received, None, None);
    }
    match end {
        0..50 => (ClaimState::Refused, Some(decided_on), None),
        50..75 => (ClaimState::Withdrawn, None, None),
        _ if paid_on.max(decided_on) > today => (ClaimState::Approved, Some(decided_on), None),
        _ => (ClaimState::Paid, Some(decided_on), Some(paid_on.max(decided_on))),
    }
}
