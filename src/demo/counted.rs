//! The true cases that reports count, as an outside auditor wants them (contracts section 5).

use chrono::Datelike;
use serde::Serialize;

use super::case::Case;
use crate::domain::incidents::Fact;
use crate::domain::referrals::FirmKind;
use crate::domain::reports::{CloseTime, FacilityType, Outcome, Period, UNKNOWN};
use crate::domain::time::tokyo_day;

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
    let introduced = case.referrals.iter().filter(|referral| referral.introduced_at.is_some());
    let introduced: Vec<FirmKind> = introduced.map(|referral| referral.kind).collect();
    let outcome = Outcome::of(ticket.state.kind(), ticket.tier, !case.remotes.is_empty(), &introduced);
    let over = Period::of(ticket.opened_on).whole().map(|quarter| quarter.days().1);
    let closed = ticket.closed_at.map(tokyo_day).filter(|day| over.is_none_or(|over| *day < over));
    let standing = case.calls.iter().find_map(|(call, _)| call.standing);
    let counted = Counted {
        unit: ticket.facility_id.map_or_else(|| UNKNOWN.to_owned(), |f| f.to_string()),
        period: format!("{}-{:02}", ticket.opened_on.year(), ticket.opened_on.month()),
        measure: "cases",
        incident: known(&ticket.incident),
        pref: known(&ticket.prefecture),
        facility_type: FacilityType::of(&ticket.facility_kind).code().to_owned(),
        outcome: outcome.code().to_owned(),
        desk: ticket.desk.code().to_owned(),
        tier: ticket.tier.to_string(),
        severity: known(&ticket.severity),
        standing: standing.map_or_else(|| UNKNOWN.to_owned(), |standing| standing.code().to_owned()),
        effect: told(case, Fact::Care),
        backup: told(case, Fact::Backup),
        close_time: CloseTime::of(ticket.opened_on, closed).code().to_owned(),
    };
    let referred = counted.outcome.starts_with("referred").then(|| Counted { measure: "referred", ..counted.clone() });
    std::iter::once(counted).chain(referred).collect()
}

/// What was told of a fact last; that nobody can tell is not known.
fn told(case: &Case, fact: Fact) -> String {
    let last = case.facts.iter().filter(|told| told.fact == fact).max_by_key(|told| told.at);
    let value = last.map_or("", |told| told.value.as_str());
    if matches!(value, "" | "unknown") { UNKNOWN.to_owned() } else { value.to_owned() }
}
