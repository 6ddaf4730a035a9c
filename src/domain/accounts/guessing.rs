//! Guessing is stopped, people are not: what is counted by itself, how many failures are free, how long one waits
//! after more of them. An attempt is counted before it is looked at, and taken back when it succeeds, so that however
//! many come at one moment no more are looked at than may fail.

use chrono::{DateTime, Duration, Utc};

/// The longest wait, in seconds: whoever never stops trying has some hundred tries a day.
pub const LONGEST_WAIT_SECONDS: i64 = 900;
/// How long a source stays known for a name after its last success there, in days.
pub const KNOWN_DAYS: i64 = 90;

/// What failures are counted by. Each counts by itself: a stranger's failures at a name don't hold up its owner at
/// a source where that name has succeeded, nor anything within a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tries {
    /// The password of a name, from all sources where it is not known.
    Elsewhere,
    /// The password of a name at a source where it has succeeded.
    Known,
    /// Names that failed at a source where they are not known, each once until it succeeds there: a whole desk may share it,
    /// and each of its people may mistype.
    Source,
    /// The second factor, short as it is, and proofs within a session.
    Proof,
}

impl Tries {
    /// How many failures make nobody wait.
    pub const fn free(self) -> i64 {
        match self {
            Tries::Proof => 2,
            Tries::Elsewhere => 4,
            Tries::Known => 9,
            Tries::Source => 59,
        }
    }

    /// Until when one waits after the nth failure: not at all while they are free, then a second, doubling.
    pub fn wait_after(self, failures: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let over = u32::try_from(failures - self.free() - 1).ok()?;
        let seconds = 2_i64.saturating_pow(over.min(20)).min(LONGEST_WAIT_SECONDS);
        Some(now + Duration::seconds(seconds))
    }
}

/// What a count stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Failures in a row, with those attempts that are still looked at.
    pub failures: i64,
    /// Until when one must wait.
    pub blocked_until: Option<DateTime<Utc>>,
}

impl Tally {
    /// Until when one must wait, if one must.
    pub fn waits(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.blocked_until.filter(|until| *until > now)
    }

    /// With one more attempt, counted as if it had failed.
    pub fn counted(self, tries: Tries, now: DateTime<Utc>) -> Self {
        let failures = self.failures + 1;
        Self { failures, blocked_until: tries.wait_after(failures, now) }
    }

    /// Without one that counted before, now that it has succeeded: a wait that others have brought about stands.
    pub fn forgiven(self) -> Self {
        self.taken_back(Self { failures: self.failures - 1, blocked_until: None })
    }

    /// Without an attempt that had been counted, when the tally stood at `mine` with it: it succeeded. A wait that
    /// others have brought about since stands.
    pub fn taken_back(self, mine: Self) -> Self {
        let blocked_until = self.blocked_until.filter(|_| self.failures > mine.failures);
        Self { failures: (self.failures - 1).max(0), blocked_until }
    }
}

/// Until when a source is known for a name that succeeds there now.
pub fn known_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now + Duration::days(KNOWN_DAYS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Tries; 4] = [Tries::Elsewhere, Tries::Known, Tries::Source, Tries::Proof];

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).expect("a time")
    }

    #[test]
    fn waiting_grows_and_is_bounded() {
        let seconds = |failures| Tries::Elsewhere.wait_after(failures, noon()).map(|t| (t - noon()).num_seconds());
        let waits: Vec<_> = (1..=18).map(seconds).collect();
        let doubling = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900].map(Some);
        assert_eq!(waits, [&[None; 4][..], &doubling].concat());
        assert_eq!(seconds(1_000_000), Some(900));
    }

    #[test]
    fn an_office_is_not_stopped_by_its_typing() {
        // Four wrong passwords each of a desk of fifty, at an address where nobody was before.
        assert_eq!(Tries::Elsewhere.wait_after(4, noon()), None);
        assert_eq!(Tries::Source.wait_after(50, noon()), None);
    }

    #[test]
    fn whoever_never_stops_trying_has_about_a_hundred_tries_a_day() {
        for tries in ALL {
            let (mut tally, mut at, mut looked_at) = (Tally::default(), noon(), 0);
            while at < noon() + Duration::days(1) {
                at = tally.waits(at).unwrap_or(at);
                tally = tally.counted(tries, at);
                looked_at += 1;
            }
            assert!(looked_at <= tries.free() + 11 + 96, "{tries:?}: {looked_at}");
        }
    }

    proptest! {
        /// However many come at one moment, only as many are looked at as are free, and one.
        #[test]
        fn of_many_at_one_moment_only_the_free_ones_and_one_are_looked_at(at_once in 0_i64..500, n in 0_usize..4) {
            let tries = ALL[n];
            let mut tally = Tally::default();
            let mut looked_at = 0;
            for _ in 0..at_once {
                if tally.waits(noon()).is_none() {
                    tally = tally.counted(tries, noon());
                    looked_at += 1;
                }
            }
            prop_assert_eq!(looked_at, at_once.min(tries.free() + 1));
        }

        /// A success leaves what stood before it, and never shortens a wait that others have brought about.
        #[test]
        fn what_succeeds_is_taken_back(before in 0_i64..60, others in 0_i64..10, n in 0_usize..4) {
            let tries = ALL[n];
            let stood = Tally { failures: before, blocked_until: None };
            let mine = stood.counted(tries, noon());
            prop_assert_eq!(mine.taken_back(mine), stood);
            let later = (0..others).fold(mine, |tally, _| tally.counted(tries, noon()));
            let left = later.taken_back(mine);
            prop_assert_eq!(left.failures, before + others);
            if others > 0 {
                prop_assert_eq!(left.blocked_until, later.blocked_until);
            }
        }
    }
}
