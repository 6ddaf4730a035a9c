//! A time that has passed, as people say it: 「今日9時」「昨日18時半」「30分前」「11/20 9:00」.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use unicode_normalization::UnicodeNormalization;

use super::said::Said;
use crate::domain::calls::said_time::{span, without_weekday};
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::time::{clock_time, number, tokyo_time};

/// Days as they are called, and how many of them ago.
const NAMED: [(&str, i64); 12] = [
    ("今日", 0),
    ("本日", 0),
    ("今朝", 0),
    ("けさ", 0),
    ("昨日", 1),
    ("昨夜", 1),
    ("ゆうべ", 1),
    ("昨晩", 1),
    ("前日", 1),
    ("一昨日", 2),
    ("おととい", 2),
    ("さきおととい", 3),
];

/// Parts of a day as they are called, and the hour that stands for them.
const PARTS: [(&str, u32); 7] =
    [("早朝", 6), ("朝", 8), ("午前", 9), ("昼", 12), ("夕方", 17), ("夜", 20), ("深夜", 0)];

/// What was meant, Tokyo time; none where it can't be told. A time alone is the last such time, a month and day the last
/// such day, a day alone a day of which the time isn't known. One that names a day that is still to come lies ahead.
fn past_time(typed: &str, now: DateTime<Utc>) -> Option<Said> {
    let typed = typed.replace("きのう", "昨日");
    let typed: String = typed.nfkc().filter(|c| !matches!(c, 'に' | 'の' | '頃' | '、' | ',')).collect();
    let typed = without_weekday(typed.trim().replace("ごろ", ""));
    let written = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    if let Some(exact) = written.iter().find_map(|form| NaiveDateTime::parse_from_str(&typed, form).ok()) {
        return Some(Said::time(exact));
    }
    let today = tokyo_time(now);
    if let Some((days, rest)) = typed.split_once("日前") {
        let day = today.date() - Duration::days(i64::from(number(days, 3)?));
        return of_day(day, rest);
    }
    if let Some(ago) = typed.strip_suffix('前') {
        return Some(Said::time(tokyo_time(now - Duration::minutes(span(ago.trim())?))));
    }
    let (day, rest) = day(&typed, today.date())?;
    if let Some(day) = day {
        return of_day(day, rest);
    }
    let time = clock_time(rest)?;
    let day = if time <= today.time() { today.date() } else { today.date() - Duration::days(1) };
    Some(Said::time(day.and_time(time)))
}

/// A day with what follows it: a time, a part of the day, or nothing.
fn of_day(day: NaiveDate, rest: &str) -> Option<Said> {
    let rest = rest.trim_matches(['T', ' ']);
    if rest.is_empty() {
        return Some(Said::day(day));
    }
    let part = PARTS.iter().find(|(name, _)| *name == rest).and_then(|(_, hour)| NaiveTime::from_hms_opt(*hour, 0, 0));
    part.or_else(|| clock_time(rest)).map(|time| Said::time(day.and_time(time)))
}

/// What was meant, where it may be written down.
///
/// # Errors
/// A fault beside the field of that name, when it can't be told or lies ahead.
pub fn read(name: &str, typed: &str, now: DateTime<Utc>) -> Result<Said, Refusal> {
    let odd = "日時は「今日9時」「昨日18時半」「11/20 9:00」のように、実際にある過去の日時を入力してください。時刻がわからなければ「11/20」のように日付だけで構いません";
    let at = past_time(typed, now).ok_or_else(|| Refusal::field(name, "time.format", odd))?;
    text::not_future(name, at.earliest(), now)?;
    Ok(at)
}

/// The day that a text begins with, and what follows; an inner none where it begins with no day, none where with one
/// that there isn't.
fn day(text: &str, today: NaiveDate) -> Option<(Option<NaiveDate>, &str)> {
    if let Some((rest, ago)) = NAMED.iter().find_map(|(name, ago)| Some((text.strip_prefix(name)?, *ago))) {
        return Some((Some(today - Duration::days(ago)), rest.trim_start()));
    }
    if let Some(found) = weekday(text, today) {
        return Some((Some(found.0), found.1));
    }
    if let Some((date, rest)) = text.split_once('日').filter(|(date, _)| date.len() <= 2)
        && let Some(date) = number(date, 2)
    {
        let last = (0..62).map(|ago| today - Duration::days(ago)).find(|day| day.day() == date)?;
        return Some((Some(last), rest.trim_start()));
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || "/-月年".contains(c))).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let parts: Vec<&str> = date.split(['/', '-', '月', '年']).collect();
    let day = match parts.as_slice() {
        [year, month, day] => {
            NaiveDate::from_ymd_opt(i32::try_from(number(year, 4)?).ok()?, number(month, 2)?, number(day, 2)?)?
        }
        [month, day] if !day.is_empty() => last_such_day(number(month, 2)?, number(day, 2)?, today)?,
        _ => return Some((None, text)),
    };
    Some((Some(day), rest.strip_prefix('日').unwrap_or(rest).trim_start()))
}

/// 「月曜」「水曜日」: the last one, today included.
fn weekday(text: &str, today: NaiveDate) -> Option<(NaiveDate, &str)> {
    let (earlier, text) = text.strip_prefix("先週").map_or((false, text), |rest| (true, rest.trim_start()));
    let nth = i64::try_from("月火水木金土日".chars().position(|day| text.starts_with(day))?).ok()?;
    let mut rest = text.chars();
    rest.next();
    let rest = rest.as_str().strip_prefix('曜')?;
    let from = i64::from(today.weekday().num_days_from_monday());
    let ago = if earlier { from - nth + 7 } else { (from - nth).rem_euclid(7) };
    Some((today - Duration::days(ago), rest.strip_prefix('日').unwrap_or(rest).trim_start()))
}

/// A month and day: this year's, or last year's where this year's lies more than a month ahead.
fn last_such_day(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    let in_year = |year| NaiveDate::from_ymd_opt(year, month, day);
    match in_year(today.year()) {
        Some(day) if day <= today + Duration::days(31) => Some(day),
        _ => in_year(today.year() - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::from_tokyo;

    #[test]
    fn what_is_said_of_the_past_is_understood() {
        // Given a Sunday, 10:42
        let now = from_tokyo("2026-11-22T10:42:00".parse().expect("a time"));
        for (typed, meant) in [
            ("9時", "2026-11-22T09:00"),
            ("18時半", "2026-11-21T18:30"),
            ("今日9時", "2026-11-22T09:00"),
            ("今朝８時１５分", "2026-11-22T08:15"),
            ("昨日18時ごろ", "2026-11-21T18:00"),
            ("昨夜23時", "2026-11-21T23:00"),
            ("おととい 10:00", "2026-11-20T10:00"),
            ("30分前", "2026-11-22T10:12"),
            ("2時間前", "2026-11-22T08:42"),
            ("3日前10時", "2026-11-19T10:00"),
            ("11/20 9:00", "2026-11-20T09:00"),
            ("11月20日(金) 9:00", "2026-11-20T09:00"),
            ("20日9時", "2026-11-20T09:00"),
            ("28日9時", "2026-10-28T09:00"),
            ("12/1 9:00", "2026-12-01T09:00"),
            ("12/25 9:00", "2025-12-25T09:00"),
            ("金曜18時", "2026-11-20T18:00"),
            ("先週月曜日9時", "2026-11-09T09:00"),
            ("2026年1月5日 9時", "2026-01-05T09:00"),
            ("2026-11-20T09:00", "2026-11-20T09:00"),
            ("2026-11-20 09:00", "2026-11-20T09:00"),
            ("0900", "2026-11-22T09:00"),
            ("11/20", "2026-11-20"),
            ("きのう", "2026-11-21"),
            ("昨日の夜", "2026-11-21T20:00"),
            ("おととい朝", "2026-11-20T08:00"),
            ("3日前", "2026-11-19"),
        ] {
            assert_eq!(past_time(typed, now).map(Said::kept).as_deref(), Some(meant), "{typed}");
        }
        for typed in ["さっき", "25時", "2/30 9:00", "9", "", "前", "日前9時", "11/20 いつか"] {
            assert_eq!(past_time(typed, now), None, "{typed}");
        }
    }
}
