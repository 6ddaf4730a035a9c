//! The month that a report is of.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A Tokyo calendar month: `2026-10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    year: i32,
    /// 1 to 12.
    month: u32,
}

/// A text that names no month.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no month: four digits, a hyphen and two digits are one")]
pub struct NoPeriod;

impl Period {
    /// The month a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// The last month that is over on a day.
    pub fn last_over(today: NaiveDate) -> Self {
        Self::of(first_of(today.year(), today.month()) - Months::new(1))
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.month
    }

    /// Its first day, and the first that lies after it.
    pub fn days(self) -> (NaiveDate, NaiveDate) {
        let first = first_of(self.year, self.month);
        (first, first + Months::new(1))
    }
}

/// Years stand between 1 and 9999 wherever a period is made of one, so that the day is always there.
fn first_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let digits = |part: &str, many: usize| part.len() == many && part.bytes().all(|b| b.is_ascii_digit());
        let (year, month) = text.split_once('-').ok_or(NoPeriod)?;
        if !digits(year, 4) || !digits(month, 2) {
            return Err(NoPeriod);
        }
        let (year, month) = (year.parse().map_err(|_| NoPeriod)?, month.parse().map_err(|_| NoPeriod)?);
        if year < 1 || !(1..=12).contains(&month) {
            return Err(NoPeriod);
        }
        Ok(Self { year, month })
    }
}

impl TryFrom<String> for Period {
    type Error = NoPeriod;

    fn try_from(text: String) -> Result<Self, NoPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_last_month_that_is_over_on_a_january_day_is_december() {
        let period = Period::last_over(day("2027-01-31"));
        assert_eq!((period.to_string().as_str(), period.days()), ("2026-12", (day("2026-12-01"), day("2027-01-01"))));
        assert_eq!(Period::last_over(day("2026-03-31")).to_string(), "2026-02");
    }

    #[test]
    fn what_names_no_month_is_none() {
        for text in [
            "",
            "2026",
            "2026-1",
            "2026-00",
            "2026-13",
            "0000-01",
            "26-10",
            "2026-10-01",
            "２０２６-10",
            "2026-1a",
            " 2026-10",
        ] {
            assert_eq!(text.parse::<Period>(), Err(NoPeriod), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_period_reads_back_and_holds_its_days(days in 0i64..2_900_000) {
            let day = day("0002-01-01") + chrono::Duration::days(days);
            let period = Period::of(day);
            prop_assert_eq!(period.to_string().parse(), Ok(period));
            let (from, until) = period.days();
            prop_assert!(from <= day && day < until && Period::last_over(day) < period);
        }
    }
}
