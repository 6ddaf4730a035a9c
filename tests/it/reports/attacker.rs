//! An attacker of our own: knows what was published and two cases of any cell, and reckons. Their arithmetic is their
//! own: nothing here is the protector's but the names of cells.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use madoguchi::domain::reports::{Axis, Categories, Key, Period};
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

/// What was published: numbers, and cells that were withheld.
pub(super) type Published = BTreeMap<Key, Option<u64>>;

/// Sums that follow from what cells are called: +1 for each part, −1 for the whole.
type Sum = Vec<(Key, f64)>;

fn with(key: &Key, axis: Axis, category: u8) -> Key {
    let mut at: Vec<(Axis, u8)> =
        key.at.iter().copied().filter(|(of, _)| *of != axis).chain([(axis, category)]).collect();
    at.sort();
    Key { period: key.period, at }
}

fn without(key: &Key, axis: Axis) -> Key {
    Key { period: key.period, at: key.at.iter().copied().filter(|(of, _)| *of != axis).collect() }
}

/// Every sum among these cells, and the regions a reader adds up by themselves.
fn sums(cells: &BTreeSet<Key>, categories: &Categories) -> Vec<Sum> {
    let mut sums: BTreeSet<(Key, Vec<Key>)> = BTreeSet::new();
    for key in cells {
        for (axis, _) in &key.at {
            let parts = (0..categories.count(*axis)).map(|category| with(key, *axis, category)).collect();
            sums.insert((without(key, *axis), parts));
        }
        let months = key.period.parts();
        if !months.is_empty() {
            sums.insert((key.clone(), months.into_iter().map(|period| Key { period, at: key.at.clone() }).collect()));
        }
        for (axis, region) in &key.at {
            if let Some((finer, parts)) = categories.parts(*axis, *region) {
                let parts = parts.iter().map(|part| with(&without(key, *axis), finer, *part)).collect();
                sums.insert((key.clone(), parts));
            }
        }
    }
    let complete = sums.into_iter().filter(|(whole, parts)| parts.iter().chain([whole]).all(|key| cells.contains(key)));
    let signed =
        |(whole, parts): (Key, Vec<Key>)| parts.into_iter().map(|key| (key, 1.0)).chain([(whole, -1.0)]).collect();
    complete.map(signed).collect()
}

/// What joins periods that are told by different groups: each longer one by every grouping that a shorter one has, and by
/// whatever its own categories make.
fn worked_out(published: &Published, categories: &Categories) -> BTreeSet<Key> {
    let mut cells: BTreeSet<Key> = published.keys().cloned().collect();
    let told: Vec<(Period, Axis)> =
        published.keys().filter(|key| key.at.len() == 1).map(|key| (key.period, key.at[0].0)).collect();
    for (period, axis) in told {
        let mut longer = Some(period);
        while let Some(period) = longer {
            cells.extend((0..categories.count(axis)).map(|category| Key { period, at: vec![(axis, category)] }));
            longer = period.whole();
        }
    }
    loop {
        let groups = |key: &Key| {
            let [(axis, _)] = key.at[..] else { return Vec::new() };
            let all =
                axis.coarser().iter().flat_map(|coarser| (0..categories.count(*coarser)).map(move |c| (*coarser, c)));
            all.map(|at| Key { period: key.period, at: vec![at] }).collect()
        };
        let before = cells.len();
        let new: Vec<Key> = cells.iter().flat_map(groups).collect();
        cells.extend(new);
        if cells.len() == before {
            return cells;
        }
    }
}

/// What the attacker works out of one cell: the least and the most, where they know that `known` holds two cases more.
pub(super) struct Attack<'a> {
    published: &'a Published,
    sums: Vec<Sum>,
    /// Ways in which all could be filled, found on the way of others.
    worlds: RefCell<Vec<BTreeMap<Key, f64>>>,
}

impl<'a> Attack<'a> {
    pub(super) fn on(published: &'a Published, categories: &Categories) -> Self {
        let sums = sums(&worked_out(published, categories), categories);
        Self { published, sums, worlds: RefCell::default() }
    }

    /// Whether worlds that were found already show that a cell can be small, and can be not, so far apart.
    pub(super) fn is_open(&self, cell: &Key, known: Option<&Key>, small: f64, apart: f64) -> bool {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for world in self.worlds.borrow().iter() {
            let holds = known.is_none_or(|known| world.get(known).is_some_and(|cases| *cases > 2.0 - 1e-6));
            if let Some(cases) = world.get(cell).filter(|_| holds) {
                (least, most) = (least.min(*cases), most.max(*cases));
            }
        }
        least < small - 1e-6 && most > small - 1e-6 && most - least > apart - 1e-6
    }

    /// Cells that hang together with one through sums of numbers that aren't shown.
    fn together(&self, cell: &Key) -> BTreeSet<&Key> {
        let mut found: BTreeSet<&Key> = BTreeSet::new();
        let hidden = |key: &Key| self.published.get(key).copied().flatten().is_none();
        let start = self.sums.iter().flatten().map(|(key, _)| key).find(|key| *key == cell);
        let mut left: Vec<&Key> = start.into_iter().collect();
        while let Some(key) = left.pop() {
            if found.insert(key) {
                let over = self.sums.iter().filter(|sum| sum.iter().any(|(of, _)| of == key));
                left.extend(over.flatten().map(|(of, _)| of).filter(|of| hidden(of)));
            }
        }
        found
    }

    /// The least and the most that a withheld cell may hold.
    pub(super) fn range(&self, cell: &Key, known: Option<&Key>) -> (f64, f64) {
        let together = self.together(cell);
        let end = |direction| {
            let mut problem = Problem::new(direction);
            let mut variables: BTreeMap<&Key, Variable> = BTreeMap::new();
            for key in &together {
                let least = match (self.published.contains_key(*key), known == Some(*key)) {
                    (false, _) => 0.0,
                    (true, false) => 1.0,
                    (true, true) => 2.0,
                };
                let worth = if *key == cell { 1.0 } else { 0.0 };
                variables.insert(key, problem.add_var(worth, (least, f64::INFINITY)));
            }
            for sum in self.sums.iter().filter(|sum| sum.iter().any(|(key, _)| together.contains(key))) {
                let mut known = 0.0;
                let mut terms: Vec<(Variable, f64)> = Vec::new();
                for (key, sign) in sum {
                    match (variables.get(key), self.published.get(key).copied().flatten()) {
                        (_, Some(number)) => known += sign * number as f64,
                        (Some(variable), None) => terms.push((*variable, *sign)),
                        (None, None) => unreachable!("what hangs together is there"),
                    }
                }
                problem.add_constraint(&terms, ComparisonOp::Eq, -known);
            }
            problem.solve().map(|outcome| {
                let solution = outcome.into_solution().expect("no limit");
                let world = variables.iter().map(|(key, at)| ((*key).clone(), solution.var_value_raw(*at))).collect();
                self.worlds.borrow_mut().push(world);
                solution.objective()
            })
        };
        let least = end(OptimizationDirection::Minimize).unwrap_or(0.0);
        let most = match end(OptimizationDirection::Maximize) {
            Ok(most) => most,
            Err(microlp::Error::Unbounded) => f64::INFINITY,
            Err(error) => panic!("{cell:?}: {error}"),
        };
        (least, most)
    }

    /// Withheld cells beside one, of which the attacker may know two cases.
    pub(super) fn beside(&self, cell: &Key) -> Vec<&Key> {
        let of_cell = self.sums.iter().filter(|sum| sum.iter().any(|(key, _)| key == cell));
        let others: BTreeSet<&Key> = of_cell.flatten().map(|(key, _)| key).filter(|key| *key != cell).collect();
        others.into_iter().filter(|key| self.published.get(*key) == Some(&None)).collect()
    }

    /// Cells that no table has, and that a reader works out all the same.
    pub(super) fn between(&self) -> Vec<&Key> {
        let all: BTreeSet<&Key> = self.sums.iter().flatten().map(|(key, _)| key).collect();
        all.into_iter().filter(|key| !self.published.contains_key(*key)).collect()
    }
}

/// A month, quarter or year by its text.
pub(super) fn period(text: &str) -> Period {
    text.parse().expect("a period")
}
