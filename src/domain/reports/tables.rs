//! The tables of a report, a closed list, and the cells that they have between them (`quality.md` section 3).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::groups::Categories;
use super::lattice::{At, Lattice, Row};
use super::period::{Period, Span};
use super::tally::Tally;

/// A cell by what it counts: axes that it doesn't name are totalled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The period.
    pub period: Period,
    /// A category on each axis it names, in the axes' order.
    pub at: Vec<(Axis, u8)>,
}

impl Key {
    /// The same with one axis totalled.
    fn without(&self, axis: Axis) -> Self {
        Self { period: self.period, at: self.at.iter().copied().filter(|(of, _)| *of != axis).collect() }
    }

    /// The same with a category on one more axis.
    fn with(&self, axis: Axis, category: u8) -> Self {
        let mut at = self.at.clone();
        at.push((axis, category));
        at.sort_unstable();
        Self { period: self.period, at }
    }
}

/// A table: the cases of a period by up to two axes, with all margins; by none the total alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Table {
    /// The period.
    pub period: Period,
    /// Its axes, in their order.
    pub axes: Vec<Axis>,
}

impl Table {
    /// All its cells, margins and total included.
    pub fn keys(&self, categories: &Categories) -> Vec<Key> {
        let mut keys = vec![Key { period: self.period, at: Vec::new() }];
        for axis in &self.axes {
            let with: Vec<Key> =
                keys.iter().flat_map(|key| (0..categories.count(*axis)).map(|c| key.with(*axis, c))).collect();
            keys.extend(with);
        }
        keys
    }
}

/// How finely a calendar year is told, fixed from the volume of the year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// The whole country alone: the first year, and years after one of under 3,000 cases.
    National,
    /// By regions too.
    Regional,
}

/// Cases a year from which regions are told.
const REGIONAL_FROM: u64 = 3_000;

impl Grain {
    /// Of a year, by the cases of the year before; none before the first.
    pub fn after(cases_before: Option<u64>) -> Self {
        if cases_before.is_some_and(|cases| cases >= REGIONAL_FROM) { Self::Regional } else { Self::National }
    }
}

/// The tables of a period, the finest last: that one is dropped first where a report can't be protected. What isn't told
/// apart makes none.
pub fn tables_of(period: Period, grain: Grain, categories: &Categories) -> Vec<Table> {
    use Axis as A;
    let (national, regional): (&[&[Axis]], &[&[Axis]]) = match period.span() {
        Span::Month(_) => (&[&[], &[A::IncidentMonthly], &[A::FacilityTypeMonthly]], &[&[A::RegionMonthly]]),
        Span::Quarter(_) => {
            (&[&[], &[A::IncidentQuarterly], &[A::FacilityTypeQuarterly], &[A::OutcomeQuarterly]], &[&[A::Region]])
        }
        Span::Year => (
            &[
                &[],
                &[A::Incident],
                &[A::FacilityType],
                &[A::Outcome],
                // Behind what it follows from: dropped before that.
                &[A::Tier],
                &[A::Desk],
                &[A::Severity],
                &[A::Standing],
                &[A::Effect],
                &[A::Backup],
                &[A::CloseTime],
                &[A::IncidentCrossed, A::FacilityTypeCrossed],
                &[A::IncidentCrossed, A::OutcomeCrossed],
            ],
            &[&[A::Prefecture], &[A::RegionCrossed, A::IncidentCrossed]],
        ),
    };
    let told = if grain == Grain::Regional { regional } else { &[] };
    let table = |axes: &&[Axis]| Table { period, axes: axes.to_vec() };
    let mut tables: Vec<Table> = national.iter().chain(told).map(table).collect();
    tables.retain(|table| table.axes.iter().all(|axis| categories.count(*axis) > 1));
    tables.iter_mut().for_each(|table| table.axes.sort_unstable());
    tables.sort_by_key(|table| table.axes.len());
    tables
}

/// The cells of tables that a reader holds together, and where each stands.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    /// Their places, by what they count.
    places: BTreeMap<Key, At>,
    /// Cells that stand in no table, but are sums of some that do.
    unpublished: BTreeSet<At>,
    rows: Vec<Row>,
}

impl Cells {
    /// Of tables, their sums worked out: of categories, of regions, of periods.
    pub fn of(tables: &[Table], categories: &Categories) -> Self {
        let mut cells = Self::default();
        for table in tables {
            for key in table.keys(categories) {
                cells.place(key);
            }
        }
        cells.bridges(categories);
        let mut rows = BTreeSet::new();
        for table in tables {
            for axis in &table.axes {
                rows.extend(table.keys(categories).into_iter().map(|key| (key.without(*axis), *axis)));
            }
        }
        for (whole, axis) in rows {
            let parts = (0..categories.count(axis)).map(|category| whole.with(axis, category)).collect();
            cells.row(whole, parts);
        }
        cells.groups(categories);
        cells.periods();
        cells
    }

    /// Cells by what they count.
    pub fn keys(&self) -> impl Iterator<Item = (&Key, At)> {
        self.places.iter().map(|(key, at)| (key, *at))
    }

    /// Where a cell stands, if a table has it.
    pub fn at(&self, key: &Key) -> Option<At> {
        self.places.get(key).copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether a cell stands in no table.
    pub fn is_unpublished(&self, at: At) -> bool {
        self.unpublished.contains(&at)
    }

    /// With what each counts.
    pub fn counted(&self, tallies: Vec<Tally>) -> Lattice {
        let unpublished = (0..tallies.len()).map(|at| self.is_unpublished(at)).collect();
        Lattice::new(tallies, self.rows.clone(), unpublished)
    }

    fn place(&mut self, key: Key) -> At {
        let next = self.places.len();
        *self.places.entry(key).or_insert(next)
    }

    fn row(&mut self, whole: Key, parts: Vec<Key>) {
        let parts: Option<Vec<At>> = parts.iter().map(|part| self.at(part)).collect();
        if let (Some(whole), Some(parts)) = (self.at(&whole), parts) {
            self.rows.push(Row { whole, parts });
        }
    }

    /// A month tells groups of what a quarter does, and that of what a year does: what joins them is the longer period by
    /// the coarser groups, which no table has.
    fn bridges(&mut self, categories: &Categories) {
        let told: BTreeSet<(Period, Axis)> =
            self.places.keys().filter(|key| key.at.len() == 1).map(|key| (key.period, key.at[0].0)).collect();
        for (period, axis) in told {
            for coarser in axis.coarser() {
                for category in 0..categories.count(*coarser) {
                    let key = Key { period, at: vec![(*coarser, category)] };
                    if self.at(&key).is_none() {
                        let at = self.place(key);
                        self.unpublished.insert(at);
                    }
                }
            }
        }
    }

    /// What makes groups.
    fn groups(&mut self, categories: &Categories) {
        let wholes: Vec<(Key, Axis, u8)> = self
            .places
            .keys()
            .flat_map(|key| key.at.iter().map(|(axis, category)| (key.clone(), *axis, *category)).collect::<Vec<_>>())
            .collect();
        for (whole, axis, category) in wholes {
            let open = whole.without(axis);
            if let Some((finer, parts)) = categories.parts(axis, category) {
                self.row(whole.clone(), parts.iter().map(|part| open.with(finer, *part)).collect());
            }
        }
    }

    fn periods(&mut self) {
        let wholes: Vec<Key> = self.places.keys().filter(|key| !key.period.parts().is_empty()).cloned().collect();
        for whole in wholes {
            let part = |period: Period| Key { period, at: whole.at.clone() };
            let parts = whole.period.parts().into_iter().map(part).collect();
            self.row(whole, parts);
        }
    }
}
