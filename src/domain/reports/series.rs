//! What is published of a calendar year, report after report: each is protected together with all before it.

use std::collections::{BTreeMap, BTreeSet};

use super::count::Counts;
use super::follow::follow;
use super::groups::Categories;
use super::period::Period;
use super::prove::{Told, Truth, unproven};
use super::suppress::{Marks, protect};
use super::tables::{Cells, Grain, Key, Table, tables_of};

/// How many cells are given more room, one after the other, before the finest table goes.
const DOUBTS: usize = 8;

/// The reports of a calendar year so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// Their tables.
    pub tables: Vec<Table>,
    /// Their cells: the number, or none where it's withheld.
    pub cells: BTreeMap<Key, Option<u64>>,
}

/// A report that was protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protected {
    /// Its tables.
    pub tables: Vec<Table>,
    /// Tables that were too fine to be protected: nobody is told them.
    pub dropped: Vec<Table>,
    /// Its cells: the number, or none where it's withheld.
    pub cells: BTreeMap<Key, Option<u64>>,
}

impl Series {
    /// All that a reader may set against each other once the report of a period is published, at its finest: what is to be
    /// counted.
    pub fn keys(&self, period: Period, grain: Grain, categories: &Categories) -> BTreeSet<Key> {
        let new = tables_of(period, grain, categories);
        let tables: Vec<Table> = self.tables.iter().cloned().chain(new).collect();
        let told = tables.iter().flat_map(|table| table.keys(categories)).collect();
        let bridges = Cells::of(&tables, categories);
        bridges.keys().map(|(key, _)| key.clone()).chain(follow(&told, categories)).collect()
    }

    /// Protects the next report by what its cells hold; those published before hold the same every time, since a period is
    /// frozen.
    pub fn protect(&self, period: Period, grain: Grain, categories: &Categories, k: u64, counts: &Counts) -> Protected {
        let mut tables = tables_of(period, grain, categories);
        let mut dropped = Vec::new();
        while !tables.is_empty() {
            if let Some(cells) = self.with(&tables, categories, k, counts) {
                return Protected { tables, dropped, cells };
            }
            dropped.extend(tables.pop());
        }
        Protected { tables, dropped, cells: BTreeMap::new() }
    }

    /// The cells of new tables, where they can be protected and that is proven.
    fn with(
        &self,
        new: &[Table],
        categories: &Categories,
        k: u64,
        counts: &Counts,
    ) -> Option<BTreeMap<Key, Option<u64>>> {
        let tables: Vec<Table> = self.tables.iter().chain(new).cloned().collect();
        let cells = Cells::of(&tables, categories);
        let lattice = cells.counted(counts.over(&cells)?);
        let mut marks = Marks::fresh(&lattice);
        for (key, at) in cells.keys() {
            if let Some(shown) = self.cells.get(key) {
                (marks.withheld[at], marks.frozen[at]) = (shown.is_none(), true);
            }
        }
        for _ in 0..=DOUBTS {
            let withheld = protect(&lattice, marks.clone(), k)?.withheld;
            let told = |(key, at): (&Key, usize)| {
                let tally = &lattice.cells()[at];
                let shown = (!withheld[at]).then_some(tally.cases);
                (key.clone(), (shown, Truth { cases: tally.cases, narrow: tally.is_narrow(k) }))
            };
            let told: Told = cells.keys().filter(|(_, at)| !cells.is_unpublished(*at)).map(told).collect();
            let Some(key) = unproven(&told, |key| counts.of(key).map(|tally| tally.cases), categories, k) else {
                let is_new = |(key, _): &(Key, _)| !self.cells.contains_key(key);
                return Some(told.into_iter().map(|(key, (shown, _))| (key, shown)).filter(is_new).collect());
            };
            // What is doubted twice isn't mended by more room.
            if !cells.at(&key).is_some_and(|at| marks.doubted.insert(at)) {
                break;
            }
        }
        None
    }

    /// Adds a report to what is published.
    pub fn publish(&mut self, report: Protected) {
        self.tables.extend(report.tables);
        self.cells.extend(report.cells);
    }
}
