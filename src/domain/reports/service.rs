//! What the line did in a month, counted when it was over: calls of the whole country, nothing of any clinic.

use std::collections::BTreeMap;

use chrono::{DateTime, Timelike, Utc};
use serde::{Deserialize, Serialize};

use super::{SHARES_FROM, THRESHOLD};
use crate::domain::time::tokyo_time;

/// Calls of a month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Answered.
    answered: u64,
    /// Of these, out of hours.
    out_of_hours: u64,
    /// By the hour at which they came in, Tokyo time.
    by_hour: BTreeMap<u32, u64>,
    /// By how many minutes people spoke.
    spoken: BTreeMap<u64, u64>,
}

/// A call that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Answered {
    /// When it came in.
    pub arrived_at: DateTime<Utc>,
    /// When it was answered, and when it ended; none where that isn't known.
    pub spoken: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// It came in while the line is closed.
    pub out_of_hours: bool,
}

/// A figure of the line, as `report.json` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// What: `answered`, `out_of_hours`, `by_hour`, `handling`.
    pub name: String,
    /// Of what part: hours, or nothing.
    pub at: String,
    /// How many; minutes of `handling`.
    pub value: u64,
}

/// Parts of the day, by their first hours: the line is open from six to nine in the evening (domain section 2).
const PARTS: [(u32, &str); 6] = [(0, "21-6"), (6, "6-9"), (9, "9-12"), (12, "12-15"), (15, "15-18"), (18, "18-21")];

impl Service {
    /// Of calls that were answered.
    pub fn of(calls: impl IntoIterator<Item = Answered>) -> Self {
        let mut service = Self::default();
        for call in calls {
            service.answered += 1;
            service.out_of_hours += u64::from(call.out_of_hours);
            *service.by_hour.entry(tokyo_time(call.arrived_at).hour()).or_default() += 1;
            if let Some((from, until)) = call.spoken {
                let minutes = u64::try_from((until - from).num_minutes()).unwrap_or_default();
                *service.spoken.entry(minutes).or_default() += 1;
            }
        }
        service
    }

    /// What is told of a period made of these months: one that is too small isn't, nor is what would let it be worked out.
    /// Parts of the day and calls out of hours are told by year alone, so that nobody takes one report from another.
    pub fn told(months: &[Self]) -> Vec<Measured> {
        let enough = |n: u64| n == 0 || n >= THRESHOLD;
        if months.is_empty() || !months.iter().all(|month| enough(month.answered)) {
            return Vec::new();
        }
        let measured = |name: &str, at: &str, value| Measured { name: name.into(), at: at.into(), value };
        let answered = months.iter().map(|month| month.answered).sum();
        let mut told = vec![measured("answered", "", answered)];
        if months.len() == MONTHS_OF_A_YEAR {
            let out: u64 = months.iter().map(|month| month.out_of_hours).sum();
            if enough(out) && enough(answered - out) {
                told.push(measured("out_of_hours", "", out));
            }
            let parts = PARTS.map(|(from, at)| (at, months.iter().map(|month| month.within(from)).sum::<u64>()));
            if parts.iter().all(|(_, calls)| enough(*calls)) {
                told.extend(parts.map(|(at, calls)| measured("by_hour", at, calls)));
            }
        }
        told.extend(median(months).map(|minutes| measured("handling", "", minutes)));
        told
    }

    /// Calls of a part of the day.
    fn within(&self, from: u32) -> u64 {
        let part = |hour: u32| PARTS.iter().rev().map(|(first, _)| *first).find(|first| hour >= *first && hour < 21);
        self.by_hour.iter().filter(|(hour, _)| part(**hour).unwrap_or(0) == from).map(|(_, calls)| calls).sum()
    }
}

const MONTHS_OF_A_YEAR: usize = 12;

/// How many minutes half of the calls took at most, where there are enough.
fn median(months: &[Service]) -> Option<u64> {
    let mut all: BTreeMap<u64, u64> = BTreeMap::new();
    for (minutes, calls) in months.iter().flat_map(|month| &month.spoken) {
        *all.entry(*minutes).or_default() += calls;
    }
    let total: u64 = all.values().sum();
    let mut left = (total >= SHARES_FROM).then_some(total.div_ceil(2))?;
    all.into_iter().find_map(|(minutes, calls)| {
        left = left.saturating_sub(calls);
        (left == 0).then_some(minutes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::from_tokyo;
    use chrono::Duration;

    fn month(calls: &[(u32, u64, bool)]) -> Service {
        let call = |(hour, minutes, out_of_hours): &(u32, u64, bool)| {
            let day = "2026-10-05".parse::<chrono::NaiveDate>().expect("a day");
            let arrived_at = from_tokyo(day.and_hms_opt(*hour, 59, 0).expect("a time"));
            let minutes = Duration::minutes(i64::try_from(*minutes).expect("small"));
            Answered { arrived_at, spoken: Some((arrived_at, arrived_at + minutes)), out_of_hours: *out_of_hours }
        };
        Service::of(calls.iter().map(call))
    }

    fn told(months: &[Service]) -> Vec<String> {
        Service::told(months).into_iter().map(|m| format!("{}{} {}", m.name, m.at, m.value)).collect()
    }

    #[test]
    fn few_calls_are_not_told_nor_what_lets_them_be_worked_out() {
        let many = month(&[(9, 10, false); 60]);
        assert_eq!(told(&[]), Vec::<String>::new());
        assert_eq!(told(&[month(&[(9, 10, false); 9])]), Vec::<String>::new());
        assert_eq!(told(&[month(&[(9, 10, false); 12])]), ["answered 12"]);
        assert_eq!(told(std::slice::from_ref(&many)), ["answered 60", "handling 10"]);
        assert_eq!(told(&[many.clone(), many, month(&[(9, 10, false)])]), Vec::<String>::new());
    }

    #[test]
    fn a_year_tells_parts_of_the_day_where_each_holds_enough() {
        let mut calls = vec![(6, 5, false); 10];
        calls.extend([(8, 7, false); 20]);
        calls.extend([(20, 9, false); 30]);
        let rest = || (0..11).map(|_| Service::default());
        let year = |calls: &[(u32, u64, bool)]| -> Vec<Service> { [month(calls)].into_iter().chain(rest()).collect() };
        let all =
            ["answered 60", "out_of_hours 0", "by_hour21-6 0", "by_hour6-9 30", "by_hour9-12 0", "by_hour12-15 0"];
        assert_eq!(told(&year(&calls))[..6], all);
        assert_eq!(told(&year(&calls))[6..], ["by_hour15-18 0", "by_hour18-21 30", "handling 7"]);
        calls.extend([(22, 9, true); 3]);
        assert_eq!(told(&year(&calls)), ["answered 63", "handling 9"], "three at night");
    }
}
