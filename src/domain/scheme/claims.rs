//! What the scheme pays for which incident, and its years (domain section 7). Dated data from `claims.toml`.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::domain::claims::{Pattern, Yen};

/// `claims.toml`: amounts and years.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The month in which a scheme year begins.
    pub year_begins: u32,
    /// Amounts, oldest first.
    pub period: Vec<Amounts>,
}

/// What is paid for incidents from a day on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amounts {
    /// The first day it holds for.
    pub from: NaiveDate,
    /// By closed days: one, two, …; the last for that many and more.
    pub closure: Vec<Yen>,
    /// For a cyber attack without closure.
    pub no_closure: Yen,
    /// For a leak otherwise.
    pub leak: Yen,
    /// Whether care services are paid.
    pub care: bool,
}

impl Claims {
    /// What is paid for an incident; `None` where the scheme pays nothing.
    pub fn amount(&self, pattern: Pattern, closed_days: u32, incident_on: NaiveDate, care: bool) -> Option<Yen> {
        let amounts = self.period.iter().rev().find(|p| p.from <= incident_on)?;
        if care && !amounts.care {
            return None;
        }
        match pattern {
            Pattern::Closure => {
                let nth = usize::try_from(closed_days.checked_sub(1)?).unwrap_or(usize::MAX);
                amounts.closure.get(nth.min(amounts.closure.len().checked_sub(1)?)).copied()
            }
            Pattern::NoClosure => Some(amounts.no_closure),
            Pattern::Leak => Some(amounts.leak),
        }
    }

    /// The scheme year of a day, named by the calendar year in which it begins.
    pub fn year(&self, day: NaiveDate) -> i32 {
        day.year() - i32::from(day.month() < self.year_begins)
    }

    /// Looks for contradictions. Each is `(key, what to do)`.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if !(1..=12).contains(&self.year_begins) {
            faults.push(("year_begins".to_owned(), "1〜12にしてください".to_owned()));
        }
        if self.period.is_empty() || !self.period.is_sorted_by(|a, b| a.from < b.from) {
            faults.push(("period".to_owned(), "from の古い順に1件以上にしてください".to_owned()));
        }
        for (i, period) in self.period.iter().enumerate() {
            if period.closure.is_empty() {
                faults.push((format!("period[{i}].closure"), "1件以上にしてください".to_owned()));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scheme::sample::claims;

    #[test]
    fn the_amounts_are_the_domains() {
        let claims = claims();
        let yen = |pattern, days, on: &str, care| {
            claims.amount(pattern, days, on.parse().expect("a day"), care).map(|amount| amount.0)
        };
        for (days, first_year, later) in
            [(1, 150_000, 200_000), (2, 150_000, 300_000), (3, 150_000, 400_000), (9, 150_000, 400_000)]
        {
            assert_eq!(yen(Pattern::Closure, days, "2023-05-31", false), Some(first_year));
            assert_eq!(yen(Pattern::Closure, days, "2023-06-01", false), Some(later));
        }
        assert_eq!(yen(Pattern::Closure, 0, "2024-01-01", false), None);
        assert_eq!(yen(Pattern::NoClosure, 0, "2022-06-01", false), Some(100_000));
        assert_eq!(yen(Pattern::Leak, 0, "2026-06-01", true), Some(50_000));
        assert_eq!(yen(Pattern::Leak, 0, "2022-05-31", false), None);
        assert_eq!(yen(Pattern::NoClosure, 0, "2023-05-31", true), None);
    }

    #[test]
    fn a_scheme_year_runs_from_june_to_may() {
        let year = |day: &str| claims().year(day.parse().expect("a day"));
        assert_eq!((year("2026-05-31"), year("2026-06-01")), (2025, 2026));
    }
}
