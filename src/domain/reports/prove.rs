//! Whether a reader can work something out, found out apart from what withheld it: for each withheld cell that may be small
//! there are worlds in whole numbers, equal in all that is shown, in which it's small, and in which it isn't (`quality.md`
//! section 3). In all of them every withheld cell holds two cases at least where it does: they hold as well for a reader
//! who knows two cases of any.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolutionStatus, SolveOptions, SolveOutcome};

use super::axis::Axis;
use super::groups::Categories;
use super::period::Period;
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
/// Branches after which a search is given up: what wasn't found counts as not there.
const BRANCHES: u64 = 400;
/// Worlds that are looked for with many cells pushed at once, before single ones are.
const SWEEPS: u64 = 24;
/// Such worlds in a row that needn't help a tenth of what is left.
const IDLE: u32 = 2;
/// How many searches for single cells a piece has before it's given up: many while each is small work.
const SEARCHES: std::ops::RangeInclusive<usize> = 40..=400;
/// The work of all of them together, a cell in each being one.
const WORK: usize = 100_000;
/// How far beyond twice its cases a cell is pushed among others.
const FAR: u64 = 40;

/// A sum: the parts less the whole are nothing.
type Sum = Vec<(usize, i64)>;

/// Cells that are published, or that follow from those.
struct Book<'a> {
    keys: Vec<&'a Key>,
    told: &'a Told,
    sums: Vec<Sum>,
}

/// Between which numbers worlds that were found have each cell.
type Seen = BTreeMap<usize, (i64, i64)>;

/// A cell that is withheld, or that stands in no table, of which a reader may learn too much; none where there is none. A
/// search that is given up counts as one.
pub fn unproven(told: &Told, categories: &Categories, k: u64) -> Option<Key> {
    let all = follow(told, categories);
    let book = Book::of(&all, told, categories);
    book.pieces().iter().find_map(|together| book.open(together, k)).map(|cell| book.keys[cell].clone())
}

/// All that is told, each cell of a longer period, or of a coarser group, that it adds up to, and what a table of two axes
/// is made of.
fn follow(told: &Told, categories: &Categories) -> BTreeSet<Key> {
    let mut all: BTreeSet<Key> = told.keys().cloned().collect();
    for key in told.keys().filter(|key| key.at.len() == 2) {
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
fn crossed(told: &Told, period: Period, at: &[(Axis, u8)]) -> Vec<Key> {
    let is_told = |axis: Axis| {
        let by = |of: Axis| told.contains_key(&Key { period, at: vec![(of, 0)] });
        by(axis) || (axis.finer_all().any(by))
    };
    if !at.iter().all(|(axis, _)| is_told(*axis)) {
        return Vec::new();
    }
    let parts = period.parts().into_iter().flat_map(|part| crossed(told, part, at));
    parts.chain([Key { period, at: at.to_vec() }]).collect()
}

impl<'a> Book<'a> {
    fn of(all: &'a BTreeSet<Key>, told: &'a Told, categories: &Categories) -> Self {
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

    fn shown(&self, cell: usize) -> Option<u64> {
        self.told.get(self.keys[cell]).and_then(|(shown, _)| *shown)
    }

    /// The cells that aren't shown, as they hang together.
    fn pieces(&self) -> Vec<Vec<usize>> {
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

    /// A cell of a piece that isn't proven; none where all are.
    fn open(&self, together: &[usize], k: u64) -> Option<usize> {
        let mut seen = Seen::new();
        let (mut left, mut idle) = (usize::MAX, 0);
        for sweep in 0..SWEEPS {
            let pushes = self.pushes(together, &seen, k, sweep);
            if pushes.is_empty() {
                return None;
            }
            idle = if pushes.len() * 10 < left.saturating_mul(9) { 0 } else { idle + 1 };
            left = pushes.len();
            if idle > IDLE {
                break;
            }
            self.search(&pushes, OptimizationDirection::Maximize, KNOWN, &mut seen, together);
        }
        let mut searches = (WORK / together.len().max(1)).clamp(*SEARCHES.start(), *SEARCHES.end());
        together.iter().copied().find(|cell| !self.is_safe(*cell, &mut seen, together, k, &mut searches))
    }

    /// Where each cell is to be moved that isn't seen wide yet, so that one world helps many: those that go up make room
    /// for those that go down.
    fn pushes(&self, together: &[usize], seen: &Seen, k: u64, sweep: u64) -> BTreeMap<usize, f64> {
        let k = i64::try_from(k).unwrap_or(i64::MAX);
        let push = |cell: &usize| {
            let scattered = (*cell as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(sweep as u32 * 7) >> 40;
            let worth = 1.0 + scattered as f64 / f64::from(1 << 24);
            let up = match seen.get(cell) {
                Some(range) if self.is_wide(*cell, *range, k) => return None,
                // Of what stands in no table it's enough that it may be nothing.
                _ if !self.told.contains_key(self.keys[*cell]) => false,
                Some((_, most)) if *most < k => true,
                Some((least, _)) if *least >= k => false,
                _ => scattered.is_multiple_of(2),
            };
            Some((*cell, if up { worth } else { -worth }))
        };
        together.iter().filter_map(push).collect()
    }

    fn is_wide(&self, cell: usize, (least, most): (i64, i64), k: i64) -> bool {
        match self.told.contains_key(self.keys[cell]) {
            false => least == 0 || most >= k,
            true => least < k && most >= k && most - least >= k / 2,
        }
    }

    /// Whether a reader learns little enough of a cell. What is found on the way of others is kept in `seen`.
    fn is_safe(&self, cell: usize, seen: &mut Seen, together: &[usize], k: u64, searches: &mut usize) -> bool {
        let k = i64::try_from(k).unwrap_or(i64::MAX);
        let told = self.told.get(self.keys[cell]);
        let wide = |seen: &Seen| seen.get(&cell).is_some_and(|range| self.is_wide(cell, *range, k));
        let alone = BTreeMap::from([(cell, 1.0)]);
        for direction in [OptimizationDirection::Maximize, OptimizationDirection::Minimize] {
            if wide(seen) {
                return true;
            }
            if *searches == 0 {
                return false;
            }
            *searches -= 1;
            self.search(&alone, direction, KNOWN, seen, together);
        }
        let apart = if told.is_some_and(|(_, truth)| truth.narrow) { k / 2 } else { 1 };
        let spreads = |(least, most): &(i64, i64)| *least >= k && most - least >= apart;
        if wide(seen) || told.is_none() || !seen.get(&cell).is_some_and(spreads) {
            return wide(seen);
        }
        // One that can't be small, for a reader who knows nothing either, needn't look small: it's only never exact.
        let least = self.search(&alone, OptimizationDirection::Minimize, 1, &mut Seen::new(), together);
        least.is_some_and(|least| least >= k as f64 - 1e-6)
    }

    /// Looks for a world in which cells are as far as can be where they are pushed: how far, where that's proven. Each
    /// withheld cell holds at least as many cases as are `known`, where it does in truth.
    fn search(
        &self,
        pushes: &BTreeMap<usize, f64>,
        direction: OptimizationDirection,
        known: u64,
        seen: &mut Seen,
        together: &[usize],
    ) -> Option<f64> {
        let mut problem = Problem::new(direction);
        let mut variables = BTreeMap::new();
        for at in together {
            // Several at once are pushed no further than is of use, so that no sum is pushed without end.
            let (least, most) = match self.told.get(self.keys[*at]) {
                Some((_, truth)) => {
                    let far = if pushes.len() > 1 { truth.cases.saturating_mul(2) + FAR } else { u64::MAX };
                    (i32::try_from(truth.cases.min(known)).unwrap_or_default(), i32::try_from(far).unwrap_or(i32::MAX))
                }
                None => (0, i32::MAX),
            };
            let worth = pushes.get(at).copied().unwrap_or_default();
            variables.insert(*at, problem.add_integer_var(worth, (least, most)));
        }
        for sum in self.sums.iter().filter(|sum| sum.iter().any(|(at, _)| variables.contains_key(at))) {
            let fixed: i64 =
                sum.iter().map(|(at, sign)| sign * self.shown(*at).map_or(0, |n| i64::try_from(n).unwrap_or(0))).sum();
            let terms = sum.iter().filter_map(|(at, sign)| Some((*variables.get(at)?, *sign as f64)));
            problem.add_constraint(terms.collect::<Vec<_>>(), ComparisonOp::Eq, -(fixed as f64));
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(BRANCHES);
        let Ok(SolveOutcome::Solution(solution)) = problem.solve_with(options) else { return None };
        let world: BTreeMap<usize, i64> =
            variables.iter().map(|(at, variable)| (*at, solution.var_value_raw(*variable).round() as i64)).collect();
        if self.agrees(&world, known) {
            for (at, cases) in world {
                let range = seen.entry(at).or_insert((cases, cases));
                *range = (range.0.min(cases), range.1.max(cases));
            }
        }
        (solution.status() == SolutionStatus::Optimal).then(|| solution.objective())
    }

    /// Whether a world agrees with all that is shown, in whole numbers: nothing is believed of a solver.
    fn agrees(&self, world: &BTreeMap<usize, i64>, known: u64) -> bool {
        let least = |at: &usize| {
            let least = self.told.get(self.keys[*at]).map_or(0, |(_, truth)| truth.cases.min(known));
            i64::try_from(least).unwrap_or_default()
        };
        let holds = |at: &usize| world.get(at).copied().or_else(|| self.shown(*at).and_then(|n| i64::try_from(n).ok()));
        let adds_up = |sum: &Sum| {
            let sum: Option<i64> = sum.iter().map(|(at, sign)| Some(sign * holds(at)?)).sum();
            sum == Some(0)
        };
        let touched = self.sums.iter().filter(|sum| sum.iter().any(|(at, _)| world.contains_key(at)));
        world.iter().all(|(at, cases)| *cases >= least(at)) && touched.into_iter().all(adds_up)
    }
}

#[cfg(test)]
#[path = "prove_tests.rs"]
mod tests;
