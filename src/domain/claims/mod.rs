//! Claims for a support payment (domain section 7): what is claimed, how far it has come, by when it's paid.

mod yen;

use chrono::{Datelike, Days, NaiveDate};

use super::id::{ClaimId, FacilityId, TicketId};

pub use yen::Yen;

/// What a claim is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// ① closed a day or more because of a cyber attack
    Closure,
    /// ② cyber attack without closure
    NoClosure,
    /// ③ personal data leaked otherwise
    Leak,
}

impl Pattern {
    /// All three.
    pub const ALL: [Pattern; 3] = [Self::Closure, Self::NoClosure, Self::Leak];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Closure => "closure",
            Self::NoClosure => "no_closure",
            Self::Leak => "leak",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Closure => "①サイバー攻撃（休業あり）",
            Self::NoClosure => "②サイバー攻撃（休業なし）",
            Self::Leak => "③個人情報漏えい",
        }
    }

    /// The pattern of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }

    /// The code of the cause: a leak by a cyber attack is a cyber claim (Q4-5).
    pub fn cause(self) -> &'static str {
        if self == Self::Leak { "leak" } else { "cyber" }
    }
}

/// How far a claim has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimState {
    /// 受付
    Received,
    /// 書類不備
    Incomplete,
    /// 支払決定
    Approved,
    /// 支払済み
    Paid,
    /// 支払対象外
    Refused,
    /// 取下げ
    Withdrawn,
}

impl ClaimState {
    /// All states.
    pub const ALL: [ClaimState; 6] =
        [Self::Received, Self::Incomplete, Self::Approved, Self::Paid, Self::Refused, Self::Withdrawn];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Incomplete => "incomplete",
            Self::Approved => "approved",
            Self::Paid => "paid",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Received => "受付",
            Self::Incomplete => "書類不備",
            Self::Approved => "支払決定",
            Self::Paid => "支払済み",
            Self::Refused => "支払対象外",
            Self::Withdrawn => "取下げ",
        }
    }

    /// The state of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Whether the office is through with it.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Paid | Self::Refused | Self::Withdrawn)
    }

    /// Whether it holds the facility's slot of the scheme year.
    pub fn holds_slot(self) -> bool {
        !matches!(self, Self::Refused | Self::Withdrawn)
    }
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// The ticket of the consultation, if there was one.
    pub ticket_id: Option<TicketId>,
    /// The facility.
    pub facility_id: FacilityId,
    /// What it is for.
    pub pattern: Pattern,
    /// Closed days on the certificate; 0 without closure.
    pub closed_days: u32,
    /// The day of the incident.
    pub incident_on: NaiveDate,
    /// The day it was received.
    pub received_on: NaiveDate,
    /// The scheme year of that day, whose slot it holds.
    pub scheme_year: i32,
    /// What the scheme pays for it.
    pub amount: Yen,
    /// How far it has come.
    pub state: ClaimState,
    /// When the office decided.
    pub decided_on: Option<NaiveDate>,
    /// When the money was transferred.
    pub paid_on: Option<NaiveDate>,
}

/// The last day of the transfer for what arrived complete on a day (§2-3(5)): that month's last day when it arrived
/// by the 15th, else the 15th of the next month.
pub fn transfer_by(complete_on: NaiveDate) -> NaiveDate {
    let first = complete_on.with_day(1).unwrap_or(complete_on);
    let next = (first + Days::new(31)).with_day(1).unwrap_or(first);
    if complete_on.day() <= 15 { next - Days::new(1) } else { next + Days::new(14) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_by_the_15th_is_paid_that_month_and_later_things_by_the_next_15th() {
        for (arrived, by) in [
            ("2024-02-15", "2024-02-29"),
            ("2024-02-16", "2024-03-15"),
            ("2025-12-31", "2026-01-15"),
            ("2026-01-01", "2026-01-31"),
        ] {
            assert_eq!(transfer_by(arrived.parse().expect("a day")).to_string(), by);
        }
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        assert!(Pattern::ALL.iter().all(|p| Pattern::parse(p.code()) == Some(*p)));
        assert!(ClaimState::ALL.iter().all(|s| ClaimState::parse(s.code()) == Some(*s)));
        assert_eq!(ClaimState::ALL.iter().filter(|s| s.holds_slot()).count(), 4);
    }
}
