//! The true cases that reports count, as an outside auditor wants them (contracts section 5).

use chrono::{DateTime, Datelike, Utc};
use serde::Serialize;

use super::case::Case;
use crate::domain::incidents::Fact;
use crate::domain::reports::{CloseTime, FacilityType, Outcome, Period, Tier, UNKNOWN, Went};
use crate::domain::time::{day_start, tokyo_day};

/// One case in one measure, with the words of `report.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The facility's id; those not known are one unit together.
    pub unit: String,
    /// The month in which it was received: `2026-09`.
    pub period: String,
    /// `cases`, or `referred`.
    pub measure: &'static str,
    /// Incident code.
    pub incident: String,
    /// Prefecture; `不明` where not known.
    pub pref: String,
    /// Kind of facility; `不明` where not known.
    pub facility_type: String,
    /// How far it went.
    pub outcome: String,
    /// Desk code.
    pub desk: String,
    /// `1` or `2`.
    pub tier: String,
    /// Severity code.
    pub severity: String,
    /// Who called; `不明` where nobody asked.
    pub standing: String,
    /// How care was affected; `不明` where nobody told.
    pub effect: String,
    /// Whether there is a backup; `不明` where nobody told.
    pub backup: String,
    /// How long it took, as it stood at its quarter's end.
    pub close_time: String,
}

/// The measures in which a case's ticket counts.
pub fn counted(case: &Case) -> Vec<Counted> {
    let Some(ticket) = &case.ticket else { return Vec::new() };
    let known = |text: &str| if text.is_empty() { UNKNOWN.to_owned() } else { text.to_owned() };
    let month = Period::of(ticket.opened_on);
    let until = day_start(month.whole().unwrap_or(month).days().1);
    let went = Went {
        status: ticket.state.kind(),
        tier: ticket.tier,
        closed_at: ticket.closed_at,
        asked_at: case.escalations.iter().map(|escalation| escalation.asked.0).min(),
        remote_at: case.remotes.iter().map(|session| session.started_at).min(),
        introduced: case.referrals.iter().filter_map(|one| Some((one.kind, one.introduced_at?))).collect(),
    };
    let outcome = Outcome::before(&went, until).code();
    let closed = ticket.closed_at.filter(|at| *at < until).map(tokyo_day);
    let standing = case.calls.iter().find_map(|(call, _)| call.standing);
    let counted = Counted {
        unit: ticket.facility_id.map_or_else(|| UNKNOWN.to_owned(), |f| f.to_string()),
        period: format!("{}-{:02}", ticket.opened_on.year(), ticket.opened_on.month()),
        measure: "cases",
        incident: known(&ticket.incident),
        pref: known(&ticket.prefecture),
        facility_type: FacilityType::of(&ticket.facility_kind).code().to_owned(),
        outcome: outcome.to_owned(),
        desk: ticket.desk.code().to_owned(),
        tier: Tier::of(outcome).code().to_owned(),
        severity: known(&ticket.severity),
        standing: standing.map_or_else(|| UNKNOWN.to_owned(), |standing| standing.code().to_owned()),
        effect: told(case, Fact::Care, until),
        backup: told(case, Fact::Backup, until),
        close_time: CloseTime::of(ticket.opened_on, closed).code().to_owned(),
    };
    let referred = counted.outcome.starts_with("referred").then(|| Counted { measure: "referred", ..counted.clone() });
    std::iter::once(counted).chain(referred).collect()
}

/// What was told of a fact last, until a moment; that nobody can tell is not known.
fn told(case: &Case, fact: Fact, until: DateTime<Utc>) -> String {
    let last = case.facts.iter().filter(|told| told.fact == fact && told.at < until).max_by_key(|told| told.at);
    let value = last.map_or("", |told| told.value.as_str());
    if matches!(value, "" | "unknown") { UNKNOWN.to_owned() } else { value.to_owned() }
}
