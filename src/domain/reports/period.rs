//! The month, quarter or year that a report is of.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A Tokyo calendar month `2026-10`, quarter `2026Q3` or year `2026`. In order of their ends; of those that end
/// together the shorter comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    year: i32,
    span: Span,
}

/// What of its year a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// A month, 1 to 12.
    Month(u32),
    /// A quarter, 1 to 4.
    Quarter(u32),
    /// All of it.
    Year,
}

/// A text that names no period.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no period: 2026-10 is a month, 2026Q3 a quarter, 2026 a year")]
pub struct NoPeriod;

impl Period {
    /// The month a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), span: Span::Month(day.month()) }
    }

    /// The last month that is over on a day.
    pub fn last_over(today: NaiveDate) -> Self {
        Self::of(first_of(today.year(), today.month()) - Months::new(1))
    }

    /// The year it lies in, or is.
    pub fn year(self) -> i32 {
        self.year
    }

    /// What of that year it is.
    pub fn span(self) -> Span {
        self.span
    }

    /// Its first day, and the first that lies after it.
    pub fn days(self) -> (NaiveDate, NaiveDate) {
        let (first, months) = match self.span {
            Span::Month(month) => (month, 1),
            Span::Quarter(quarter) => (quarter * 3 - 2, 3),
            Span::Year => (1, 12),
        };
        let first = first_of(self.year, first);
        (first, first + Months::new(months))
    }

    /// The periods that it's the sum of: a quarter's months, a year's quarters, a month's none.
    pub fn parts(self) -> Vec<Self> {
        let of = |span| Self { year: self.year, span };
        match self.span {
            Span::Month(_) => Vec::new(),
            Span::Quarter(quarter) => (quarter * 3 - 2..=quarter * 3).map(|month| of(Span::Month(month))).collect(),
            Span::Year => (1..=4).map(|quarter| of(Span::Quarter(quarter))).collect(),
        }
    }

    /// The period whose part it is; a year is nobody's.
    pub fn whole(self) -> Option<Self> {
        let span = match self.span {
            Span::Month(month) => Span::Quarter(month.div_ceil(3)),
            Span::Quarter(_) => Span::Year,
            Span::Year => return None,
        };
        Some(Self { span, ..self })
    }

    /// The one that ends as it begins, as long as it is; none before the first year.
    pub fn before(self) -> Option<Self> {
        let (year, span) = match self.span {
            Span::Month(1) => (self.year - 1, Span::Month(12)),
            Span::Month(month) => (self.year, Span::Month(month - 1)),
            Span::Quarter(1) => (self.year - 1, Span::Quarter(4)),
            Span::Quarter(quarter) => (self.year, Span::Quarter(quarter - 1)),
            Span::Year => (self.year - 1, Span::Year),
        };
        (year > 0).then_some(Self { year, span })
    }

    /// The same of the year before; none before the first year.
    pub fn year_before(self) -> Option<Self> {
        (self.year > 1).then_some(Self { year: self.year - 1, ..self })
    }

    /// As people read it: 2026年10月, 2026年7～9月, 2026年.
    pub fn label(self) -> String {
        match self.span {
            Span::Month(month) => format!("{}年{month}月", self.year),
            Span::Quarter(quarter) => format!("{}年{}～{}月", self.year, quarter * 3 - 2, quarter * 3),
            Span::Year => format!("{}年", self.year),
        }
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |period: &Self| (period.days().1, Reverse(period.days().0));
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Years stand between 1 and 9999 wherever a period is made of one, so that the day is always there.
fn first_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.span {
            Span::Month(month) => write!(f, "{:04}-{month:02}", self.year),
            Span::Quarter(quarter) => write!(f, "{:04}Q{quarter}", self.year),
            Span::Year => write!(f, "{:04}", self.year),
        }
    }
}

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let number = |part: &str, digits: usize| -> Result<u32, NoPeriod> {
            let plain = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
            part.parse().ok().filter(|_| plain).ok_or(NoPeriod)
        };
        let (year, span) = match (text.split_once('-'), text.split_once('Q')) {
            (Some((year, month)), _) => (year, Span::Month(number(month, 2)?)),
            (None, Some((year, quarter))) => (year, Span::Quarter(number(quarter, 1)?)),
            (None, None) => (text, Span::Year),
        };
        let year = i32::try_from(number(year, 4)?).map_err(|_| NoPeriod)?;
        let there = match span {
            Span::Month(month) => (1..=12).contains(&month),
            Span::Quarter(quarter) => (1..=4).contains(&quarter),
            Span::Year => true,
        };
        if year < 1 || !there { Err(NoPeriod) } else { Ok(Self { year, span }) }
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

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    #[test]
    fn the_last_month_that_is_over_on_a_january_day_is_december() {
        let period = Period::last_over(day("2027-01-31"));
        assert_eq!((period.to_string().as_str(), period.days()), ("2026-12", (day("2026-12-01"), day("2027-01-01"))));
        assert_eq!(Period::last_over(day("2026-03-31")).to_string(), "2026-02");
    }

    #[test]
    fn what_names_no_period_is_none() {
        for text in [
            "",
            "26",
            "2026-1",
            "2026-00",
            "2026-13",
            "0000-01",
            "0000",
            "26-10",
            "2026-10-01",
            "２０２６-10",
            "2026-1a",
            " 2026-10",
            "2026Q0",
            "2026Q5",
            "2026Q",
            "2026Q01",
            "2026q3",
            "+026",
        ] {
            assert_eq!(text.parse::<Period>(), Err(NoPeriod), "{text}");
        }
    }

    #[test]
    fn quarters_are_sums_of_months_and_years_of_quarters() {
        let names = |period: Period| period.parts().iter().map(Period::to_string).collect::<Vec<_>>();
        assert_eq!(names(period("2026Q3")), ["2026-07", "2026-08", "2026-09"]);
        assert_eq!(names(period("2026")), ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]);
        assert_eq!(period("2026Q4").days(), (day("2026-10-01"), day("2027-01-01")));
        let mut some: Vec<Period> = ["2026", "2026Q4", "2027-01", "2026-12", "2026-10"].map(period).to_vec();
        some.sort_unstable();
        assert_eq!(some, ["2026-10", "2026-12", "2026Q4", "2026", "2027-01"].map(period));
        assert_eq!((period("2026Q3").label(), period("2026").label()), ("2026年7～9月".into(), "2026年".into()));
    }

    proptest! {
        #[test]
        fn a_period_reads_back_and_holds_its_days(days in 0i64..2_900_000) {
            let day = day("0002-01-01") + chrono::Duration::days(days);
            let mut period = Period::of(day);
            prop_assert!(Period::last_over(day) < period);
            loop {
                prop_assert_eq!(period.to_string().parse(), Ok(period));
                let (from, until) = period.days();
                prop_assert!(from <= day && day < until);
                match period.whole() {
                    Some(whole) => {
                        prop_assert!(whole.parts().contains(&period));
                        period = whole;
                    }
                    None => break,
                }
            }
        }
    }
}
