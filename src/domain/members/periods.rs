//! Stretches of days with one category, as far as one export shows them.

use chrono::NaiveDate;

use super::category::Category;
use super::record::MemberRecord;

/// A stretch of days, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryPeriod {
    /// The category; `None` where the export says none.
    pub category: Option<Category>,
    /// First day; `None`: not known.
    pub from_on: Option<NaiveDate>,
    /// First day it no longer holds; `None`: open.
    pub until_on: Option<NaiveDate>,
}

/// The periods of a record, oldest first. An export holds only the last move: when the category before it
/// began is not known (domain section 3).
pub fn periods(member: &MemberRecord) -> Vec<CategoryPeriod> {
    let Some(moved_on) = member.moved_on else {
        return vec![CategoryPeriod {
            category: member.category,
            from_on: member.enrolled_on,
            until_on: member.left_on,
        }];
    };
    vec![
        CategoryPeriod { category: member.category_before, from_on: None, until_on: Some(moved_on) },
        CategoryPeriod { category: member.category, from_on: Some(moved_on), until_on: member.left_on },
    ]
}
