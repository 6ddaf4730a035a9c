//! How much a night may erase without being asked: about what the nights before did.

/// What a small desk may erase of a kind in a night.
pub const FLOOR: u64 = 50;
/// How many times the largest of the last nights.
pub const TIMES: u64 = 3;
/// The share of all that is kept: one in so many.
pub const SHARE: u64 = 50;
/// The nights that are looked back at.
pub const NIGHTS: u64 = 30;

/// The most that one night may erase of a kind: `largest` is what the largest of the last nights erased of it, `kept` how
/// much of it there is.
pub fn cap(largest: u64, kept: u64) -> u64 {
    FLOOR.max(largest.saturating_mul(TIMES)).max(kept / SHARE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_night_erases_fifty_or_thrice_the_largest_or_a_fiftieth() {
        for (largest, kept, most) in
            [(0, 0, 50), (16, 2_499, 50), (17, 500, 51), (0, 2_550, 51), (400, 2_000_000, 40_000), (20_000, 1, 60_000)]
        {
            assert_eq!(cap(largest, kept), most, "{largest} {kept}");
        }
        assert_eq!(cap(u64::MAX, u64::MAX), u64::MAX);
    }

    proptest! {
        /// Whoever erases all that is allowed every night needs nights to erase what is there.
        #[test]
        fn no_night_takes_a_large_store_whole(kept in 3_000u64..10_000_000) {
            prop_assert!(cap(0, kept) <= kept / SHARE + FLOOR);
        }

        #[test]
        fn a_busier_past_and_a_larger_store_allow_no_less(a in 0u64..1_000_000, b in 0u64..1_000_000, more in 0u64..1_000) {
            prop_assert!(cap(a + more, b) >= cap(a, b) && cap(a, b + more) >= cap(a, b));
        }
    }
}
