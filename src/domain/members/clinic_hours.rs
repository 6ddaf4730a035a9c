//! When a clinic can be reached, as it says so at the telephone: 「平日9時から18時、水曜午後休み、土曜9-12」. Asked before a
//! call-back is promised, and kept with the facility, so that a call-back outside them is warned of.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveTime, Utc};
use unicode_normalization::UnicodeNormalization;

use crate::domain::id::AccountId;
use crate::domain::time::{clock_time, tokyo_time};

/// Monday to Sunday, then holidays, as they are written.
const DAYS: [char; 8] = ['月', '火', '水', '木', '金', '土', '日', '祝'];
/// The index of holidays among them.
const HOLIDAY: usize = 7;
/// What stands for several days.
const SETS: [(&str, std::ops::Range<usize>); 3] = [("平日", 0..5), ("毎日", 0..7), ("年中無休", 0..8)];

/// A stretch of a day: its first minute, and the first that isn't part of it.
type Span = (NaiveTime, NaiveTime);

/// A week's hours, Tokyo time. A day of which nothing was said is closed, holidays too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClinicHours {
    days: [Vec<Span>; 8],
}

impl ClinicHours {
    /// Reads hours as they are said or typed; none where they can't be told. Hours without days are those of Monday to
    /// Friday; what is said of a day later counts, and closing half a day counts last.
    pub fn read(typed: &str) -> Option<Self> {
        Reader::of(typed).read()
    }

    /// Whether somebody can be reached there.
    pub fn open_at(&self, at: DateTime<Utc>, holiday: bool) -> bool {
        let local = tokyo_time(at);
        let day = if holiday { HOLIDAY } else { local.weekday().num_days_from_monday() as usize };
        self.days[day].iter().any(|(from, until)| (*from..*until).contains(&local.time()))
    }
}

/// What a clinic said of its hours last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidHours {
    /// The hours.
    pub hours: ClinicHours,
    /// When it said so.
    pub said_at: DateTime<Utc>,
    /// To whom.
    pub said_to: AccountId,
}

/// As the screens write it, which [`ClinicHours::read`] reads: 「月〜金 9:00〜12:00 15:00〜18:00、土 9:00〜12:00」.
impl fmt::Display for ClinicHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = [false; 8];
        let mut first = true;
        for day in 0..DAYS.len() {
            if written[day] || self.days[day].is_empty() {
                continue;
            }
            let alike: Vec<usize> = (day..DAYS.len()).filter(|other| self.days[*other] == self.days[day]).collect();
            alike.iter().for_each(|other| written[*other] = true);
            f.write_str(if first { "" } else { "、" })?;
            first = false;
            write_days(f, &alike)?;
            for (from, until) in &self.days[day] {
                write!(f, " {}〜{}", from.format("%-H:%M"), until.format("%-H:%M"))?;
            }
        }
        Ok(())
    }
}

/// Three or more weekdays in a row as a stretch; a holiday is none of the week.
fn write_days(f: &mut fmt::Formatter<'_>, days: &[usize]) -> fmt::Result {
    let mut rest = days;
    while let Some(first) = rest.first() {
        let row = rest.iter().enumerate().take_while(|(n, day)| **day == first + n && **day != HOLIDAY).count();
        match row {
            3.. => write!(f, "{}〜{}", DAYS[*first], DAYS[rest[row - 1]])?,
            _ => write!(f, "{}", DAYS[*first])?,
        }
        rest = &rest[if row >= 3 { row } else { 1 }..];
    }
    Ok(())
}

/// Half a day that is closed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Half {
    Morning,
    Afternoon,
    Both,
}

/// What is left to read, and what was read.
struct Reader {
    rest: String,
    hours: ClinicHours,
    /// The days that are being spoken of.
    days: Vec<usize>,
    /// Something was said of them already: the next day begins anew.
    said: bool,
    closed: Vec<(Vec<usize>, Half)>,
}

impl Reader {
    fn of(typed: &str) -> Self {
        let mut rest: String = typed.nfkc().collect();
        for (from, to) in [
            ("曜日", ""),
            ("曜", ""),
            ("祝日", "祝"),
            ("から", "-"),
            ("まで", ""),
            ("休診日", "休"),
            ("休診", "休"),
            ("休み", "休"),
            ("お休", "休"),
            ("診療時間", ""),
            ("診療", ""),
            ("正午", "12:00"),
        ] {
            rest = rest.replace(from, to);
        }
        let rest = rest.chars().map(|c| if "〜~―–−ー‐".contains(c) { '-' } else { c });
        let rest = rest.map(|c| if " \t、,;・/とはの。".contains(c) { ' ' } else { c }).collect();
        Self { rest, hours: ClinicHours::default(), days: Vec::new(), said: false, closed: Vec::new() }
    }

    fn read(mut self) -> Option<ClinicHours> {
        while !self.rest.trim_start().is_empty() {
            self.rest = self.rest.trim_start().to_owned();
            let read = self.set() || self.day() || self.closed() || self.span();
            if !read {
                return None;
            }
        }
        let spoken_of_nothing = !self.days.is_empty() && !self.said;
        for (days, half) in std::mem::take(&mut self.closed) {
            for day in days {
                self.hours.days[day] = without(&self.hours.days[day], half);
            }
        }
        let open = self.hours.days.iter().any(|spans| !spans.is_empty());
        (open && !spoken_of_nothing).then_some(self.hours)
    }

    /// Whether the rest begins with a text; takes it then.
    fn takes(&mut self, text: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(text) else { return false };
        self.rest = rest.to_owned();
        true
    }

    fn speaks_of(&mut self, days: impl IntoIterator<Item = usize>) {
        if std::mem::take(&mut self.said) {
            self.days.clear();
        }
        self.days.extend(days);
    }

    fn set(&mut self) -> bool {
        let Some((_, days)) = SETS.into_iter().find(|(name, _)| self.takes(name)) else { return false };
        self.speaks_of(days);
        true
    }

    /// A day, or a stretch of them: 「月-金」.
    fn day(&mut self) -> bool {
        let Some(from) = self.one_day() else { return false };
        let held = self.rest.clone();
        let until = match self.takes("-") {
            true => self.one_day().filter(|until| *until > from),
            false => Some(from),
        };
        match until {
            Some(until) => self.speaks_of(from..=until),
            None => self.rest = held,
        }
        until.is_some()
    }

    fn one_day(&mut self) -> Option<usize> {
        DAYS.iter().position(|day| self.takes(day.encode_utf8(&mut [0; 4])))
    }

    /// 「休」「午後休」 of the days that are spoken of.
    fn closed(&mut self) -> bool {
        let half = [("午前休", Half::Morning), ("午後休", Half::Afternoon), ("休", Half::Both)];
        let Some((_, half)) = half.into_iter().find(|(name, _)| self.takes(name)) else { return false };
        if self.days.is_empty() {
            return false;
        }
        self.said = true;
        self.closed.push((self.days.clone(), half));
        true
    }

    /// 「9-12」「午後3時-6時半」.
    fn span(&mut self) -> bool {
        let afternoon = self.rest.starts_with("午後");
        let Some(from) = self.time() else { return false };
        self.rest = self.rest.trim_start().to_owned();
        if !self.takes("-") {
            return false;
        }
        self.rest = self.rest.trim_start().to_owned();
        let Some(mut until) = self.time() else { return false };
        // 「午後3時から6時」: the afternoon is said once.
        let later = until.overflowing_add_signed(chrono::Duration::hours(12)).0;
        if afternoon && until <= from && later > from {
            until = later;
        }
        if self.days.is_empty() {
            self.speaks_of(0..5);
        }
        let anew = !std::mem::replace(&mut self.said, true);
        for day in self.days.clone() {
            let spans = &mut self.hours.days[day];
            if anew {
                spans.clear();
            }
            if spans.iter().any(|held| from < held.1 && held.0 < until) {
                return false;
            }
            spans.push((from, until));
            spans.sort_unstable();
        }
        from < until
    }

    fn time(&mut self) -> Option<NaiveTime> {
        let half = ["午前", "午後"].into_iter().find(|half| self.takes(half)).unwrap_or("");
        let held = self.rest.trim_start();
        let end = held.find(|c: char| !(c.is_ascii_digit() || ":時分半".contains(c))).unwrap_or(held.len());
        let (said, rest) = held.split_at(end);
        let hour_alone = !said.is_empty() && said.len() <= 2 && said.bytes().all(|b| b.is_ascii_digit());
        let time = clock_time(&format!("{half}{said}{}", if hour_alone { "時" } else { "" }))?;
        self.rest = rest.to_owned();
        Some(time)
    }
}

/// A day's hours without a half of it. Hours that run through noon end, or begin, there.
fn without(spans: &[Span], half: Half) -> Vec<Span> {
    let Some(noon) = NaiveTime::from_hms_opt(12, 0, 0) else { return Vec::new() };
    // A morning that ends a little after noon is a morning still.
    let morning = |span: &Span| span.1 <= noon || (span.0 < noon && span.1 <= noon + chrono::Duration::minutes(90));
    let kept = spans.iter().filter_map(|span| match half {
        Half::Both => None,
        Half::Afternoon if morning(span) => Some(*span),
        Half::Afternoon => (span.0 < noon).then_some((span.0, noon)),
        Half::Morning if morning(span) => None,
        Half::Morning => Some((span.0.max(noon), span.1)),
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::time::from_tokyo;

    #[test]
    fn hours_are_read_as_clinics_say_them() {
        for (typed, meant) in [
            ("月-金 9-12 15-18、土 9-12", "月〜金 9:00〜12:00 15:00〜18:00、土 9:00〜12:00"),
            ("平日９時から18時、水曜午後休み、土曜9-12", "月火木金 9:00〜18:00、水土 9:00〜12:00"),
            ("月曜日〜金曜日 9:00〜12:30・15:00〜18:00", "月〜金 9:00〜12:30 15:00〜18:00"),
            (
                "月火木金 9時-12時半 午後3時から6時 水土 0900-1230",
                "月火木金 9:00〜12:30 15:00〜18:00、水土 9:00〜12:30",
            ),
            ("9-17", "月〜金 9:00〜17:00"),
            ("年中無休 9時から20時", "月〜日祝 9:00〜20:00"),
            ("毎日 8:30-19:00、日祝休診", "月〜土 8:30〜19:00"),
            ("月〜土 10時〜19時、木曜は休み、祝日 10-13", "月〜水金土 10:00〜19:00、祝 10:00〜13:00"),
            ("平日9-12:30 14-18 木曜午後休診", "月〜水金 9:00〜12:30 14:00〜18:00、木 9:00〜12:30"),
            ("水午後休、平日9-18", "月火木金 9:00〜18:00、水 9:00〜12:00"),
            ("土日祝 10時から正午まで", "土日祝 10:00〜12:00"),
            ("火金午前休 平日9-12 13-17", "月水木 9:00〜12:00 13:00〜17:00、火金 13:00〜17:00"),
        ] {
            let read = ClinicHours::read(typed);
            assert_eq!(read.as_ref().map(ToString::to_string).unwrap_or_default(), meant, "{typed}");
            assert_eq!(ClinicHours::read(meant), read, "what the screen writes is read back: {meant}");
        }
    }

    #[test]
    fn what_tells_no_hours_is_none() {
        for typed in
            ["", "平日", "月-金", "いつでも", "12-9", "9", "金-月 9-12", "月 9-12 10-13", "休", "日休", "月 25-26"]
        {
            assert_eq!(ClinicHours::read(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_minute_before_it_opens_and_the_minute_it_closes_nobody_is_there() {
        let hours = ClinicHours::read("月-金 9-12 15-18").expect("hours");
        let at = |day, h, m| {
            from_tokyo(NaiveDate::from_ymd_opt(2026, 11, day).and_then(|d| d.and_hms_opt(h, m, 0)).expect("a time"))
        };
        for (h, m, open) in
            [(8, 59, false), (9, 0, true), (11, 59, true), (12, 0, false), (15, 0, true), (18, 0, false)]
        {
            assert_eq!(hours.open_at(at(27, h, m), false), open, "{h}:{m:02}");
        }
        assert!(!hours.open_at(at(27, 9, 0), true), "a holiday of which nothing was said");
        assert!(!hours.open_at(at(28, 9, 0), false), "a Saturday of which nothing was said");
    }

    proptest! {
        #[test]
        fn what_was_read_is_written_so_that_it_is_read_again(
            days in proptest::collection::vec(proptest::collection::btree_set(0_u32..95, 0..5), 8),
        ) {
            let mut hours = ClinicHours::default();
            for (day, quarters) in days.iter().enumerate() {
                let times: Vec<_> = quarters.iter().map(|q| NaiveTime::from_hms_opt(q / 4, q % 4 * 15, 0).expect("a time")).collect();
                hours.days[day] = times.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
            }
            prop_assume!(hours.days.iter().any(|spans| !spans.is_empty()));
            prop_assert_eq!(ClinicHours::read(&hours.to_string()), Some(hours));
        }

        #[test]
        fn nothing_typed_breaks_it(typed in "[月火水木金土日祝平休午前後0-9:〜 、時半-]{0,24}") {
            let _ = ClinicHours::read(&typed);
        }
    }
}
