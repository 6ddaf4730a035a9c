//! A time as people say it at the telephone: 「15時」「明日10時半」「30分後」, and as they type it: `1130`, `11/28 10:00`.

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveDateTime, Utc};
use unicode_normalization::UnicodeNormalization;

use crate::domain::time::{clock_time, from_tokyo, number, tokyo_time};

/// The instant that was meant, Tokyo time; none where it can't be told. A time alone is the next such time, a month and
/// day the next such day, and a day alone is no time.
pub fn said_time(typed: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let typed: String = typed.nfkc().filter(|c| !matches!(c, 'に' | 'の' | '頃' | '、' | ',')).collect();
    let typed = without_weekday(typed.trim().replace("ごろ", ""));
    let today = tokyo_time(now);
    if let Some((days, rest)) = days_after(&typed) {
        return Some(from_tokyo((today.date() + Duration::days(days)).and_time(clock_time(rest)?)));
    }
    if let Some(after) = typed.strip_suffix('後') {
        return Some(now + Duration::minutes(span(after.trim())?));
    }
    // As a browser's field or a program writes it, with seconds or without.
    let written = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    if let Some(exact) = written.iter().find_map(|form| NaiveDateTime::parse_from_str(&typed, form).ok()) {
        return Some(from_tokyo(exact));
    }
    let (day, rest) = match day(&typed, today.date())? {
        (None, rest) => (None, rest),
        (Some(day), rest) => (Some(day), rest.trim_start_matches(['T', ' '])),
    };
    let time = clock_time(rest)?;
    let passed = time <= today.time();
    let day = match day {
        Some(day) if day == today.date() && passed && weekday(&typed, today.date()).is_some() => {
            day + Duration::days(7)
        }
        Some(day) => day,
        None if passed => today.date() + Duration::days(1),
        None => today.date(),
    };
    Some(from_tokyo(day.and_time(time)))
}

/// As the screens write a date, `11月29日(日) 10:00`: the weekday says nothing more.
pub(in crate::domain) fn without_weekday(typed: String) -> String {
    "月火水木金土日".chars().fold(typed, |typed, day| typed.replace(&format!("({day})"), " "))
}

/// `3日後10時`, `1週間後 9:00`: so many days from today, and what follows.
fn days_after(text: &str) -> Option<(i64, &str)> {
    let (days, rest) = match text.split_once("週間後") {
        Some((weeks, rest)) => (number(weeks, 2)? * 7, rest),
        None => text.split_once("日後").and_then(|(days, rest)| Some((number(days, 2)?, rest)))?,
    };
    Some((i64::from(days), rest.trim_start()))
}

/// `30分`, `2時間`, `1時間半`, `1時間15分`, in minutes; at most a thousand hours.
pub(in crate::domain) fn span(text: &str) -> Option<i64> {
    let (hours, rest) = match text.split_once("時間") {
        Some((hours, rest)) => (number(hours, 3)?, rest.trim()),
        None => (0, text),
    };
    let minutes = match rest {
        "" if text != rest => 0,
        "半" if text != rest => 30,
        _ => number(rest.strip_suffix('分')?, 4)?,
    };
    Some(i64::from(hours) * 60 + i64::from(minutes))
}

/// The day that a text begins with, and what follows; an inner none where it begins with no day, none where with one
/// that there isn't.
fn day(text: &str, today: NaiveDate) -> Option<(Option<NaiveDate>, &str)> {
    const NAMED: [(&str, i64); 10] = [
        ("今日", 0),
        ("本日", 0),
        ("明日", 1),
        ("あした", 1),
        ("あす", 1),
        ("明後日", 2),
        ("あさって", 2),
        ("しあさって", 3),
        ("明々後日", 3),
        ("翌日", 1),
    ];
    if let Some((rest, days)) = NAMED.iter().find_map(|(name, days)| Some((text.strip_prefix(name)?, *days))) {
        return Some((Some(today + Duration::days(days)), rest.trim_start()));
    }
    if let Some(found) = weekday(text, today) {
        return Some((Some(found.0), found.1));
    }
    if let Some((date, rest)) = text.split_once('日').filter(|(date, _)| date.len() <= 2)
        && let Some(date) = number(date, 2)
    {
        return Some((Some(next_such_date(date, today)?), rest.trim_start()));
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || "/-月".contains(c))).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let parts: Vec<&str> = date.split(['/', '-', '月']).collect();
    let day = match parts.as_slice() {
        [year, month, day] => {
            NaiveDate::from_ymd_opt(i32::try_from(number(year, 4)?).ok()?, number(month, 2)?, number(day, 2)?)?
        }
        [month, day] if !day.is_empty() => next_such_day(number(month, 2)?, number(day, 2)?, today)?,
        _ => return Some((None, text)),
    };
    Some((Some(day), rest.strip_prefix('日').unwrap_or(rest).trim_start()))
}

/// `28日`: the next such day of a month.
fn next_such_date(date: u32, today: NaiveDate) -> Option<NaiveDate> {
    let mut months = (0..3).filter_map(|ahead| today.checked_add_months(Months::new(ahead))?.with_day(date));
    months.find(|day| *day >= today)
}

/// 「月曜」「水曜日」: the next one, today included; 「来週月曜」: that of next week.
fn weekday(text: &str, today: NaiveDate) -> Option<(NaiveDate, &str)> {
    let (next_week, text) = text.strip_prefix("来週").map_or((false, text), |rest| (true, rest.trim_start()));
    let mut rest = text.chars();
    let ahead = "月火水木金土日".chars().position(|day| text.starts_with(day))?;
    rest.next();
    let rest = rest.as_str().strip_prefix("曜")?;
    let from = i64::from(today.weekday().num_days_from_monday());
    let ahead = i64::try_from(ahead).ok()? - from;
    let days = if next_week { ahead + 7 } else { ahead.rem_euclid(7) };
    Some((today + Duration::days(days), rest.strip_prefix('日').unwrap_or(rest).trim_start()))
}

fn next_such_day(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    let this_year = NaiveDate::from_ymd_opt(today.year(), month, day);
    match this_year {
        Some(day) if day >= today => Some(day),
        _ => NaiveDate::from_ymd_opt(today.year() + 1, month, day),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Friday, 27 November 2026, 10:20 in Tokyo.
    fn now() -> DateTime<Utc> {
        from_tokyo(NaiveDate::from_ymd_opt(2026, 11, 27).and_then(|d| d.and_hms_opt(10, 20, 0)).expect("a time"))
    }

    #[test]
    fn times_are_read_as_people_say_them() {
        for (typed, meant) in [
            ("15:00", "2026-11-27 15:00"),
            ("９：３０", "2026-11-28 09:30"),
            ("1130", "2026-11-27 11:30"),
            ("930", "2026-11-28 09:30"),
            ("15時", "2026-11-27 15:00"),
            ("15時半に", "2026-11-27 15:30"),
            ("午後3時15分", "2026-11-27 15:15"),
            ("午後0時30分", "2026-11-27 12:30"),
            ("正午", "2026-11-27 12:00"),
            ("明日10時", "2026-11-28 10:00"),
            ("あしたの10時ごろ", "2026-11-28 10:00"),
            ("今日 1700", "2026-11-27 17:00"),
            ("明後日の朝9時", "2026-11-29 09:00"),
            ("夕方5時", "2026-11-27 17:00"),
            ("月曜 9:00", "2026-11-30 09:00"),
            ("金曜日10時", "2026-12-04 10:00"),
            ("金曜15時", "2026-11-27 15:00"),
            ("来週月曜10時", "2026-11-30 10:00"),
            ("来週の金曜 9:30", "2026-12-04 09:30"),
            ("しあさって10時", "2026-11-30 10:00"),
            ("3日後15時", "2026-11-30 15:00"),
            ("1週間後の10時", "2026-12-04 10:00"),
            ("28日15時", "2026-11-28 15:00"),
            ("5日 9時", "2026-12-05 09:00"),
            ("11月29日(日) 10:00", "2026-11-29 10:00"),
            ("１１月２９日（日）１０時", "2026-11-29 10:00"),
            ("昼12時", "2026-11-27 12:00"),
            ("11/28 10:00", "2026-11-28 10:00"),
            ("11月30日15時", "2026-11-30 15:00"),
            ("1/5 10:00", "2027-01-05 10:00"),
            ("2026/12/1 8:05", "2026-12-01 08:05"),
            ("2026-11-28T15:00", "2026-11-28 15:00"),
            ("2026-11-28T15:00:00", "2026-11-28 15:00"),
            ("2026-11-28 15:00", "2026-11-28 15:00"),
            ("30分後", "2026-11-27 10:50"),
            ("2時間後", "2026-11-27 12:20"),
            ("1時間半後", "2026-11-27 11:50"),
            ("1時間15分後", "2026-11-27 11:35"),
        ] {
            let read = said_time(typed, now()).map(|at| tokyo_time(at).format("%Y-%m-%d %H:%M").to_string());
            assert_eq!(read.unwrap_or_default(), meant, "{typed}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for typed in [
            "",
            "明日",
            "11/28",
            "25:00",
            "13/40 10:00",
            "2/30 9:00",
            "あとで",
            "15",
            "午後13時",
            "後",
            "時間後",
            "99999分後",
            "1:5",
            "3日後",
            "32日10時",
        ] {
            assert_eq!(said_time(typed, now()), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn every_clock_time_is_read_and_lies_within_a_day(hour in 0_u32..24, minute in 0_u32..60) {
            for typed in [format!("{hour}:{minute:02}"), format!("{hour:02}{minute:02}"), format!("{hour}時{minute}分")] {
                let at = said_time(&typed, now()).expect("a time");
                prop_assert!(at > now() && at <= now() + Duration::days(1));
                prop_assert_eq!(tokyo_time(at).format("%-H:%-M").to_string(), format!("{hour}:{minute}"));
            }
        }

        #[test]
        fn nothing_typed_breaks_it(typed in "\\PC{0,24}") {
            let _ = said_time(&typed, now());
        }
    }
}
