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
            break;
        }
    }
    // What a month has of a region and of an incident at once, where the year says it and the month tells either.
    let both: Vec<Key> = published.keys().filter(|key| key.at.len() == 2).cloned().collect();
    for key in both {
        let quarters = key.period.parts();
        let shorter = quarters.iter().flat_map(|quarter| quarter.parts()).chain(quarters.clone());
        let tells = |period: &Period| {
            key.at.iter().all(|(axis, _)| cells.contains(&Key { period: *period, at: vec![(*axis, 0)] }))
        };
        let told: Vec<Period> = shorter.filter(tells).collect();
        cells.extend(told.into_iter().map(|period| Key { period, at: key.at.clone() }));
    }
    cells
}

/// A way in which cells could be filled.
type World = BTreeMap<usize, f64>;

/// What the attacker works out of one cell: the least and the most, where they know that another holds two cases more.
pub(super) struct Attack {
    keys: Vec<Key>,
    /// What is shown of each; none where it's withheld, or stands in no table.
    shown: Vec<Option<u64>>,
    published: Vec<bool>,
    sums: Vec<Vec<(usize, f64)>>,
    /// The sums that each cell stands in.
    over: Vec<Vec<usize>>,
    /// Ways in which all could be filled, found on the way of others.
    worlds: RefCell<Vec<World>>,
}

impl Attack {
    pub(super) fn on(published: &Published, categories: &Categories) -> Self {
        let all = worked_out(published, categories);
        let keys: Vec<Key> = all.iter().cloned().collect();
        let places: BTreeMap<&Key, usize> = keys.iter().enumerate().map(|(at, key)| (key, at)).collect();
        let placed = |sum: Sum| sum.into_iter().map(|(key, sign)| (places[&key], sign)).collect();
        let sums: Vec<Vec<(usize, f64)>> = sums(&all, categories).into_iter().map(placed).collect();
        let mut over = vec![Vec::new(); keys.len()];
        for (nth, sum) in sums.iter().enumerate() {
            sum.iter().for_each(|(at, _)| over[*at].push(nth));
        }
        let shown = keys.iter().map(|key| published.get(key).copied().flatten()).collect();
        let published = keys.iter().map(|key| published.contains_key(key)).collect();
        Self { shown, published, sums, over, worlds: RefCell::default(), keys }
    }

    /// Where a cell stands.
    pub(super) fn at(&self, key: &Key) -> usize {
        self.keys.binary_search(key).expect("a cell")
    }

    /// What a cell is called.
    pub(super) fn key(&self, at: usize) -> &Key {
        &self.keys[at]
    }

    /// Between which numbers the worlds that were found already have a cell.
    pub(super) fn seen(&self, cell: usize, known: Option<usize>) -> (f64, f64) {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for world in self.worlds.borrow().iter() {
            let holds = known.is_none_or(|known| world.get(&known).is_some_and(|cases| *cases > 2.0 - 1e-6));
            if let Some(cases) = world.get(&cell).filter(|_| holds) {
                (least, most) = (least.min(*cases), most.max(*cases));
            }
        }
        (least, most)
    }

    /// Cells that hang together with one through sums of numbers that aren't shown.
    fn together(&self, cell: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut left = vec![cell];
        while let Some(at) = left.pop() {
            if found.insert(at) {
                let beside = self.over[at].iter().flat_map(|sum| &self.sums[*sum]).map(|(at, _)| *at);
                left.extend(beside.filter(|at| self.shown[*at].is_none() && !found.contains(at)));
            }
        }
        found
    }

    /// The least and the most that a withheld cell may hold.
    pub(super) fn range(&self, cell: usize, known: Option<usize>) -> (f64, f64) {
        let together = self.together(cell);
        let told = |direction: fn() -> OptimizationDirection| {
            let mut found = self.end(cell, known, direction(), &together, None);
            // What is published is true of some world: a solver that finds none lost itself among many sums. From a world
            // that was found for another cell there is a way.
            let holds = |world: &&World| known.is_none_or(|known| world.get(&known).is_some_and(|cases| *cases > 2.0));
            let covers = |world: &&World| together.iter().all(|at| world.contains_key(at));
            let others: Vec<World> = self.worlds.borrow().iter().filter(covers).filter(holds).cloned().collect();
            for world in others {
                if matches!(found, Err(microlp::Error::Infeasible)) {
                    found = self.end(cell, known, direction(), &together, Some(&world));
                }
            }
            match found {
                Err(microlp::Error::Unbounded) => f64::INFINITY,
                found => found.unwrap_or_else(|error| panic!("{:?}: {error}", self.keys[cell])),
            }
        };
        (told(|| OptimizationDirection::Minimize), told(|| OptimizationDirection::Maximize))
    }

    /// How far a cell goes one way, sought from a world or from nothing.
    fn end(
        &self,
        cell: usize,
        known: Option<usize>,
        direction: OptimizationDirection,
        together: &BTreeSet<usize>,
        from: Option<&World>,
    ) -> Result<f64, microlp::Error> {
        let mut problem = Problem::new(direction);
        let mut variables: BTreeMap<usize, (f64, Variable, Variable)> = BTreeMap::new();
        for at in together {
            let least = match (self.published[*at], known == Some(*at)) {
                (false, _) => 0.0,
                (true, false) => 1.0,
                (true, true) => 2.0,
            };
            let worth = if *at == cell { 1.0 } else { 0.0 };
            let from = from.map_or(least, |world| world[at]);
            let more = problem.add_var(worth, (0.0, f64::INFINITY));
            variables.insert(*at, (from, more, problem.add_var(-worth, (0.0, (from - least).max(0.0)))));
        }
        let over: BTreeSet<usize> = together.iter().flat_map(|at| self.over[*at].iter().copied()).collect();
        for sum in over.iter().map(|sum| &self.sums[*sum]) {
            let mut fixed = 0.0;
            let mut terms: Vec<(Variable, f64)> = Vec::new();
            for (at, sign) in sum {
                match (variables.get(at), self.shown[*at]) {
                    (_, Some(number)) => fixed += sign * number as f64,
                    (Some((from, more, less)), None) => {
                        fixed += sign * from;
                        terms.extend([(*more, *sign), (*less, -*sign)]);
                    }
                    (None, None) => unreachable!("what hangs together is there"),
                }
            }
            problem.add_constraint(&terms, ComparisonOp::Eq, -fixed);
        }
        let solution = problem.solve()?.into_solution().expect("no limit");
        let far = |(from, more, less): &(f64, Variable, Variable)| {
            from + solution.var_value_raw(*more) - solution.var_value_raw(*less)
        };
        self.worlds.borrow_mut().push(variables.iter().map(|(at, variable)| (*at, far(variable))).collect());
        Ok(far(&variables[&cell]))
    }

    /// Withheld cells beside one, of which the attacker may know two cases.
    pub(super) fn beside(&self, cell: usize) -> BTreeSet<usize> {
        let others = self.over[cell].iter().flat_map(|sum| &self.sums[*sum]).map(|(at, _)| *at);
        others.filter(|at| *at != cell && self.published[*at] && self.shown[*at].is_none()).collect()
    }

    /// Cells that no table has, and that a reader works out all the same.
    pub(super) fn between(&self) -> Vec<usize> {
        (0..self.keys.len()).filter(|at| !self.published[*at] && !self.over[*at].is_empty()).collect()
    }
}

/// A month, quarter or year by its text.
pub(super) fn period(text: &str) -> Period {
    text.parse().expect("a period")
}
