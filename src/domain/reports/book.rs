//! The sums that a reader knows of, over all that is published and all that follows from it.

use std::collections::{BTreeMap, BTreeSet};

use super::axis::Axis;
use super::groups::Categories;
use super::tables::Key;

/// What is published, and what each cell holds in truth: cases, and whether it's few facilities' or one's.
pub type Told = BTreeMap<Key, (Option<u64>, Truth)>;

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truth {
    /// Cases.
    pub cases: u64,
    /// Of too few facilities, or nearly all of one's.
    pub narrow: bool,
}

/// Cases of any cell that a reader may know.
const KNOWN: u64 = 2;

/// What somebody knows beside what is published, or a proof grants them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// Two cases of every withheld cell: what holds for them holds for everybody.
    OfAll,
    /// Two cases of this one.
    Of(usize),
    /// No case: they see that a withheld cell isn't nothing.
    OfNone,
}

impl Reader {
    /// The least that they may think of a withheld cell which holds so many cases.
    pub(super) fn least(self, cell: usize, cases: u64) -> u64 {
        cases.min(if self == Self::OfAll || self == Self::Of(cell) { KNOWN } else { 1 })
    }
}

/// How many cases each of some cells holds.
pub(super) type World = BTreeMap<usize, i64>;

/// A sum: the parts less the whole are nothing.
pub(super) type Sum = Vec<(usize, i64)>;

/// Cells that are published, or that follow from those.
pub(super) struct Book<'a> {
    pub(super) keys: Vec<&'a Key>,
    pub(super) told: &'a Told,
    pub(super) sums: Vec<Sum>,
}

impl<'a> Book<'a> {
    pub(super) fn of(all: &'a BTreeSet<Key>, told: &'a Told, categories: &Categories) -> Self {
        let keys: Vec<&Key> = all.iter().collect();
        let places: BTreeMap<&Key, usize> = keys.iter().enumerate().map(|(at, key)| (*key, at)).collect();
        let mut sums: BTreeSet<(usize, Vec<usize>)> = BTreeSet::new();
        let mut add = |whole: &Key, parts: Vec<Key>| {
            let parts: Option<Vec<usize>> = parts.iter().map(|part| places.get(part).copied()).collect();
            if let (Some(whole), Some(parts)) = (places.get(whole), parts.filter(|parts| !parts.is_empty())) {
                sums.insert((*whole, parts));
            }
        };
        for key in all {
            let months = key.period.parts();
            add(key, months.into_iter().map(|period| Key { period, at: key.at.clone() }).collect());
            for (nth, (axis, category)) in key.at.iter().enumerate() {
                let put = |at: Option<(Axis, u8)>| {
                    let others = key.at.iter().enumerate().filter(|(other, _)| *other != nth).map(|(_, at)| *at);
                    let mut at: Vec<(Axis, u8)> = others.chain(at).collect();
                    at.sort_unstable();
                    Key { period: key.period, at }
                };
                add(&put(None), (0..categories.count(*axis)).map(|one| put(Some((*axis, one)))).collect());
                if let Some((finer, parts)) = categories.parts(*axis, *category) {
                    add(key, parts.iter().map(|part| put(Some((finer, *part)))).collect());
                }
            }
        }
        let signed = |(whole, parts): (usize, Vec<usize>)| {
            parts.into_iter().map(|part| (part, 1)).chain([(whole, -1)]).collect::<Sum>()
        };
        Self { keys, told, sums: sums.into_iter().map(signed).collect() }
    }

    pub(super) fn in_truth(&self, key: &Key, counted: impl Fn(&Key) -> Option<u64>) -> Option<i64> {
        let told = self.told.get(key).map(|(_, truth)| truth.cases);
        told.or_else(|| counted(key)).and_then(|cases| i64::try_from(cases).ok())
    }

    pub(super) fn shown(&self, cell: usize) -> Option<u64> {
        self.told.get(self.keys[cell]).and_then(|(shown, _)| *shown)
    }

    /// The cells that aren't shown, as they hang together.
    pub(super) fn pieces(&self) -> Vec<Vec<usize>> {
        let mut over: Vec<Vec<usize>> = vec![Vec::new(); self.keys.len()];
        for (nth, sum) in self.sums.iter().enumerate() {
            sum.iter().for_each(|(cell, _)| over[*cell].push(nth));
        }
        let mut done = vec![false; self.keys.len()];
        let mut pieces = Vec::new();
        for start in 0..self.keys.len() {
            if self.shown(start).is_some() || std::mem::replace(&mut done[start], true) {
                continue;
            }
            let (mut piece, mut next) = (vec![start], 0);
            while let Some(cell) = piece.get(next).copied() {
                next += 1;
                for (other, _) in over[cell].iter().flat_map(|nth| self.sums[*nth].iter()) {
                    if self.shown(*other).is_none() && !std::mem::replace(&mut done[*other], true) {
                        piece.push(*other);
                    }
                }
            }
            piece.sort_unstable();
            pieces.push(piece);
        }
        pieces
    }

    /// The least that a reader may think of a cell that isn't shown: of what stands in no table it's nothing.
    pub(super) fn least(&self, cell: usize, reader: Reader) -> i64 {
        let least = self.told.get(self.keys[cell]).map_or(0, |(_, truth)| reader.least(cell, truth.cases));
        i64::try_from(least).unwrap_or_default()
    }

    /// Whether a world agrees with all that a reader is shown and knows, in whole numbers: nothing is believed of a
    /// solver.
    pub(super) fn agrees(&self, world: &World, reader: Reader) -> bool {
        let holds = |at: &usize| world.get(at).copied().or_else(|| self.shown(*at).and_then(|n| i64::try_from(n).ok()));
        let adds_up = |sum: &Sum| {
            let sum: Option<i64> = sum.iter().map(|(at, sign)| Some(sign * holds(at)?)).sum();
            sum == Some(0)
        };
        let touched = self.sums.iter().filter(|sum| sum.iter().any(|(at, _)| world.contains_key(at)));
        world.iter().all(|(at, cases)| *cases >= self.least(*at, reader)) && touched.into_iter().all(adds_up)
    }
}
