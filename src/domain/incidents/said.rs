//! A time as it was said: a day, and the time of day where that was said too. What nobody said stays unknown.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::domain::time::{day_start, from_tokyo, tokyo_time};

/// A Tokyo day, with its time of day to the minute where it's known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    day: NaiveDate,
    time: Option<NaiveTime>,
}

const MINUTE: &str = "%Y-%m-%dT%H:%M";

impl Said {
    /// A day of which nobody said the time.
    pub fn day(day: NaiveDate) -> Self {
        Self { day, time: None }
    }

    /// A day and a time of day.
    pub fn time(at: NaiveDateTime) -> Self {
        Self { day: at.date(), time: Some(at.time()) }
    }

    /// The first instant that it may mean.
    pub fn earliest(self) -> DateTime<Utc> {
        self.time.map_or_else(|| day_start(self.day), |time| from_tokyo(self.day.and_time(time)))
    }

    /// The last instant that it may mean: to the minute where the time is known, else the end of the day.
    pub fn latest(self) -> DateTime<Utc> {
        match self.time {
            Some(_) => self.earliest(),
            None => day_start(self.day + Duration::days(1)) - Duration::minutes(1),
        }
    }

    /// As text that is kept: `2026-11-22T10:44`, or `2026-11-22`.
    pub fn kept(self) -> String {
        match self.time {
            Some(time) => self.day.and_time(time).format(MINUTE).to_string(),
            None => self.day.to_string(),
        }
    }

    /// Of text that is kept.
    pub fn parse(kept: &str) -> Option<Self> {
        let minute = NaiveDateTime::parse_from_str(kept, MINUTE).ok().map(Self::time);
        minute.or_else(|| kept.parse().ok().map(Self::day))
    }

    /// As an instant that is kept: a day alone is its first instant, a midnight that was said a second later.
    pub fn instant(self) -> DateTime<Utc> {
        let midnight = self.time == Some(NaiveTime::MIN);
        self.earliest() + Duration::seconds(i64::from(midnight))
    }

    /// Of an instant that is kept.
    pub fn of(instant: DateTime<Utc>) -> Self {
        let local = tokyo_time(instant);
        if local.time() == NaiveTime::MIN { Self::day(local.date()) } else { Self::time(local) }
    }

    /// As it's read by people, in a paper too: `2026年11月22日 10:44`, or `2026年11月22日`.
    pub fn words(self) -> String {
        let day = self.day.format("%Y年%-m月%-d日");
        self.time.map_or_else(|| day.to_string(), |time| format!("{day} {}", time.format("%H:%M")))
    }

    /// As it's typed again: `2026-11-22 10:44`, or `2026-11-22`.
    pub fn typed(self) -> String {
        self.kept().replace('T', " ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_stays_a_day_and_midnight_a_time() {
        for (kept, words, earliest, latest) in [
            ("2026-11-22", "2026年11月22日", "2026-11-21T15:00:00Z", "2026-11-22T14:59:00Z"),
            ("2026-11-22T00:00", "2026年11月22日 00:00", "2026-11-21T15:00:00Z", "2026-11-21T15:00:00Z"),
            ("2025-01-02T09:05", "2025年1月2日 09:05", "2025-01-02T00:05:00Z", "2025-01-02T00:05:00Z"),
        ] {
            let said = Said::parse(kept).expect("a time");
            let again = Said::of(said.instant());
            assert_eq!(
                (said.kept(), again.kept(), again.words()),
                (kept.to_owned(), kept.to_owned(), words.to_owned())
            );
            let instant = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
            assert_eq!((said.earliest(), said.latest()), (instant(earliest), instant(latest)), "{kept}");
        }
        assert_eq!(Said::parse("昨日"), None);
    }
}
