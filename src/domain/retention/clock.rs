//! Whether a clock may be believed before something is erased for ever: what it says is held against traces that other
//! moments, other instances and the database's own clock left.

use chrono::{DateTime, Duration, Utc};

/// A server that runs leaves a trace every few minutes. After more days of silence a person says whether it was off,
/// or its clock is wrong.
pub const SILENCE_DAYS: i64 = 3;
/// Clocks are set back by minutes; beyond this one of the two was wrong.
pub const BACK_MINUTES: i64 = 60;
/// How far the clocks of two machines may stand apart.
pub const APART_MINUTES: i64 = 60;

/// Why a clock isn't believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// It is further on than the last trace by more than a server that runs is ever silent.
    Ahead,
    /// It is behind the last trace.
    Behind,
    /// The database's own clock says another time.
    Apart,
}

impl Doubt {
    /// All of them.
    pub const ALL: [Doubt; 3] = [Self::Ahead, Self::Behind, Self::Apart];

    /// The code in the database and the audit.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ahead => "clock_ahead",
            Self::Behind => "clock_behind",
            Self::Apart => "clock_apart",
        }
    }
}

/// What a clock says, and what there is to hold it against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// What the clock says.
    pub said: DateTime<Utc>,
    /// The latest instant that a believed clock said, on whichever instance.
    pub trace: DateTime<Utc>,
    /// What the database's own clock says, where it has one and tells the same world's time.
    pub database: Option<DateTime<Utc>>,
}

impl Evidence {
    /// Why the clock isn't believed, and the instant it was held against; none when it may be.
    pub fn doubt(&self) -> Option<(Doubt, DateTime<Utc>)> {
        let since = self.said.signed_duration_since(self.trace);
        if since > Duration::days(SILENCE_DAYS) {
            return Some((Doubt::Ahead, self.trace));
        }
        if since < -Duration::minutes(BACK_MINUTES) {
            return Some((Doubt::Behind, self.trace));
        }
        let apart =
            |other: &DateTime<Utc>| self.said.signed_duration_since(*other).abs() > Duration::minutes(APART_MINUTES);
        self.database.filter(apart).map(|other| (Doubt::Apart, other))
    }
}

/// The first trace, where none was kept yet: the audit's newest entry. When the audit was silent for long just before
/// it, a clock that is now ahead may have made that entry, and the one before the silence counts.
///
/// `before` is the newest entry that is older than [`SILENCE_DAYS`] as the clock sees it.
pub fn first_trace(said: DateTime<Utc>, newest: Option<DateTime<Utc>>, before: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let silent = |before: &DateTime<Utc>| said.signed_duration_since(*before) > Duration::days(2 * SILENCE_DAYS);
    before.filter(silent).or(newest).unwrap_or(said)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + 60 * minutes, 0).expect("a time")
    }

    const DAY: i64 = 24 * 60;

    #[test]
    fn a_clock_is_believed_between_an_hour_behind_the_trace_and_three_days_ahead_of_it() {
        for (said, doubt) in [
            (-6 * 365 * DAY, Some(Doubt::Behind)),
            (-61, Some(Doubt::Behind)),
            (-60, None),
            (0, None),
            (3 * DAY, None),
            (3 * DAY + 1, Some(Doubt::Ahead)),
            (6 * 365 * DAY, Some(Doubt::Ahead)),
        ] {
            let evidence = Evidence { said: at(said), trace: at(0), database: None };
            assert_eq!(evidence.doubt(), doubt.map(|doubt| (doubt, at(0))), "{said}");
        }
    }

    #[test]
    fn the_databases_clock_is_asked_too() {
        for (other, doubt) in [(-61, true), (-60, false), (60, false), (61, true)] {
            let evidence = Evidence { said: at(0), trace: at(0), database: Some(at(other)) };
            assert_eq!(evidence.doubt(), doubt.then_some((Doubt::Apart, at(other))), "{other}");
        }
    }

    #[test]
    fn the_first_trace_is_the_audits_newest_unless_it_was_silent_before() {
        let years = 6 * 365 * DAY;
        for (newest, before, trace) in [
            (None, None, at(years)),
            (Some(at(years - 5)), None, at(years - 5)),
            (Some(at(years - 5)), Some(at(years - 4 * DAY)), at(years - 5)),
            (Some(at(years - 5)), Some(at(0)), at(0)),
            (Some(at(0)), Some(at(0)), at(0)),
            (Some(at(years + DAY)), Some(at(years - 4 * DAY)), at(years + DAY)),
        ] {
            assert_eq!(first_trace(at(years), newest, before), trace, "{newest:?} {before:?}");
        }
    }

    proptest! {
        /// However often a clock is asked and its trace kept: from a believed one no step leads further than the bound.
        #[test]
        fn no_step_of_a_believed_clock_is_longer_than_the_bound(steps in prop::collection::vec(-10_000i64..10_000, 1..50)) {
            let (mut trace, mut said) = (at(0), at(0));
            for step in steps {
                said += Duration::minutes(step);
                if (Evidence { said, trace, database: None }).doubt().is_none() {
                    prop_assert!(said - trace <= Duration::days(SILENCE_DAYS));
                    trace = trace.max(said);
                }
                prop_assert!(trace <= at(0) + Duration::days(SILENCE_DAYS * 50));
            }
        }

        /// The database's clock only ever adds doubt.
        #[test]
        fn another_witness_never_makes_a_clock_believable(said in -10_000i64..10_000, other in -10_000i64..10_000) {
            let alone = Evidence { said: at(said), trace: at(0), database: None };
            let beside = Evidence { database: Some(at(other)), ..alone };
            prop_assert!(alone.doubt().is_none() || beside.doubt().is_some());
        }
    }
}
