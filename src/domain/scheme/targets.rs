//! The desk's own targets of service: they stand still while the line is closed. The clinic's legal deadlines, which
//! never do, are no matter of these.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::Deserialize;

use super::Hours;
use super::hours::Service;
use crate::domain::desks::DeskCode;
use crate::domain::time::tokyo_day;

/// Targets that hold from a day on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// The first day, in Tokyo.
    #[serde(deserialize_with = "super::hours::day")]
    pub from: NaiveDate,
    /// Within how many minutes of opening hours tier 2 takes what it was asked for, by severity code.
    pub tier2_minutes: BTreeMap<String, u32>,
}

impl Hours {
    /// By when tier 2 is to take what it was asked for then. What was asked goes by the targets of its day, whatever they
    /// become later; without a target for its severity, by none.
    pub fn tier2_due(&self, severity: &str, asked_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let day = tokyo_day(asked_at);
        let targets = self.target.iter().rev().find(|targets| targets.from <= day)?;
        let minutes = targets.tier2_minutes.get(severity)?;
        self.after_open_time(DeskCode::Helpline, asked_at, Duration::minutes(i64::from(*minutes)))
    }

    /// When a line will have been open for so long since an instant; none when it doesn't open again within a fortnight.
    pub fn after_open_time(&self, desk: DeskCode, since: DateTime<Utc>, open_for: Duration) -> Option<DateTime<Utc>> {
        let (mut at, mut left) = (since, open_for);
        loop {
            match self.service(desk, at)? {
                Service::Open { closes_at } if closes_at - at >= left => return Some(at + left),
                Service::Open { closes_at } => {
                    left -= closes_at - at;
                    at = closes_at;
                }
                Service::Closed { opens_at } => at = opens_at?,
            }
        }
    }

    /// What can't be used: key and reason. `severities` are the codes that there are.
    pub(super) fn target_faults(&self, severities: &[&str]) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for (i, targets) in self.target.iter().enumerate() {
            if i > 0 && self.target[i - 1].from >= targets.from {
                faults.push((format!("target[{i}].from"), "適用日は古い順に並べてください".to_owned()));
            }
            for (code, minutes) in &targets.tier2_minutes {
                let key = format!("target[{i}].tier2_minutes.{code}");
                if !severities.contains(&code.as_str()) {
                    faults.push((key, format!("重大度コード {code} は lists.toml にありません")));
                } else if !(1..=10_080).contains(minutes) {
                    faults.push((key, "1〜10080分（受付時間内の1週間）にしてください".to_owned()));
                }
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::domain::scheme::sample::scheme;
    use crate::domain::time::from_tokyo;

    fn hours() -> Hours {
        let targets = |from: &str, minutes| Targets {
            from: from.parse().expect("a day"),
            tier2_minutes: BTreeMap::from([("urgent".to_owned(), minutes)]),
        };
        Hours { target: vec![targets("2022-06-01", 30), targets("2026-11-23", 10)], ..scheme().hours }
    }

    fn tokyo(local: &str) -> DateTime<Utc> {
        from_tokyo(local.parse().expect("a time"))
    }

    #[test]
    fn a_target_stands_still_while_the_line_is_closed() {
        for (asked, due) in [
            ("2026-11-22T10:00:00", "2026-11-22T10:30:00"),
            ("2026-11-22T20:30:00", "2026-11-22T21:00:00"),
            // Twenty minutes in the evening, ten in the morning.
            ("2026-11-22T20:40:00", "2026-11-23T06:10:00"),
            // By the targets of the day on which it was asked, from the moment of opening.
            ("2026-11-22T22:00:00", "2026-11-23T06:30:00"),
            ("2026-11-23T05:00:00", "2026-11-23T06:10:00"),
        ] {
            assert_eq!(hours().tier2_due("urgent", tokyo(asked)), Some(tokyo(due)), "{asked}");
        }
        assert_eq!(hours().tier2_due("low", tokyo("2026-11-22T10:00:00")), None);
        assert_eq!(hours().tier2_due("urgent", tokyo("2022-05-31T10:00:00")), None);
    }

    #[test]
    fn what_can_not_be_meant_is_named() {
        let mut hours = hours();
        assert_eq!(hours.target_faults(&["urgent"]), []);
        assert_eq!(hours.target_faults(&["high"]).len(), 2, "a severity that there isn't");
        hours.target.reverse();
        hours.target[0].tier2_minutes.insert("urgent".into(), 0);
        let keys: Vec<_> = hours.target_faults(&["urgent"]).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["target[0].tier2_minutes.urgent", "target[1].from"]);
    }

    proptest! {
        /// However late it's asked: it's due while the line is open or closes, never before the time has passed.
        #[test]
        fn what_is_due_is_due_in_opening_hours(minute in 0_i64..2_000_000, wanted in 1_i64..3_000) {
            let asked = tokyo("2023-06-01T00:00:00") + Duration::minutes(minute);
            let hours = hours();
            let due = hours.after_open_time(DeskCode::Helpline, asked, Duration::minutes(wanted)).expect("due");
            prop_assert!(due - asked >= Duration::minutes(wanted));
            prop_assert!(hours.serves(DeskCode::Helpline, due - Duration::seconds(1)));
            let open = (0..(due - asked).num_minutes()).map(|n| asked + Duration::minutes(n));
            prop_assert_eq!(open.filter(|at| hours.serves(DeskCode::Helpline, *at)).count() as i64, wanted);
        }
    }
}
