//! Stretches of days with one category: as far as one export shows them, and what several exports show together.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::category::Category;
use super::record::MemberRecord;

/// A stretch of days, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryPeriod {
    /// The category; `None` where the export says none.
    pub category: Option<Category>,
    /// First day; `None`: not known.
    pub from_on: Option<NaiveDate>,
    /// First day it no longer holds; `None`: open.
    pub until_on: Option<NaiveDate>,
}

/// A stretch, and the export that showed it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedPeriod {
    /// The stretch.
    pub period: CategoryPeriod,
    /// As-of day of the export.
    pub seen_on: NaiveDate,
}

/// When a member's earlier record stood in an export for the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastSeen {
    /// As-of day of that export.
    pub on: NaiveDate,
    /// Whether that was the export before the one being imported: between the two, nothing else can have stood.
    pub unbroken: bool,
}

impl RecordedPeriod {
    /// The first day for which it's certain: where it doesn't say when it began, the day of the export.
    pub fn certain_from(&self) -> NaiveDate {
        self.period.from_on.unwrap_or(self.seen_on)
    }

    /// The stretch for which it's certain, once it has ended; `None` when there is no such day.
    pub fn certain(&self) -> Option<CategoryPeriod> {
        let from = self.certain_from();
        let some = self.period.until_on.is_some_and(|until| from < until) && self.period.category.is_some();
        some.then_some(CategoryPeriod { from_on: Some(from), ..self.period })
    }
}

impl CategoryPeriod {
    /// Whether it holds on a day.
    pub fn holds(&self, on: NaiveDate) -> bool {
        self.from_on.is_none_or(|from| on >= from) && self.until_on.is_none_or(|until| on < until)
    }
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

/// What is known of a member after a new export says something else than before: what still stands of the old,
/// oldest first, then what the new one says.
pub fn settle(old: &[RecordedPeriod], now: &MemberRecord, last: LastSeen, seen_on: NaiveDate) -> Vec<RecordedPeriod> {
    let fresh = periods(now);
    if fresh.iter().all(|new| old.iter().any(|o| o.period == *new)) {
        return old.to_vec();
    }
    let mut settled: Vec<RecordedPeriod> = old.iter().filter_map(|o| still_stands(o, now, last)).collect();
    settled.extend(fresh.into_iter().map(|period| RecordedPeriod { period, seen_on }));
    settled
}

/// What still stands of an old stretch. It's certain as far as exports showed it, and up to the new record's move
/// where both name the same category; the later export is believed where they contradict each other.
fn still_stands(old: &RecordedPeriod, now: &MemberRecord, last: LastSeen) -> Option<RecordedPeriod> {
    let begins = now.moved_on.or(now.enrolled_on).unwrap_or(NaiveDate::MAX);
    let (from, until) = (old.certain_from(), old.period.until_on.unwrap_or(NaiveDate::MAX));
    if until <= from {
        return (until < begins).then_some(*old);
    }
    if from >= begins {
        return None;
    }
    let shown = last.on.succ_opt().unwrap_or(NaiveDate::MAX).min(until);
    let until = if until < begins {
        shown
    } else if last.unbroken && now.moved_on == Some(begins) && now.category_before == old.period.category {
        begins
    } else if begins <= last.on {
        return None;
    } else {
        shown
    };
    let period = CategoryPeriod { until_on: Some(until), ..old.period };
    (from < until).then_some(RecordedPeriod { period, seen_on: old.seen_on })
}

#[cfg(test)]
#[path = "periods_tests.rs"]
mod tests;
