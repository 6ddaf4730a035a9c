//! Whether a reader can work something out, found out apart from what withheld it: for each withheld cell that may be small
//! there are worlds in whole numbers, equal in all that is shown, in which it's small, and in which it isn't (`quality.md`
//! section 3). In all of them every withheld cell holds two cases at least where it does: they hold as well for a reader
//! who knows two cases of any.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, SolveOutcome, Variable};

use super::book::{Book, Reader, World};
pub use super::book::{Told, Truth};
use super::follow::follow;
use super::groups::Categories;
use super::tables::Key;

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

/// Whether cases are counted in whole numbers.
#[derive(Debug, Clone, Copy)]
enum Parts {
    Whole,
    Any,
}

impl Parts {
    /// How many cases, between two numbers.
    fn add(self, problem: &mut Problem, worth: f64, (least, most): (i32, i32)) -> Variable {
        match self {
            Self::Whole => problem.add_integer_var(worth, (least, most)),
            Self::Any => problem.add_var(worth, (f64::from(least), f64::from(most))),
        }
    }
}

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
        self.keep(world.clone(), &mut seen);
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
            if let Some(found) = self.search(&pushes, OptimizationDirection::Maximize, Reader::OfAll, together) {
                self.keep(found, &mut seen);
            }
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
        let to = match (self.told.contains_key(self.keys[cell]), cases < k) {
            // What stands in no table may be nothing or large: the nearer first.
            (false, _) if cases < k / 2 => [0, k],
            (false, _) => [k, 0],
            (true, true) => [k.max(cases + k / 2); 2],
            (true, false) => [(k - 1).min(cases - k / 2); 2],
        };
        // In parts of cases it's soon found, and they're whole more often than not.
        for (to, parts) in to.into_iter().flat_map(|to| [(to, Parts::Any), (to, Parts::Whole)]) {
            if *moves > 0 && !seen.get(&cell).is_some_and(|range| self.is_wide(cell, *range, k)) {
                *moves -= 1;
                if let Some(world) = self.near(truth, cell, to, parts) {
                    self.keep(world, seen);
                }
            }
        }
    }

    /// A world near the truth in which a cell holds so many, as the solver says it.
    fn near(&self, truth: &World, cell: usize, to: i64, parts: Parts) -> Option<World> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let mut moving = BTreeMap::new();
        for (at, cases) in truth {
            let least = self.least(*at, Reader::OfAll);
            let room = if *at == cell && to > *cases { 0 } else { cases - least };
            let up = if *at == cell && to < *cases { 0 } else { i32::MAX };
            let own = |far: i64| if *at == cell { i32::try_from(far.max(0)).unwrap_or(i32::MAX) } else { 0 };
            let room = i32::try_from(room).unwrap_or(i32::MAX);
            let more = parts.add(&mut problem, 1.0, (own(to - cases), up));
            let less = parts.add(&mut problem, 1.0, (own(cases - to).min(room), room));
            moving.insert(*at, (more, less));
        }
        for sum in self.sums.iter().filter(|sum| sum.iter().any(|(at, _)| moving.contains_key(at))) {
            let terms = sum.iter().filter_map(|(at, sign)| Some((moving.get(at)?, *sign as f64)));
            let terms = terms.flat_map(|((more, less), sign)| [(*more, sign), (*less, -sign)]);
            problem.add_constraint(terms.collect::<Vec<_>>(), ComparisonOp::Eq, 0.0);
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(BRANCHES);
        let Ok(SolveOutcome::Solution(solution)) = problem.solve_with(options) else { return None };
        let moved = |(more, less)| (solution.var_value_raw(more) - solution.var_value_raw(less)).round() as i64;
        Some(truth.iter().map(|(at, cases)| (*at, cases + moved(moving[at]))).collect())
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
            if let Some(found) = self.search(&alone, direction, Reader::OfAll, together) {
                self.keep(found, seen);
            }
        }
        let apart = if told.is_some_and(|(_, truth)| truth.narrow) { k / 2 } else { 1 };
        let spreads = |(least, most): &(i64, i64)| *least >= k && most - least >= apart;
        if wide(seen) || told.is_none() || !seen.get(&cell).is_some_and(spreads) {
            return wide(seen);
        }
        let most = seen.get(&cell).map_or(0, |(_, most)| *most);
        self.is_small_for_each(cell, k, most, together, searches)
    }

    /// What can't be small for a reader who knows two cases of every cell at once: whether it can't for one who knows
    /// nothing either, so that it's only never exact; or whether it may be small, and far from the `most` that it may be,
    /// for each who knows two cases of one other.
    fn is_small_for_each(&self, cell: usize, k: i64, most: i64, together: &[usize], searches: &mut usize) -> bool {
        let alone = BTreeMap::from([(cell, 1.0)]);
        // In parts of cases it may be less than in whole ones, never more.
        let (problem, _) = self.problem(&alone, OptimizationDirection::Minimize, Reader::OfNone, together, Parts::Any);
        if let Ok(SolveOutcome::Solution(solution)) = problem.solve()
            && solution.objective() >= k as f64 - 1e-6
        {
            return true;
        }
        let small = (k - 1).min(most - k / 2);
        let others = together.iter().copied().filter(|at| *at != cell);
        let knows_two = |at: &usize| self.least(*at, Reader::Of(*at)) > self.least(*at, Reader::OfNone);
        let mut left: Vec<usize> = others.filter(knows_two).collect();
        let mut reader = Reader::OfNone;
        while *searches > 0 {
            *searches -= 1;
            let Some(world) = self.search(&alone, OptimizationDirection::Minimize, reader, together) else { break };
            let holds = |cell: &usize| world.get(cell).copied().unwrap_or_default();
            if !self.agrees(&world, reader) || holds(&cell) > small {
                break;
            }
            left.retain(|at| holds(at) < self.least(*at, Reader::Of(*at)));
            let Some(next) = left.first() else { return true };
            reader = Reader::Of(*next);
        }
        false
    }

    /// Looks for a world in which cells are as far as can be where they are pushed, as the solver says it.
    fn search(
        &self,
        pushes: &BTreeMap<usize, f64>,
        direction: OptimizationDirection,
        reader: Reader,
        together: &[usize],
    ) -> Option<World> {
        let (problem, variables) = self.problem(pushes, direction, reader, together, Parts::Whole);
        let mut options = SolveOptions::default();
        options.node_limit = Some(BRANCHES);
        let Ok(SolveOutcome::Solution(solution)) = problem.solve_with(options) else { return None };
        let world = variables.into_iter().map(|(at, variable)| (at, solution.var_value_raw(variable).round() as i64));
        Some(world.collect())
    }

    /// What is to be filled by a reader, and how: all that isn't shown, so that everything adds up.
    fn problem(
        &self,
        pushes: &BTreeMap<usize, f64>,
        direction: OptimizationDirection,
        reader: Reader,
        together: &[usize],
        parts: Parts,
    ) -> (Problem, BTreeMap<usize, Variable>) {
        let mut problem = Problem::new(direction);
        let mut variables = BTreeMap::new();
        for at in together {
            // Several at once are pushed no further than is of use, so that no sum is pushed without end.
            let most = match self.told.get(self.keys[*at]) {
                Some((_, truth)) if pushes.len() > 1 => truth.cases.saturating_mul(2) + FAR,
                _ => u64::MAX,
            };
            let least = i32::try_from(self.least(*at, reader)).unwrap_or_default();
            let most = i32::try_from(most).unwrap_or(i32::MAX);
            let worth = pushes.get(at).copied().unwrap_or_default();
            variables.insert(*at, parts.add(&mut problem, worth, (least, most)));
        }
        for sum in self.sums.iter().filter(|sum| sum.iter().any(|(at, _)| variables.contains_key(at))) {
            let fixed: i64 =
                sum.iter().map(|(at, sign)| sign * self.shown(*at).map_or(0, |n| i64::try_from(n).unwrap_or(0))).sum();
            let terms = sum.iter().filter_map(|(at, sign)| Some((*variables.get(at)?, *sign as f64)));
            problem.add_constraint(terms.collect::<Vec<_>>(), ComparisonOp::Eq, -(fixed as f64));
        }
        (problem, variables)
    }

    /// Remembers a world, if it is one for every reader.
    fn keep(&self, world: World, seen: &mut Seen) {
        if self.agrees(&world, Reader::OfAll) {
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
