//! What can be proven of small tables, and what can't.

use super::super::axis::Axis;
use super::super::period::Period;
use super::*;

fn categories() -> Categories {
    let words = |n: usize| (0..n).map(|nth| nth.to_string()).collect::<Vec<_>>();
    Categories::new([(Axis::Desk, words(3)), (Axis::Severity, words(2))], None)
}

/// A year's table by desk: what is shown of each, what each holds, and the total.
fn table(cells: [(Option<u64>, u64); 3]) -> Told {
    let period: Period = "2026".parse().expect("a year");
    let truth = |cases: u64| Truth { cases, narrow: false };
    let total = cells.iter().map(|(_, cases)| cases).sum();
    let mut told = Told::new();
    told.insert(Key { period, at: Vec::new() }, (Some(total), truth(total)));
    for (category, (shown, cases)) in (0..).zip(cells) {
        told.insert(Key { period, at: vec![(Axis::Desk, category)] }, (shown, truth(cases)));
    }
    told
}

#[test]
fn two_cells_that_hide_each_other_are_proven_and_one_alone_is_not() {
    let safe = table([(None, 4), (None, 30), (Some(50), 50)]);
    assert_eq!(unproven(&safe, |_| None, &categories(), 10), None);
    let alone = table([(None, 4), (Some(30), 30), (Some(50), 50)]);
    assert!(unproven(&alone, |_| None, &categories(), 10).is_some(), "it's the rest");
}

#[test]
fn two_small_cells_are_not_enough_to_hide_in() {
    let small = table([(None, 4), (None, 5), (Some(50), 50)]);
    assert!(unproven(&small, |_| None, &categories(), 10).is_some(), "neither can hold ten");
    // Who knows two cases of the one finds the other at ten at most.
    let narrowly = table([(None, 9), (None, 3), (Some(50), 50)]);
    assert_eq!(unproven(&narrowly, |_| None, &categories(), 10), None);
    let too_narrow = table([(None, 9), (None, 2), (Some(50), 50)]);
    assert!(unproven(&too_narrow, |_| None, &categories(), 10).is_some());
}

#[test]
fn what_is_large_and_hides_another_is_never_exact() {
    let large = table([(None, 200), (None, 300), (Some(50), 50)]);
    assert_eq!(unproven(&large, |_| None, &categories(), 10), None);
}

#[test]
fn a_sum_may_be_small_for_each_reader_who_knows_two_cases_of_one_of_its_parts() {
    let period: Period = "2026".parse().expect("a year");
    for (parts, is_proven) in [(6, true), (9, false), (10, true)] {
        // Nine parts of one at least are ten for somebody who knows two of one, and for nobody else; ten are ten for all.
        let words = (0..parts).map(|nth| nth.to_string()).collect::<Vec<_>>();
        let categories = Categories::new([(Axis::Desk, words)], None);
        let withheld = |at, cases| (Key { period, at }, (None, Truth { cases, narrow: false }));
        let all = (0..parts).map(|part| withheld(vec![(Axis::Desk, part)], 3));
        let told: Told = all.chain([withheld(Vec::new(), 3 * u64::from(parts))]).collect();
        assert_eq!(unproven(&told, |_| None, &categories, 10).is_none(), is_proven, "{parts} parts");
    }
}
