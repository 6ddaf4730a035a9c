//! Years of cases as skewed as in life: prefectures, bursts, clinics that call forty times, incidents that go with
//! regions.

use std::collections::BTreeMap;

use madoguchi::demo::rng::Rng;
use madoguchi::domain::reports::{Axis, Case, Categories, Outcome, Volume};

use super::attacker::period;

/// How many words each axis has, besides places.
const SIZES: [(Axis, usize); 9] = [
    (Axis::Incident, 13),
    (Axis::FacilityType, 7),
    (Axis::Outcome, 9),
    (Axis::Desk, 3),
    (Axis::Severity, 4),
    (Axis::Standing, 6),
    (Axis::Effect, 5),
    (Axis::Backup, 3),
    (Axis::CloseTime, 5),
];

/// About how many of a thousand cases come from each prefecture.
const PEOPLE: [u64; 48] = [
    42, 10, 10, 18, 8, 8, 14, 23, 15, 15, 58, 50, 112, 73, 17, 8, 9, 6, 6, 16, 16, 29, 60, 14, 11, 20, 70, 43, 10, 7,
    4, 5, 15, 22, 11, 6, 8, 11, 5, 41, 6, 10, 14, 9, 8, 12, 12, 6,
];

/// Outcomes by their own codes: which tier a case reached follows from them.
fn words() -> [(Axis, Vec<String>); 9] {
    SIZES.map(|(axis, n)| match axis {
        Axis::Outcome => (axis, Outcome::ALL.iter().map(|of| of.code().to_owned()).collect()),
        _ => (axis, (0..n).map(|nth| format!("区分{nth}")).collect()),
    })
}

/// Of a first year: each stands by itself.
pub(super) fn plain() -> Categories {
    Categories::new(words(), None)
}

/// Grouped by the year before.
pub(super) fn grouped(before: &BTreeMap<u64, Vec<Case>>) -> Categories {
    Categories::new(words(), Some(&Volume::of(before.values().flatten())))
}

fn drawn(rng: &mut Rng, weights: &[u64]) -> u8 {
    u8::try_from(rng.weighted(weights.iter().copied())).expect("small")
}

fn a_month(rng: &mut Rng, from: u32) -> u32 {
    from + u32::try_from(rng.below(u64::from(13 - from))).expect("small")
}

/// A year's cases by facility. `from` is the month in which the line began.
pub(super) fn year(seed: u64, cases: u32, from: u32) -> BTreeMap<u64, Vec<Case>> {
    let mut rng = Rng::of(seed, 0, 0);
    let kinds = [60, 14, 8, 6, 5, 4, 3];
    let incidents = [40, 120, 160, 220, 30, 60, 50, 40, 30, 100, 90, 40, 20];
    let mut facilities: BTreeMap<u64, Vec<Case>> = BTreeMap::new();
    let burst = (a_month(&mut rng, from), drawn(&mut rng, &PEOPLE[..47]));
    let mut add = |rng: &mut Rng, facility: u64, prefecture: u8, month: u32, incident: u8| {
        // What a facility is doesn't change from call to call.
        let mut own = Rng::of(seed, 1, facility);
        facilities.entry(facility).or_default().push(Case {
            month: period(&format!("2026-{month:02}")),
            prefecture,
            incident,
            facility_type: drawn(&mut own, &kinds),
            outcome: drawn(rng, &[40, 15, 12, 8, 6, 8, 4, 3, 4]),
            desk: drawn(rng, &[85, 13, 2]),
            severity: drawn(rng, &[3, 12, 45, 40]),
            standing: drawn(rng, &[55, 20, 10, 8, 5, 2]),
            effect: drawn(rng, &[30, 12, 3, 5, 50]),
            backup: drawn(rng, &[25, 10, 65]),
            close_time: drawn(rng, &[60, 20, 8, 4, 8]),
        });
    };
    for _ in 0..cases {
        let prefecture = drawn(&mut rng, &PEOPLE);
        let month = a_month(&mut rng, from);
        let mut incident = drawn(&mut rng, &incidents);
        if prefecture % 5 == 1 && rng.below(4) == 0 {
            incident = 4;
        }
        let facility = u64::from(prefecture) * 100_000 + rng.below(2_000).pow(2) / 2_000;
        add(&mut rng, facility, prefecture, month, incident);
    }
    // One vendor's fault in one prefecture.
    for nth in 0..cases / 40 {
        add(&mut rng, u64::from(burst.1) * 100_000 + 50_000 + u64::from(nth), burst.1, burst.0, 9);
    }
    // Clinics that call again and again.
    for nth in 0..3u8 {
        let (prefecture, month) = (drawn(&mut rng, &PEOPLE), a_month(&mut rng, from));
        for _ in 0..40 {
            add(&mut rng, 9_000_000 + u64::from(nth), prefecture, month, 5 + nth);
        }
    }
    facilities
}
