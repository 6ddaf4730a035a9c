//! The true cases that reports count, as an outside auditor wants them (contracts section 5).

use chrono::Datelike;
use serde::Serialize;

use crate::domain::tickets::Ticket;
use crate::domain::tickets::state::Status;

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
    /// Result code, exit, or `open`.
    pub outcome: String,
    /// Desk code.
    pub desk: String,
    /// `1` or `2`.
    pub tier: String,
}

/// The word for what isn't known.
const UNKNOWN: &str = "不明";

/// The measures in which a ticket counts.
pub fn counted(ticket: &Ticket) -> Vec<Counted> {
    let known = |text: &str| if text.is_empty() { UNKNOWN.to_owned() } else { text.to_owned() };
    let outcome = match &ticket.state.at {
        Status::Done { result } => result.clone(),
        Status::Left { .. } => ticket.state.code().to_owned(),
        _ => "open".to_owned(),
    };
    let case = Counted {
        unit: ticket.facility_id.map_or_else(|| UNKNOWN.to_owned(), |f| f.to_string()),
        period: format!("{}-{:02}", ticket.opened_on.year(), ticket.opened_on.month()),
        measure: "cases",
        incident: ticket.incident.clone(),
        pref: known(&ticket.prefecture),
        facility_type: known(&ticket.facility_kind),
        outcome,
        desk: ticket.desk.code().to_owned(),
        tier: ticket.tier.to_string(),
    };
    let referred = case.outcome == "referred" || ticket.state.at == Status::Referring;
    let second = referred.then(|| Counted { measure: "referred", ..case.clone() });
    std::iter::once(case).chain(second).collect()
}
