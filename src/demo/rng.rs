//! A small seedable generator of numbers (splitmix64), so that the same arguments give the same past.

use chrono::{DateTime, Utc};
use uuid::Uuid;

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Numbers that look random and are the same for the same seed.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// Numbers of a seed, for one purpose and one thing: person 17, ticket 4,203, the day 20,100.
    pub fn of(seed: u64, purpose: u64, thing: u64) -> Self {
        let mut rng = Self(seed ^ purpose.wrapping_mul(0xd6e8_feb8_6659_fd93));
        rng.0 = rng.draw() ^ thing.wrapping_mul(STEP);
        rng.0 = rng.draw();
        rng
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `[0, end)`; 0 when the end is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.draw()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// A number in `[from, until)`.
    pub fn between(&mut self, from: i64, until: i64) -> i64 {
        from + i64::try_from(self.below(u64::try_from(until - from).unwrap_or_default())).unwrap_or_default()
    }

    /// True in this many of a thousand cases.
    pub fn permille(&mut self, n: u64) -> bool {
        self.below(1_000) < n
    }

    /// One of a list that isn't empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[usize::try_from(self.below(list.len() as u64)).unwrap_or_default()]
    }

    /// The place of a weight in a list of weights.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (i, weight) in weights.enumerate() {
            if left < weight {
                return i;
            }
            left -= weight;
        }
        0
    }

    /// A UUIDv7 of an instant; of several at one instant, the nth in their order.
    pub fn id(&mut self, at: DateTime<Utc>, nth: usize) -> Uuid {
        let nth = u16::try_from(nth).unwrap_or(u16::MAX).to_be_bytes();
        let random = self.draw().to_be_bytes();
        let tail: [u8; 10] = std::array::from_fn(|i| if i < 2 { nth[i] } else { random[i - 2] });
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_gives_others() {
        let numbers = |seed| (0..9).map(|i| Rng::of(seed, 1, i).draw()).collect::<Vec<_>>();
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
    }

    #[test]
    fn weights_are_kept() {
        let mut rng = Rng::of(1, 2, 3);
        let hits = (0..10_000).filter(|_| rng.weighted([1, 9].into_iter()) == 0).count();
        assert!((800..1_200).contains(&hits), "{hits}");
        assert!((0..1_000).all(|_| (3..7).contains(&rng.between(3, 7))));
    }

    #[test]
    fn ids_are_of_version_7_and_sort_by_time() {
        let at = |s| DateTime::from_timestamp(s, 0).expect("a time");
        let mut rng = Rng::of(1, 2, 3);
        let (late, early) = (rng.id(at(1_700_000_001), 0), rng.id(at(1_700_000_000), 9));
        assert!(early < late && late.get_version_num() == 7);
    }
}
