//! What is counted of a cell before anything is withheld. Never stored, never shown.

use std::collections::BTreeMap;

/// The largest share of a shown cell, or of what a row withholds, that one facility may have, in per cent.
pub const DOMINANCE: u64 = 85;

/// Cases, and how they are spread over facilities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases.
    pub cases: u64,
    /// Distinct facilities among them.
    pub facilities: u64,
    /// Cases of the facility with the most.
    pub largest: u64,
    /// Cases by facility, while they are few; empty beyond.
    few: Vec<(u64, u64)>,
}

/// Of how many facilities a tally remembers each: as many as may be too few.
const REMEMBERED: usize = 32;

impl Tally {
    /// Adds all cases of one facility, each facility once.
    pub fn add(&mut self, facility: u64, cases: u64) {
        if cases == 0 {
            return;
        }
        let remembered = self.few.len() as u64 == self.facilities && self.few.len() < REMEMBERED;
        self.cases += cases;
        self.facilities += 1;
        self.largest = self.largest.max(cases);
        if remembered {
            self.few.push((facility, cases));
        } else {
            self.few = Vec::new();
        }
    }

    /// Whether it says too much by itself: few cases, few facilities, or one facility that is nearly all of it.
    pub fn is_sensitive(&self, k: u64) -> bool {
        self.cases > 0 && (self.cases < k || self.is_narrow(k))
    }

    /// Whether it's sensitive by its facilities, however many cases it holds.
    pub fn is_narrow(&self, k: u64) -> bool {
        self.cases > 0 && (self.facilities < k || self.largest * 100 > self.cases * DOMINANCE)
    }
}

/// Whether what several cells hold together is enough to hide in: `k` cases, `k` facilities, none with nearly all of it.
/// Where it can't be told which facilities they share, the cautious reading holds.
pub fn hides_enough<'a>(tallies: impl Iterator<Item = &'a Tally> + Clone, k: u64) -> bool {
    let cases: u64 = tallies.clone().map(|tally| tally.cases).sum();
    let mut each: BTreeMap<u64, u64> = BTreeMap::new();
    let (mut at_least, mut unnamed) = (0, 0);
    for tally in tallies.filter(|tally| tally.cases > 0) {
        if tally.few.is_empty() {
            at_least = at_least.max(tally.facilities);
            unnamed += tally.largest;
        }
        for (facility, cases) in &tally.few {
            *each.entry(*facility).or_default() += cases;
        }
    }
    let facilities = at_least.max(each.len() as u64);
    let largest = each.values().copied().max().unwrap_or_default() + unnamed;
    cases >= k && facilities >= k && largest * 100 <= cases * DOMINANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(cases: &[u64]) -> Tally {
        let mut tally = Tally::default();
        cases.iter().enumerate().for_each(|(nth, cases)| tally.add(nth as u64, *cases));
        tally
    }

    #[test]
    fn few_cases_few_facilities_or_one_that_is_nearly_all_are_sensitive() {
        for (cases, sensitive) in [
            (vec![], false),
            (vec![1; 9], true),
            (vec![1; 10], false),
            (vec![5; 9], true),
            ([vec![1; 10], vec![90]].concat(), true),
            ([vec![1; 20], vec![80]].concat(), false),
        ] {
            assert_eq!(tally(&cases).is_sensitive(10), sensitive, "{cases:?}");
        }
    }

    #[test]
    fn what_is_withheld_together_counts_a_facility_once() {
        let (six, also_six) = (tally(&[1; 6]), tally(&[1; 6]));
        assert!(!hides_enough([&six, &also_six].into_iter(), 10), "the same six clinics");
        let mut others = Tally::default();
        (100..106).for_each(|facility| others.add(facility, 1));
        assert!(hides_enough([&six, &others].into_iter(), 10));
        assert!(hides_enough([&tally(&[1; 40]), &six].into_iter(), 10), "forty clinics are enough by themselves");
        let mut one = Tally::default();
        one.add(7, 400);
        assert!(!hides_enough([&tally(&[1; 40]), &one].into_iter(), 10), "one clinic is nearly all of it");
    }
}
