//! What a reader can set against each other, beside what is told: cells of longer periods and coarser groups, and what two
//! categories have in common.

use std::collections::BTreeSet;

use super::axis::Axis;
use super::groups::Categories;
use super::period::Period;
use super::tables::Key;

/// All that is told, each cell of a longer period, or of a coarser group, that it adds up to, and what a table of two axes
/// is made of.
pub(super) fn follow(told: &BTreeSet<Key>, categories: &Categories) -> BTreeSet<Key> {
    let mut all = told.clone();
    for key in told.iter().filter(|key| key.at.len() == 2) {
        all.extend(key.period.parts().into_iter().flat_map(|part| crossed(told, part, &key.at)));
    }
    let mut left: Vec<Key> = all.iter().filter(|key| key.at.len() == 1).cloned().collect();
    while let Some(key) = left.pop() {
        let (axis, _) = key.at[0];
        let of = |period: Period, axis: Axis| {
            (0..categories.count(axis)).map(move |category| Key { period, at: vec![(axis, category)] })
        };
        let coarser = axis.coarser().iter().flat_map(|coarser| of(key.period, *coarser));
        let longer = key.period.whole().into_iter().flat_map(|longer| of(longer, axis));
        let new: Vec<Key> = coarser.chain(longer).filter(|key| !all.contains(key)).collect();
        all.extend(new.iter().cloned());
        left.extend(new);
    }
    all
}

/// What two categories have in common in a period and in its parts, as far as each is told apart there: what is told of
/// months by the one and by the other, and of a year by both, holds together by these alone.
fn crossed(told: &BTreeSet<Key>, period: Period, at: &[(Axis, u8)]) -> Vec<Key> {
    let is_told = |axis: Axis| {
        let by = |of: Axis| told.contains(&Key { period, at: vec![(of, 0)] });
        by(axis) || (axis.finer_all().any(by))
    };
    if !at.iter().all(|(axis, _)| is_told(*axis)) {
        return Vec::new();
    }
    let parts = period.parts().into_iter().flat_map(|part| crossed(told, part, at));
    parts.chain([Key { period, at: at.to_vec() }]).collect()
}
