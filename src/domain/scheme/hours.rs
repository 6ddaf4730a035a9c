//! When a line is open (domain section 2): by arrival, opening second in, closing second out, Tokyo time.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Deserializer, de::Error};

use super::Hours;
use crate::domain::desks::DeskCode;
use crate::domain::time::{from_tokyo, tokyo_time};

/// A telephone line and its hours.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The desk it belongs to.
    pub code: DeskCode,
    /// Its number.
    pub number: String,
    /// Its hours, oldest first; each holds from its day until the next one's.
    pub period: Vec<Period>,
}

/// Hours that hold from a day on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day, in Tokyo.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// Opening time, that second included.
    #[serde(deserialize_with = "time")]
    pub open: NaiveTime,
    /// Closing time, that second excluded.
    #[serde(deserialize_with = "time")]
    pub close: NaiveTime,
    /// On which days of the week.
    pub days: Days,
}

/// On which days a line is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    /// Every day of the year.
    Every,
    /// Monday to Friday, without holidays and the turn of the year, 29 December to 3 January (domain sections 1 and 7).
    BusinessDays,
}

/// Whether a line is open, and when that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Open until.
    Open {
        /// When it closes.
        closes_at: DateTime<Utc>,
    },
    /// Closed until.
    Closed {
        /// When it opens next, if it does within a fortnight.
        opens_at: Option<DateTime<Utc>>,
    },
}

impl Hours {
    /// The line of a desk.
    pub fn line(&self, desk: DeskCode) -> Option<&Line> {
        self.line.iter().find(|l| l.code == desk)
    }

    /// Whether a line serves a call that arrived then. A desk without a line serves none.
    pub fn serves(&self, desk: DeskCode, arrived_at: DateTime<Utc>) -> bool {
        matches!(self.service(desk, arrived_at), Some(Service::Open { .. }))
    }

    /// Whether a line is open at an instant, if there is such a line.
    pub fn service(&self, desk: DeskCode, at: DateTime<Utc>) -> Option<Service> {
        let line = self.line(desk)?;
        let local = tokyo_time(at);
        if let Some((open, close)) = self.on(line, local.date())
            && (open..close).contains(&local.time())
        {
            return Some(Service::Open { closes_at: from_tokyo(local.date().and_time(close)) });
        }
        let opens_at = (0..14)
            .map(|n| local.date() + Duration::days(n))
            .filter_map(|day| self.on(line, day).map(|(open, _)| from_tokyo(day.and_time(open))))
            .find(|opens| *opens > at);
        Some(Service::Closed { opens_at })
    }

    /// When a desk's line opens and closes on a day, if it does.
    pub fn open_on(&self, desk: DeskCode, day: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let (open, close) = self.on(self.line(desk)?, day)?;
        Some((from_tokyo(day.and_time(open)), from_tokyo(day.and_time(close))))
    }

    fn on(&self, line: &Line, day: NaiveDate) -> Option<(NaiveTime, NaiveTime)> {
        let period = line.period.iter().rev().find(|p| p.from <= day)?;
        (period.days == Days::Every || self.is_business_day(day)).then_some((period.open, period.close))
    }

    /// Whether the offices work on a day: no weekend, no holiday, not the turn of the year.
    pub fn is_business_day(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let turn_of_the_year = matches!((day.month(), day.day()), (12, 29..) | (1, ..=3));
        !weekend && !turn_of_the_year && !self.is_holiday(day)
    }

    /// Whether a day is a national holiday.
    pub fn is_holiday(&self, day: NaiveDate) -> bool {
        self.holidays.binary_search(&day).is_ok()
    }
}

impl Line {
    pub(super) fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if self.period.is_empty() {
            faults.push(("period".to_owned(), "受付時間がありません".to_owned()));
        }
        for (i, period) in self.period.iter().enumerate() {
            if period.open >= period.close {
                faults.push((format!("period[{i}]"), "開始時刻は終了時刻より前にしてください".to_owned()));
            }
            if i > 0 && self.period[i - 1].from >= period.from {
                faults.push((format!("period[{i}].from"), "適用日は古い順に並べてください".to_owned()));
            }
        }
        faults
    }
}

pub(super) fn day<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

/// A day that may be left out.
pub(super) fn maybe_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    day(from).map(Some)
}

/// Days written out, in a list.
pub(super) fn days<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<NaiveDate>, D::Error> {
    Vec::<String>::deserialize(from)?.iter().map(|day| day.parse().map_err(D::Error::custom)).collect()
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
    NaiveTime::parse_from_str(&String::deserialize(from)?, "%H:%M").map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn helpline() -> Line {
        let hm = |h, m| NaiveTime::from_hms_opt(h, m, 0).expect("a time");
        let d = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a day");
        Line {
            code: DeskCode::Helpline,
            number: "0120-179-066".into(),
            period: vec![
                Period { from: d(2022, 6, 1), open: hm(9, 0), close: hm(21, 0), days: Days::Every },
                Period { from: d(2023, 6, 1), open: hm(6, 0), close: hm(21, 0), days: Days::Every },
            ],
        }
    }

    /// Domain section 2: both sets of hours, each boundary second.
    #[test]
    fn the_opening_second_is_in_and_the_closing_second_is_out() {
        let hours = Hours { holidays: Vec::new(), line: vec![helpline()], target: Vec::new() };
        for (local, open) in [
            ("2026-11-22 05:59:59", false),
            ("2026-11-22 06:00:00", true),
            ("2026-11-22 20:59:59", true),
            ("2026-11-22 21:00:00", false),
            ("2023-05-31 06:30:00", false),
            ("2023-05-31 09:00:00", true),
            ("2023-06-01 06:00:00", true),
            ("2027-01-01 06:00:00", true),
            ("2022-05-31 12:00:00", false),
        ] {
            let at = from_tokyo(chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S").expect("a time"));
            assert_eq!(hours.serves(DeskCode::Helpline, at), open, "{local}");
        }
    }

    #[test]
    fn lines_that_keep_business_days_are_closed_on_weekends_holidays_and_at_the_turn_of_the_year() {
        let d = |day: &str| day.parse::<NaiveDate>().expect("a day");
        let mut line = helpline();
        line.period.iter_mut().for_each(|period| period.days = Days::BusinessDays);
        let hours = Hours {
            holidays: vec![d("2026-09-21"), d("2026-09-22"), d("2026-11-23")],
            line: vec![line],
            target: Vec::new(),
        };
        for (day, open) in [
            ("2026-11-20", true),
            ("2026-11-21", false),
            ("2026-11-22", false),
            ("2026-11-23", false),
            ("2026-11-24", true),
            ("2026-09-22", false),
            ("2026-12-28", true),
            ("2026-12-29", false),
            ("2026-12-31", false),
            ("2027-01-01", false),
            ("2027-01-03", false),
            ("2027-01-04", true),
        ] {
            let noon = from_tokyo(d(day).and_hms_opt(12, 0, 0).expect("noon"));
            assert_eq!(hours.serves(DeskCode::Helpline, noon), open, "{day}");
        }
        let eve = from_tokyo(d("2026-12-28").and_hms_opt(22, 0, 0).expect("an hour"));
        let Some(Service::Closed { opens_at: Some(opens) }) = hours.service(DeskCode::Helpline, eve) else {
            panic!("closed")
        };
        assert_eq!(tokyo_time(opens).to_string(), "2027-01-04 06:00:00", "a Monday");
    }

    #[test]
    fn a_closed_line_says_when_it_opens() {
        let at = from_tokyo(
            chrono::NaiveDateTime::parse_from_str("2026-11-22 21:30:00", "%Y-%m-%d %H:%M:%S").expect("a time"),
        );
        let hours = Hours { holidays: Vec::new(), line: vec![helpline()], target: Vec::new() };
        let Some(Service::Closed { opens_at: Some(opens) }) = hours.service(DeskCode::Helpline, at) else {
            panic!("closed")
        };
        assert_eq!(tokyo_time(opens).to_string(), "2026-11-23 06:00:00");
    }
}
