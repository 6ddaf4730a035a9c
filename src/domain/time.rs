//! Time is UTC inside and Asia/Tokyo outside; days of the scheme are Tokyo days.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc, Weekday};
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
    from_tokyo(day.and_time(chrono::NaiveTime::MIN))
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
