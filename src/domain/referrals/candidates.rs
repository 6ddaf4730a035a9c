//! Whom to name to a member: facts of each firm, no ranking of their work.

use chrono::{DateTime, Utc};

use super::firm::Firm;
use super::referral::Referral;
use crate::domain::scheme::Hours;
use crate::domain::time::tokyo_day;

/// A firm that may be named, with what counts for this referral.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The firm.
    pub firm: Firm,
    /// It works where the clinic is.
    pub covers: bool,
    /// It can be reached now.
    pub open_now: bool,
    /// Nobody asked it for long.
    pub stale: bool,
    /// When it was named last, to whomever.
    pub named_last: Option<DateTime<Utc>>,
}

/// The firms that may be named: those that work where the clinic is first; of an urgent one those that can be reached
/// now; then whoever was named longest ago.
pub fn candidates(
    referral: &Referral,
    register: Vec<(Firm, Option<DateTime<Utc>>)>,
    hours: &Hours,
    now: DateTime<Utc>,
) -> Vec<Candidate> {
    let today = tokyo_day(now);
    let holiday = hours.is_holiday(today);
    let of = |(firm, named_last): (Firm, Option<DateTime<Utc>>)| Candidate {
        covers: firm.covers(&referral.prefecture),
        open_now: firm.hours.open_at(now, holiday),
        stale: firm.is_stale(today),
        firm,
        named_last,
    };
    let may = |(firm, _): &(Firm, _)| firm.active && firm.kind == referral.kind && !referral.refused.contains(&firm.id);
    let mut found: Vec<Candidate> = register.into_iter().filter(may).map(of).collect();
    found.sort_by_key(|c| (!c.covers, referral.urgent && !c.open_now, c.named_last, c.firm.name.clone()));
    found
}
