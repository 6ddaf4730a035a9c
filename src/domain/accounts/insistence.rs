//! How often a source came again although there had been no place for it. Who was told to wait and insists stands behind
//! whoever is new: a person who comes to a place for the first time isn't kept out by a crowd that never goes away.

use std::collections::HashMap;
use std::time::Duration;

/// How long it counts that a source has insisted.
const COUNTS_FOR: Duration = Duration::from_mins(10);
/// Sources that are remembered; of more, who came last is.
const SOURCES: usize = 4_096;

#[derive(Debug, Clone, Copy)]
struct Count {
    times: i64,
    last: Duration,
}

/// What is remembered of all sources. It matters for the order of this process's own line only, and is forgotten with it.
#[derive(Debug, Default)]
pub struct Insistence(HashMap<[u8; 32], Count>);

impl Insistence {
    /// How often a source has been without a place lately. `now`: time since any fixed moment.
    pub fn of(&self, source: [u8; 32], now: Duration) -> i64 {
        self.0.get(&source).filter(|count| now < count.last + COUNTS_FOR).map_or(0, |count| count.times)
    }

    /// There was no place for it once more.
    pub fn count(&mut self, source: [u8; 32], now: Duration) {
        let times = self.of(source, now) + 1;
        if self.0.len() >= SOURCES && !self.0.contains_key(&source) {
            self.make_room(now);
        }
        self.0.insert(source, Count { times, last: now });
    }

    /// Forgets what doesn't count any more, and of the rest the older half where that isn't enough.
    fn make_room(&mut self, now: Duration) {
        self.0.retain(|_, count| now < count.last + COUNTS_FOR);
        if self.0.len() >= SOURCES {
            let mut times: Vec<Duration> = self.0.values().map(|count| count.last).collect();
            let middle = times.len() / 2;
            let (_, &mut middle, _) = times.select_nth_unstable(middle);
            self.0.retain(|_, count| count.last > middle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn source(n: u16) -> [u8; 32] {
        let mut source = [0; 32];
        [source[0], source[1]] = n.to_be_bytes();
        source
    }

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_counts_by_source_and_is_forgotten_after_ten_minutes() {
        let mut all = Insistence::default();
        for second in 0..5 {
            all.count(source(1), at(second));
        }
        assert_eq!((all.of(source(1), at(5)), all.of(source(2), at(5))), (5, 0));
        assert_eq!((all.of(source(1), at(603)), all.of(source(1), at(604))), (5, 0));
        all.count(source(1), at(700));
        assert_eq!(all.of(source(1), at(700)), 1, "and begins anew");
    }

    #[test]
    fn however_many_sources_come_what_is_remembered_is_bounded_and_the_latest_stay() {
        let mut all = Insistence::default();
        for n in 0..u16::MAX {
            all.count(source(n), Duration::from_millis(n.into()));
            assert!(all.0.len() <= SOURCES);
        }
        assert_eq!(all.of(source(u16::MAX - 1), at(66)), 1);
        assert_eq!(all.of(source(0), at(66)), 0);
    }
}
