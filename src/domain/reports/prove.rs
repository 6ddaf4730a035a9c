//! Whether a reader can work something out, found out apart from what withheld it: for each withheld cell that may be small
//! there are worlds in whole numbers, equal in all that is shown, in which it's small, and in which it isn't (`quality.md`
//! section 3). In all of them every withheld cell holds two cases at least where it does: they hold as well for a reader
//! who knows two cases of any.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolutionStatus, SolveOptions, SolveOutcome};

use super::book::{Book, World};
pub use super::book::{Told, Truth};
use super::follow::follow;
use super::groups::Categories;
use super::tables::Key;

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
/// So many cells are first looked for one by one.
const FEW: usize = 24;

/// Between which numbers worlds that were found have each cell.
type Seen = BTreeMap<usize, (i64, i64)>;

/// A cell that is withheld, or that stands in no table, of which a reader may learn too much; none where there is none. A
/// search that is given up counts as one.
///
/// `truth` says what is true of what stands in no table, where that was counted: the truth is a world, too.
pub fn unproven(told: &Told, truth: impl Fn(&Key) -> Option<u64>, categories: &Categories, k: u64) -> Option<Key> {
    let all = follow(&told.keys().cloned().collect(), categories);
    let book = Book::of(&all, told, categories);
    let truth: Vec<Option<i64>> = book.keys.iter().map(|key| book.in_truth(key, &truth)).collect();
    book.pieces().iter().find_map(|together| book.open(together, &truth, k)).map(|cell| book.keys[cell].clone())
}

impl Book<'_> {
    /// A cell of a piece that isn't proven; none where all are.
    fn open(&self, together: &[usize], truth: &[Option<i64>], k: u64) -> Option<usize> {
        let mut seen = Seen::new();
        let world: Option<World> = together.iter().map(|at| Some((*at, truth[*at]?))).collect();
        let world = world.unwrap_or_default();
        self.keep(world.clone(), KNOWN, &mut seen);
        // Of what stands in no table the truth is often enough. The others are found in worlds that lie far apart: were the
        // truth seen of them, all would be pushed the same way, and few could go.
        seen.retain(|at, _| !self.told.contains_key(self.keys[*at]));
        let (mut left, mut idle, mut moves) = (usize::MAX, 0, FEW);
        for sweep in 0..SWEEPS {
            let pushes = self.pushes(together, &seen, k, sweep);
            if pushes.is_empty() {
                return None;
            }
            if pushes.len() <= FEW && moves > 0 {
                pushes.keys().for_each(|cell| self.move_away(*cell, &world, &mut seen, k, &mut moves));
                moves = 0;
                continue;
            }
            idle = if pushes.len() * 10 < left.saturating_mul(9) { 0 } else { idle + 1 };
            left = pushes.len();
            if idle > IDLE {
                break;
            }
            self.search(&pushes, OptimizationDirection::Maximize, KNOWN, &mut seen, together);
        }
        let mut searches = (WORK / together.len().max(1)).clamp(*SEARCHES.start(), *SEARCHES.end());
        let mut moves = searches;
        together.iter().copied().find(|cell| {
            self.move_away(*cell, &world, &mut seen, k, &mut moves);
            !self.is_safe(*cell, &mut seen, together, k, &mut searches)
        })
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

    /// Looks for a world near the truth in which a cell that isn't seen wide is where it has to be able to be: as little
    /// as can be moves with it.
    fn move_away(&self, cell: usize, truth: &World, seen: &mut Seen, k: u64, moves: &mut usize) {
        let k = i64::try_from(k).unwrap_or(i64::MAX);
        let Some(cases) = truth.get(&cell).copied() else { return };
        if *moves == 0 || seen.get(&cell).is_some_and(|range| self.is_wide(cell, *range, k)) {
            return;
        }
        *moves -= 1;
        let to = match (self.told.contains_key(self.keys[cell]), cases < k) {
            (false, _) => 0,
            (true, true) => k.max(cases + k / 2),
            (true, false) => (k - 1).min(cases - k / 2),
        };
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let mut moving = BTreeMap::new();
        for (at, cases) in truth {
            let least = self.told.get(self.keys[*at]).map_or(0, |(_, truth)| truth.cases.min(KNOWN) as i64);
            let own = |far: i64| if *at == cell { far.max(0) as f64 } else { 0.0 };
            let room = if *at == cell && to > *cases { 0 } else { cases - least };
            let up = if *at == cell && to < *cases { 0.0 } else { f64::INFINITY };
            let more = problem.add_var(1.0, (own(to - cases), up));
            let less = problem.add_var(1.0, (own(cases - to).min(room as f64), room as f64));
            moving.insert(*at, (more, less));
        }
        for sum in self.sums.iter().filter(|sum| sum.iter().any(|(at, _)| moving.contains_key(at))) {
            let terms = sum.iter().filter_map(|(at, sign)| Some((moving.get(at)?, *sign as f64)));
            let terms = terms.flat_map(|((more, less), sign)| [(*more, sign), (*less, -sign)]);
            problem.add_constraint(terms.collect::<Vec<_>>(), ComparisonOp::Eq, 0.0);
        }
        let Ok(SolveOutcome::Solution(solution)) = problem.solve() else { return };
        let moved = |(more, less)| (solution.var_value_raw(more) - solution.var_value_raw(less)).round() as i64;
        self.keep(truth.iter().map(|(at, cases)| (*at, cases + moved(moving[at]))).collect(), KNOWN, seen);
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
        let world: World =
            variables.iter().map(|(at, variable)| (*at, solution.var_value_raw(*variable).round() as i64)).collect();
        self.keep(world, known, seen);
        (solution.status() == SolutionStatus::Optimal).then(|| solution.objective())
    }

    /// Remembers a world, if it is one.
    fn keep(&self, world: World, known: u64, seen: &mut Seen) {
        if self.agrees(&world, known) {
            for (at, cases) in world {
                let range = seen.entry(at).or_insert((cases, cases));
                *range = (range.0.min(cases), range.1.max(cases));
            }
        }
    }
}

#[cfg(test)]
#[path = "prove_tests.rs"]
mod tests;
