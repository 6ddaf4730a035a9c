//! Whether a person, a tie to a facility, and both together count on a given day (domain section 3, Q1-1 to Q1-3).

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::category::Category;
use super::periods::CategoryPeriod;
use super::record::{FacilityRole, MemberRecord, Tenure};

/// Months after which a procedure under way is flagged: it should have been completed by then (Q1-3: 2–3 months).
pub const PENDING_FLAG_MONTHS: u32 = 3;

/// The parts of a member's record that decide about a day; small, so that an index can hold it for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Category after the last move.
    pub category: Option<Category>,
    /// Category before the last move.
    pub category_before: Option<Category>,
    /// Enrolment date.
    pub enrolled_on: Option<NaiveDate>,
    /// Last move.
    pub moved_on: Option<NaiveDate>,
    /// Day of leaving.
    pub left_on: Option<NaiveDate>,
    /// Whether a procedure towards A① is under way.
    pub procedure_to_a1: bool,
    /// Day that procedure was applied for.
    pub applied_on: Option<NaiveDate>,
}

impl From<&MemberRecord> for Standing {
    fn from(member: &MemberRecord) -> Self {
        let towards_a1 = member.procedure.as_ref().filter(|p| p.applied_category.is_none_or(|c| c == Category::A1));
        Self {
            category: member.category,
            category_before: member.category_before,
            enrolled_on: member.enrolled_on,
            moved_on: member.moved_on,
            left_on: member.left_on,
            procedure_to_a1: towards_a1.is_some(),
            applied_on: towards_a1.and_then(|p| p.applied_on),
        }
    }
}

/// The answer for one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Eligibility {
    /// A① on that day.
    Eligible,
    /// Usable while a procedure is under way (Q1-3); the association is asked.
    Pending {
        /// Day the application was received, when known.
        since: Option<NaiveDate>,
    },
    /// No A① member on that day.
    NotEligible {
        /// Why.
        why: NotEligibleReason,
    },
    /// The directory cannot say; never a guess.
    Unknown {
        /// Why.
        why: UnknownReason,
    },
}

/// Why a person is not eligible on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotEligibleReason {
    /// The enrolment date lies ahead and no application is recorded.
    NotYetEnrolled,
    /// On or after the day of leaving (Q1-2).
    Left,
    /// Member of another category on that day (Q1-1, Q1-2).
    OtherCategory,
}

impl NotEligibleReason {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotYetEnrolled => "not_yet_enrolled",
            Self::Left => "left",
            Self::OtherCategory => "other_category",
        }
    }
}

/// Why the directory cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnknownReason {
    /// The day lies before the last recorded move; an export holds no earlier ones.
    BeforeLastMove,
    /// No category and no procedure are recorded.
    NoCategory,
    /// The person only works at the facility.
    EmployeeOnly,
    /// The tie to the facility does not cover the day.
    OutsideTenure,
}

impl UnknownReason {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::BeforeLastMove => "before_last_move",
            Self::NoCategory => "no_category",
            Self::EmployeeOnly => "employee_only",
            Self::OutsideTenure => "outside_tenure",
        }
    }
}

/// What a tie to a facility is worth on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TenureState {
    /// Opens or manages it.
    Runs,
    /// Only works there.
    EmployeeOnly,
    /// The day lies before or after the tie.
    Outside,
}

/// Whether a member's facility is eligible on a day: the person on that day, and the tie on that day.
pub fn eligibility(
    member: &MemberRecord,
    past: &[CategoryPeriod],
    tenure: &Tenure,
    exported_on: NaiveDate,
    on: NaiveDate,
) -> Eligibility {
    combine(person_on(&Standing::from(member), past, exported_on, on), tenure_on(tenure, on))
}

/// The person on a day, whatever the facility. `exported_on` is the as-of day of the directory; `past` is what
/// earlier imports showed for certain (`periods::Recorded::certain`), for days on which the record is silent.
pub fn person_on(standing: &Standing, past: &[CategoryPeriod], exported_on: NaiveDate, on: NaiveDate) -> Eligibility {
    let pending = standing.procedure_to_a1 && standing.applied_on.is_none_or(|applied| on >= applied);
    let otherwise = |why| match pending {
        true => Eligibility::Pending { since: standing.applied_on },
        false => Eligibility::NotEligible { why },
    };
    if standing.left_on.is_some_and(|left| on >= left) {
        // An application older than the leaving was about the membership that ended.
        let returning = standing.applied_on.zip(standing.left_on).is_some_and(|(applied, left)| applied >= left);
        return if returning {
            otherwise(NotEligibleReason::Left)
        } else {
            Eligibility::NotEligible { why: NotEligibleReason::Left }
        };
    }
    let earlier = || past.iter().rev().find(|p| p.category.is_some() && p.holds(on)).map(|p| p.category);
    let category = if standing.enrolled_on.is_some_and(|enrolled| on < enrolled) {
        // Who left and came back was a member before.
        let Some(category) = earlier() else { return otherwise(NotEligibleReason::NotYetEnrolled) };
        Ok(category)
    } else {
        category_on(standing, exported_on, on).or_else(|why| earlier().ok_or(why))
    };
    match category {
        Err(why) => Eligibility::Unknown { why },
        Ok(Some(Category::A1)) => Eligibility::Eligible,
        Ok(Some(_)) => otherwise(NotEligibleReason::OtherCategory),
        Ok(None) if pending => Eligibility::Pending { since: standing.applied_on },
        // Not yet applied on that day: nobody's member then.
        Ok(None) if standing.procedure_to_a1 => Eligibility::NotEligible { why: NotEligibleReason::NotYetEnrolled },
        Ok(None) => Eligibility::Unknown { why: UnknownReason::NoCategory },
    }
}

/// Category on a day. Before the last move the export is silent, except that a move lying after the export
/// leaves the earlier category standing from the export's day until the move.
fn category_on(standing: &Standing, exported_on: NaiveDate, on: NaiveDate) -> Result<Option<Category>, UnknownReason> {
    match standing.moved_on {
        Some(moved) if on < moved => {
            let still_before = moved > exported_on && on >= exported_on && standing.category_before.is_some();
            if still_before { Ok(standing.category_before) } else { Err(UnknownReason::BeforeLastMove) }
        }
        _ => Ok(standing.category),
    }
}

/// A tie to a facility on a day.
pub fn tenure_on(tenure: &Tenure, on: NaiveDate) -> TenureState {
    let begun = tenure.from_on.is_none_or(|from| on >= from);
    let over = tenure.until_on.is_some_and(|until| on >= until);
    match (begun && !over, tenure.role) {
        (false, _) => TenureState::Outside,
        (true, FacilityRole::Employee) => TenureState::EmployeeOnly,
        (true, FacilityRole::Opener | FacilityRole::Manager) => TenureState::Runs,
    }
}

/// Person and tie together: a tie that does not carry the right makes an eligible person a question, not a yes.
pub fn combine(person: Eligibility, tie: TenureState) -> Eligibility {
    match (person, tie) {
        (Eligibility::Eligible | Eligibility::Pending { .. }, TenureState::EmployeeOnly) => {
            Eligibility::Unknown { why: UnknownReason::EmployeeOnly }
        }
        (Eligibility::Eligible | Eligibility::Pending { .. }, TenureState::Outside) => {
            Eligibility::Unknown { why: UnknownReason::OutsideTenure }
        }
        (person, _) => person,
    }
}

/// Whether a procedure has been under way for three months or more on that day, and so wants asking about.
pub fn pending_is_overdue(since: NaiveDate, on: NaiveDate) -> bool {
    since.checked_add_months(Months::new(PENDING_FLAG_MONTHS)).is_some_and(|limit| on >= limit)
}

#[cfg(test)]
#[path = "eligibility_tests.rs"]
mod tests;
