//! How times, numbers and money are written: Tokyo time, Japanese words, spoken groups.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Asia::Tokyo;

use crate::domain::claims::Yen;
use crate::domain::telephone::{Line, Telephone};
pub use crate::domain::text::thousands as count;

const WEEKDAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

/// `10:44`
pub fn time(at: DateTime<Utc>) -> String {
    tokyo(at).format("%H:%M").to_string()
}

/// `10:44:31`
pub fn time_s(at: DateTime<Utc>) -> String {
    tokyo(at).format("%H:%M:%S").to_string()
}

/// `2026年11月22日(日)`
pub fn date(at: DateTime<Utc>) -> String {
    date_of(tokyo(at).date_naive())
}

tokio::task_local! {
    /// The Tokyo day on which a page is drawn, by the injected clock: years that it leaves no doubt about aren't written.
    pub static TODAY: NaiveDate;
}

/// Whether a reader would take a day for one of this year. Where it isn't known when one reads, the year is written.
fn of_this_year(day: NaiveDate) -> bool {
    TODAY.try_with(|today| today.year() == day.year()).unwrap_or_default()
}

/// `11月22日(日) 10:44`; of another year `2025年11月22日(土) 10:44`.
pub fn date_time(at: DateTime<Utc>) -> String {
    let local = tokyo(at);
    if !of_this_year(local.date_naive()) {
        return date_time_full(at);
    }
    format!("{}月{}日({}) {}", local.month(), local.day(), weekday(local.date_naive()), local.format("%H:%M"))
}

/// Month, day and weekday in little room: `11/22(日)`; of another year `2025/11/22(土)`.
pub fn day_short(at: DateTime<Utc>) -> String {
    let local = tokyo(at);
    let year = year_before(local.date_naive());
    format!("{year}{}/{}({})", local.month(), local.day(), weekday(local.date_naive()))
}

/// Month, day and time in little room: `11/22 10:44`; of another year `2025/11/22 10:44`.
pub fn date_time_short(at: DateTime<Utc>) -> String {
    let local = tokyo(at);
    format!("{}{}", year_before(local.date_naive()), local.format("%-m/%-d %H:%M"))
}

fn year_before(day: NaiveDate) -> String {
    if of_this_year(day) { String::new() } else { format!("{}/", day.year()) }
}

/// `2026年11月22日(日) 10:44`, where the year is not plain from the page.
pub fn date_time_full(at: DateTime<Utc>) -> String {
    format!("{} {}", date(at), time(at))
}

/// `2026-11-22T10:44`, the value of a date-and-time field.
pub fn date_time_local(at: DateTime<Utc>) -> String {
    tokyo(at).format("%Y-%m-%dT%H:%M").to_string()
}

/// `2026年11月22日(日)` of a Tokyo date.
pub fn date_of(day: NaiveDate) -> String {
    format!("{}年{}月{}日({})", day.year(), day.month(), day.day(), weekday(day))
}

/// A number as it is said on the phone: `123 456`, ten digits as `1234 567 890`. Anything else as it is.
pub fn spoken_groups(number: &str) -> String {
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    match number.len() {
        6 => groups(number, &[3, 3]),
        10 => groups(number, &[4, 3, 3]),
        _ => number.to_owned(),
    }
}

/// A telephone number in the form in which it's dialled, with its hyphens and extension; as it was typed where words stand
/// beside it or the grouping is not certain. What telephone systems say of calls without a number, in Japanese.
pub fn phone(typed: &str) -> String {
    let read = Telephone::read(typed);
    let (key, extension) = match read.line() {
        Line::Withheld if read.is_alone() => return "非通知".to_owned(),
        Line::Public if read.is_alone() => return "公衆電話".to_owned(),
        Line::Number { key, extension } if read.is_alone() => (key, extension),
        _ => return typed.to_owned(),
    };
    match phone_groups(key) {
        Some(sizes) if extension.is_empty() => groups(key, sizes).replace(' ', "-"),
        Some(sizes) => format!("{} 内線{extension}", groups(key, sizes).replace(' ', "-")),
        None => typed.to_owned(),
    }
}

/// `300,000円`
pub fn yen(amount: Yen) -> String {
    format!("{}円", count(u64::try_from(amount.0).unwrap_or_default()))
}

/// `45秒`, `12分`, `3時間12分`, `2日3時間`: the two largest units, without sign.
pub fn duration_ja(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}秒"),
        (0, 0, _) => format!("{minutes}分"),
        (0, _, 0) => format!("{hours}時間"),
        (0, _, _) => format!("{hours}時間{minutes}分"),
        (_, 0, _) => format!("{days}日"),
        _ => format!("{days}日{hours}時間"),
    }
}

/// `02:31`, a running call; hours only when there are any.
pub fn stopwatch(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours == 0 { format!("{minutes:02}:{rest:02}") } else { format!("{hours}:{minutes:02}:{rest:02}") }
}

fn tokyo(at: DateTime<Utc>) -> DateTime<chrono_tz::Tz> {
    at.with_timezone(&Tokyo)
}

fn weekday(day: NaiveDate) -> &'static str {
    WEEKDAYS[day.weekday().num_days_from_monday() as usize]
}

/// Only what is certain: free, mobile and IP numbers, and area codes that no longer code shares.
fn phone_groups(digits: &str) -> Option<&'static [usize]> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| digits.starts_with(p));
    match digits.len() {
        10 if starts(&["0120", "0570", "0990"]) => Some(&[4, 3, 3]),
        10 if starts(&["03", "06"]) => Some(&[2, 4, 4]),
        10 if starts(&["011", "044", "045", "052", "075", "078"]) => Some(&[3, 3, 4]),
        11 if starts(&["0800"]) => Some(&[4, 3, 4]),
        11 if starts(&["020", "050", "060", "070", "080", "090"]) => Some(&[3, 4, 4]),
        _ => None,
    }
}

fn groups(digits: &str, sizes: &[usize]) -> String {
    let mut rest = digits;
    let mut parts = Vec::with_capacity(sizes.len());
    for &size in sizes {
        let (part, tail) = rest.split_at(size.min(rest.len()));
        parts.push(part);
        rest = tail;
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn times_are_tokyo_times() {
        let instant = at("2026-11-22T01:44:31Z");
        assert_eq!(time(instant), "10:44");
        assert_eq!(time_s(instant), "10:44:31");
        assert_eq!(date_time(instant), "2026年11月22日(日) 10:44", "where nobody says when it is read");
        assert_eq!(date_time_full(instant), "2026年11月22日(日) 10:44");
        assert_eq!(date_time_local(instant), "2026-11-22T10:44");
    }

    #[test]
    fn a_day_of_another_year_shows_its_year() {
        let on = |today: (i32, u32, u32), shown: fn(DateTime<Utc>) -> String| {
            let today = NaiveDate::from_ymd_opt(today.0, today.1, today.2).expect("a day");
            TODAY.sync_scope(today, || shown(at("2026-12-31T01:44:31Z")))
        };
        assert_eq!(on((2026, 12, 31), date_time), "12月31日(木) 10:44");
        assert_eq!(on((2027, 1, 1), date_time), "2026年12月31日(木) 10:44");
        assert_eq!(
            (on((2026, 1, 1), day_short), on((2027, 1, 1), day_short)),
            ("12/31(木)".into(), "2026/12/31(木)".into())
        );
        assert_eq!(on((2026, 1, 1), date_time_short), "12/31 10:44");
        assert_eq!(on((2025, 1, 1), date_time_short), "2026/12/31 10:44");
    }

    #[test]
    fn the_date_turns_at_midnight_in_tokyo() {
        assert_eq!(date(at("2026-11-21T14:59:59Z")), "2026年11月21日(土)");
        assert_eq!(date(at("2026-11-21T15:00:00Z")), "2026年11月22日(日)");
    }

    #[test]
    fn numbers_are_grouped_as_they_are_said() {
        assert_eq!(spoken_groups("123456"), "123 456");
        assert_eq!(spoken_groups("1234567890"), "1234 567 890");
        assert_eq!(spoken_groups("12345"), "12345");
        assert_eq!(spoken_groups("一二三456"), "一二三456");
    }

    #[test]
    fn a_telephone_number_is_hyphenated_only_when_certain() {
        for (raw, shown) in [
            ("0312345678", "03-1234-5678"),
            ("0120179066", "0120-179-066"),
            ("09012345678", "090-1234-5678"),
            ("08001234567", "0800-123-4567"),
            ("05012345678", "050-1234-5678"),
            ("03-1234-5678", "03-1234-5678"),
            ("0267123456", "0267123456"),
            ("+81312345678", "03-1234-5678"),
            ("0312345678#12", "03-1234-5678 内線12"),
            ("anonymous", "非通知"),
            ("C", "公衆電話"),
            ("03-1234-5678（院長）", "03-1234-5678（院長）"),
            ("03-1234-5678 / 090-1111-2222", "03-1234-5678 / 090-1111-2222"),
            ("非通知", "非通知"),
            ("", ""),
        ] {
            assert_eq!(phone(raw), shown);
        }
    }

    #[test]
    fn counts_and_money_have_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(yen(Yen(300_000)), "300,000円");
    }

    #[test]
    fn durations_say_their_two_largest_units() {
        for (seconds, words) in [
            (0, "0秒"),
            (45, "45秒"),
            (725, "12分"),
            (3_600, "1時間"),
            (11_520, "3時間12分"),
            (-11_520, "3時間12分"),
            (183_600, "2日3時間"),
            (172_800, "2日"),
        ] {
            assert_eq!(duration_ja(seconds), words);
        }
        assert_eq!(stopwatch(151), "02:31");
        assert_eq!(stopwatch(3_671), "1:01:11");
    }
}
