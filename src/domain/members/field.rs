//! Reads single fields of an export: numbers that lost their zeros, dates in any style, widths (contracts section 1).

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

/// What became of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading<T> {
    /// Nothing stood there.
    Empty,
    /// Read as it stood.
    Plain(T),
    /// Read after a repair that is reported.
    Repaired(T),
    /// Not usable.
    Unusable,
}

impl<T> Reading<T> {
    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Plain(value) | Self::Repaired(value) => Some(value),
            Self::Empty | Self::Unusable => None,
        }
    }
}

/// Width folded, outer spaces gone.
pub fn tidy(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return text.to_owned();
    }
    text.nfkc().collect::<String>().trim().to_owned()
}

/// A number of exactly `length` digits. One digit fewer means that a spreadsheet ate a zero in front;
/// anything else, 1.3E+09 included, is not guessed at.
pub fn number(raw: &str, length: usize) -> Reading<String> {
    let text = tidy(raw);
    if text.is_empty() {
        return Reading::Empty;
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Reading::Unusable;
    }
    match text.len() {
        n if n == length && raw == text => Reading::Plain(text),
        n if n == length => Reading::Repaired(text),
        n if n + 1 == length => Reading::Repaired(format!("0{text}")),
        _ => Reading::Unusable,
    }
}

/// A calendar day: 2026/11/05, 2026-11-5, 20261105, 2026年11月5日, R8.11.5, 令和8年11月5日; other styles than
/// the two plain ones are reported as repaired.
pub fn date(raw: &str) -> Reading<NaiveDate> {
    let whole = tidy(raw);
    // A time of day stands behind white space, and says nothing of the day.
    let day = whole.rsplit_once(char::is_whitespace).filter(|(_, time)| is_time(time)).map_or(&*whole, |(day, _)| day);
    let text: String = day.chars().filter(|c| !c.is_whitespace()).collect();
    if text.is_empty() {
        return Reading::Empty;
    }
    let (era_start, rest) = era(&text);
    let parts = split_date(rest, era_start.is_some());
    let Some([year, month, day]) = parts else { return Reading::Unusable };
    let year = era_start.map_or(year, |start| start + year);
    if !(1900..=2200).contains(&year) {
        return Reading::Unusable;
    }
    let found =
        u32::try_from(month).ok().zip(u32::try_from(day).ok()).and_then(|(m, d)| NaiveDate::from_ymd_opt(year, m, d));
    match found {
        None => Reading::Unusable,
        Some(day) if era_start.is_none() && raw == text && (text.contains('/') || text.contains('-')) => {
            Reading::Plain(day)
        }
        Some(day) => Reading::Repaired(day),
    }
}

/// Whether it's a time of day: `0:00`, `00:00:00`, `13:05`.
fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let is_part = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (2..=3).contains(&parts.len()) && parts.iter().all(is_part)
}

/// The year before the era's first one, and the text behind the era's sign.
fn era(text: &str) -> (Option<i32>, &str) {
    const ERAS: [(&str, i32); 12] = [
        ("令和", 2018),
        ("平成", 1988),
        ("昭和", 1925),
        ("大正", 1911),
        ("令", 2018),
        ("平", 1988),
        ("昭", 1925),
        ("大", 1911),
        ("R", 2018),
        ("H", 1988),
        ("S", 1925),
        ("T", 1911),
    ];
    let upper = text.chars().next().map(|c| c.to_ascii_uppercase());
    for (sign, before) in ERAS {
        if let Some(rest) = text.strip_prefix(sign) {
            return (Some(before), rest);
        }
        if sign.len() == 1 && upper == sign.chars().next() {
            return (Some(before), &text[1..]);
        }
    }
    (None, text)
}

fn split_date(text: &str, in_era: bool) -> Option<[i32; 3]> {
    let text = text.strip_prefix('.').unwrap_or(text).replace('元', "1");
    if !in_era && text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some([text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?]);
    }
    let text = text.strip_suffix('日').unwrap_or(&text);
    let mut parts =
        text.split(['/', '-', '.', '年', '月']).map(|p| if p.len() <= 4 { p.parse::<i32>().ok() } else { None });
    let three = [parts.next()??, parts.next()??, parts.next()??];
    // "5/4/1" without an era says neither century nor order.
    if parts.next().is_some() || (!in_era && three[0] < 1000) || (in_era && !(1..=99).contains(&three[0])) {
        return None;
    }
    Some(three)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).expect("a real day")
    }

    #[test]
    fn a_lost_zero_is_put_back_and_reported() {
        assert_eq!(number("012345", 6), Reading::Plain("012345".into()));
        assert_eq!(number("12345", 6), Reading::Repaired("012345".into()));
        assert_eq!(number("303097944", 10), Reading::Repaired("0303097944".into()));
        assert_eq!(number("１２３４５６", 6), Reading::Repaired("123456".into()));
    }

    #[test]
    fn numbers_of_other_lengths_are_not_guessed_at() {
        for raw in ["1.3E+09", "1234", "1234567", "12345a", "-12345"] {
            assert_eq!(number(raw, 6), Reading::Unusable, "{raw}");
        }
        assert_eq!(number(" ", 6), Reading::Empty);
    }

    #[test]
    fn dates_are_read_in_every_style_of_the_prefectures() {
        for (raw, expected) in [
            ("2026/11/05", Reading::Plain(day(2026, 11, 5))),
            ("2026-1-5", Reading::Plain(day(2026, 1, 5))),
            ("20261105", Reading::Repaired(day(2026, 11, 5))),
            ("２０２６／１１／０５", Reading::Repaired(day(2026, 11, 5))),
            ("R5.4.1", Reading::Repaired(day(2023, 4, 1))),
            ("H1.6.11", Reading::Repaired(day(1989, 6, 11))),
            ("S62.9.27", Reading::Repaired(day(1987, 9, 27))),
            ("令和元年5月1日", Reading::Repaired(day(2019, 5, 1))),
            ("2026年2月28日", Reading::Repaired(day(2026, 2, 28))),
            ("2026/11/05 0:00:00", Reading::Repaired(day(2026, 11, 5))),
            ("2023/11/30 0:00:00", Reading::Repaired(day(2023, 11, 30))),
            ("2023/11/3 00:00", Reading::Repaired(day(2023, 11, 3))),
            ("2023/11/10 00:00:00", Reading::Repaired(day(2023, 11, 10))),
            ("R5. 11. 20", Reading::Repaired(day(2023, 11, 20))),
            ("", Reading::Empty),
        ] {
            assert_eq!(date(raw), expected, "{raw}");
        }
    }

    #[test]
    fn impossible_dates_are_not_dates() {
        for raw in ["2026/02/30", "2026/13/01", "R5.2.29", "5/4/1", "45234", "2026/11", "R0.1.1", "不明", "0000/00/00"]
        {
            assert_eq!(date(raw), Reading::Unusable, "{raw}");
        }
    }
}
