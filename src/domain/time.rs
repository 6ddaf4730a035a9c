//! Time is UTC inside and Asia/Tokyo outside; days of the scheme are Tokyo days.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Asia::Tokyo;

/// The Tokyo calendar day of an instant.
pub fn tokyo_day(at: DateTime<Utc>) -> NaiveDate {
    within_reason(at).with_timezone(&Tokyo).date_naive()
}

/// The Tokyo wall-clock time of an instant.
pub fn tokyo_time(at: DateTime<Utc>) -> NaiveDateTime {
    within_reason(at).with_timezone(&Tokyo).naive_local()
}

/// An instant at the ends of the calendar is drawn in by a day, so that no input overflows in another zone.
fn within_reason(at: DateTime<Utc>) -> DateTime<Utc> {
    at.clamp(DateTime::<Utc>::MIN_UTC + Duration::days(1), DateTime::<Utc>::MAX_UTC - Duration::days(1))
}

/// The instant of a Tokyo wall-clock time. Tokyo has had one offset since 1951, so there is always exactly one.
pub fn from_tokyo(local: NaiveDateTime) -> DateTime<Utc> {
    match Tokyo.from_local_datetime(&local).earliest() {
        Some(at) => at.with_timezone(&Utc),
        None => local.checked_sub_signed(Duration::hours(9)).unwrap_or(NaiveDateTime::MIN).and_utc(),
    }
}

/// The first instant of a Tokyo day.
pub fn day_start(day: NaiveDate) -> DateTime<Utc> {
    from_tokyo(day.and_time(NaiveTime::MIN))
}

/// A stretch of instants, half-open.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// The instants of a half-open stretch of Tokyo days.
pub fn span((from, until): (NaiveDate, NaiveDate)) -> Span {
    (day_start(from), day_start(until))
}

/// Cuts an instant to microseconds, which is what both engines keep.
pub fn to_micros(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}

/// The day on which an association can be asked: the next Monday to Friday (domain section 3).
pub fn next_weekday(today: NaiveDate) -> NaiveDate {
    let mut day = today + Duration::days(1);
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day += Duration::days(1);
    }
    day
}

/// A time of day as it is said or typed: `15:00`, `1130`, `15時`, `15時半`, `午後3時15分`, `正午`.
pub(in crate::domain) fn clock_time(text: &str) -> Option<NaiveTime> {
    if text == "正午" {
        return NaiveTime::from_hms_opt(12, 0, 0);
    }
    const HALVES: [(&str, u32); 7] =
        [("午前", 0), ("朝", 0), ("午後", 12), ("お昼", 12), ("昼", 12), ("夕方", 12), ("夜", 12)];
    let half = HALVES.iter().find_map(|(name, from)| Some((Some(*from), text.strip_prefix(name)?)));
    let (noon, text) = half.unwrap_or((None, text));
    let (hour, minute) = if let Some((hour, rest)) = text.split_once('時') {
        let minute = match rest.trim() {
            "" => 0,
            "半" => 30,
            minute => number(minute.strip_suffix('分').unwrap_or(minute), 2)?,
        };
        (number(hour, 2)?, minute)
    } else if let Some((hour, minute)) = text.split_once(':') {
        (number(hour, 2)?, number(minute, 2).filter(|_| minute.trim().len() == 2)?)
    } else {
        let digits = number(text, 4).filter(|_| text.trim().len() >= 3)?;
        (digits / 100, digits % 100)
    };
    match noon {
        Some(noon) if hour <= 12 => NaiveTime::from_hms_opt(hour % 12 + noon, minute, 0),
        Some(_) => None,
        None => NaiveTime::from_hms_opt(hour, minute, 0),
    }
}

/// A number of at most so many digits.
pub(in crate::domain) fn number(text: &str, most: usize) -> Option<u32> {
    let text = text.trim();
    let fits = !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tokyo_day_begins_at_three_in_the_afternoon_utc() {
        let at = Utc.with_ymd_and_hms(2026, 11, 21, 15, 0, 0).single().expect("a time");
        assert_eq!(tokyo_day(at), NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day"));
        assert_eq!(day_start(tokyo_day(at)), at);
    }
}
