//! Which cells are withheld: those that say too much by themselves, and as many more as it takes that nobody reckons
//! them out, over every table of every period that a reader holds together (`quality.md` section 3).

use std::collections::{BTreeSet, HashMap};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome, Variable};

use super::lattice::{At, Lattice, Row};
use super::range::{Range, Worlds};
use super::tally::hides_enough;

/// Rounds after which a report is too fine to be protected.
const ROUNDS: usize = 60;
/// Cases of any other withheld cell that a reader may know.
const MARGIN: f64 = 2.0;

/// What a reader sees of each cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// It's withheld.
    pub withheld: Vec<bool>,
    /// It was published, as it is, or stands in no table.
    pub frozen: Vec<bool>,
    /// Cells that weren't proven although nothing was found at fault: they're given more room, to both sides.
    pub doubted: BTreeSet<At>,
}

impl Marks {
    /// Before anything is published: what stands in no table isn't seen.
    pub fn fresh(lattice: &Lattice) -> Self {
        let unseen: Vec<bool> = (0..lattice.cells().len()).map(|at| lattice.is_unpublished(at)).collect();
        Self { withheld: unseen.clone(), frozen: unseen, ..Self::default() }
    }
}

/// Something that a reader would work out.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// A cell, unless it could as well hold so many, or so few.
    Cell(At, f64),
    /// What a sum withholds is too little.
    Row(usize),
}

/// Withholds what must be; none where the tables are too fine for that. What was published stays as it is.
pub fn protect(lattice: &Lattice, mut marks: Marks, k: u64) -> Option<Marks> {
    for (at, tally) in lattice.cells().iter().enumerate() {
        if !marks.frozen[at] && tally.is_sensitive(k) {
            marks.withheld[at] = true;
        }
    }
    let all: Vec<At> = (0..lattice.cells().len()).collect();
    // The more is withheld the more is possible: what was found possible stays so.
    let mut worlds = Worlds::new(lattice);
    for _ in 0..ROUNDS {
        let faults = faults(lattice, &marks, &mut worlds, &all, k);
        if faults.is_empty() {
            show_again(lattice, &mut marks, worlds, k);
            return Some(marks);
        }
        let mut moved = false;
        for fault in faults {
            // What was withheld for another may have mended this one.
            if is_fault(lattice, &marks, &mut worlds, fault, k) {
                moved |= mend(lattice, &mut marks, fault);
            }
        }
        if !moved {
            return None;
        }
    }
    None
}

/// What a reader would work out among these cells and the sums they stand in.
fn faults(lattice: &Lattice, marks: &Marks, worlds: &mut Worlds<'_>, cells: &[At], k: u64) -> Vec<Fault> {
    let withheld = cells.iter().filter(|at| marks.withheld[**at]);
    let mut faults: Vec<Fault> = withheld.filter_map(|at| cell_fault(lattice, marks, worlds, *at, k)).collect();
    let over = |nth: &usize| lattice.rows()[*nth].signed().any(|(at, _)| cells.binary_search(&at).is_ok());
    let rows = (0..lattice.rows().len()).filter(over);
    faults.extend(rows.filter(|nth| row_fault(lattice, marks, &lattice.rows()[*nth], k)).map(Fault::Row));
    faults
}

fn is_fault(lattice: &Lattice, marks: &Marks, worlds: &mut Worlds<'_>, fault: Fault, k: u64) -> bool {
    match fault {
        Fault::Cell(at, _) => cell_fault(lattice, marks, worlds, at, k).is_some(),
        Fault::Row(nth) => row_fault(lattice, marks, &lattice.rows()[nth], k),
    }
}

/// A withheld cell that may be small must as well be able not to be, and spread; one that was withheld for its facilities
/// must spread, and any other is never exact.
fn cell_fault(lattice: &Lattice, marks: &Marks, worlds: &mut Worlds<'_>, at: At, k: u64) -> Option<Fault> {
    let margin = if marks.doubted.contains(&at) { 2.0 * MARGIN } else { MARGIN };
    let (threshold, spread) = (k as f64, k as f64 / 2.0 + margin);
    // What stands in no table may be worked out, unless that's a small number.
    if lattice.is_unpublished(at) {
        let is_safe = |range: Range| range.least < 0.5 || range.most > threshold - 0.5;
        let safe = is_safe(worlds.seen(at))
            || worlds.least(&marks.withheld, at) < 0.5
            || worlds.most(&marks.withheld, at) > threshold - 0.5;
        return (!safe).then_some(Fault::Cell(at, threshold + margin));
    }
    // One that may be small only for a reader who knows nothing tells another that it isn't.
    let small = threshold - 1.0 - margin;
    if marks.doubted.contains(&at)
        && worlds.seen(at).least > small
        && (small + 1e-6..threshold - 1e-6).contains(&worlds.least(&marks.withheld, at))
    {
        return Some(Fault::Cell(at, small));
    }
    let enough = |range: Range| range.most >= (threshold + margin).max(range.least + spread) - 1e-6;
    if enough(worlds.seen(at)) {
        return None;
    }
    let most = worlds.most(&marks.withheld, at);
    if enough(worlds.seen(at)) {
        return None;
    }
    let least = worlds.least(&marks.withheld, at);
    let needed = if least < threshold {
        (threshold + margin).max(least + spread)
    } else if lattice.cells()[at].is_narrow(k) {
        least + spread
    } else {
        least + margin
    };
    (most < needed - 1e-6).then_some(Fault::Cell(at, needed))
}

/// What is withheld of a sum that is shown.
fn row_fault(lattice: &Lattice, marks: &Marks, row: &Row, k: u64) -> bool {
    let hidden = row.parts.iter().filter(|at| marks.withheld[**at]).map(|at| &lattice.cells()[*at]);
    !marks.withheld[row.whole] && hidden.clone().next().is_some() && !hides_enough(hidden, k)
}

/// Withholds what helps; false where nothing does.
fn mend(lattice: &Lattice, marks: &mut Marks, fault: Fault) -> bool {
    let new = match fault {
        Fault::Cell(at, needed) => partners(lattice, marks, at, needed),
        Fault::Row(nth) => cheapest(lattice, marks, &lattice.rows()[nth]).into_iter().collect(),
    };
    new.iter().for_each(|at| marks.withheld[*at] = true);
    !new.is_empty()
}

/// Whether a cell may be withheld that isn't yet. Zeros are shown: they hide nothing.
fn is_candidate(lattice: &Lattice, marks: &Marks, at: At) -> bool {
    !marks.withheld[at] && !marks.frozen[at] && lattice.cells()[at].cases > 0
}

/// What it costs to withhold a cell: the more it says the dearer. Of equals one always comes first.
fn cost(lattice: &Lattice, at: At) -> f64 {
    let scattered = (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    (1.0 + lattice.cells()[at].cases as f64).ln() * (1.0 + 0.05 * (scattered as f64 / f64::from(1 << 24)))
}

fn cheapest(lattice: &Lattice, marks: &Marks, row: &Row) -> Option<At> {
    let least = |of: &mut dyn Iterator<Item = At>| {
        of.filter(|at| is_candidate(lattice, marks, *at))
            .min_by(|one, other| cost(lattice, *one).total_cmp(&cost(lattice, *other)))
    };
    least(&mut row.parts.iter().copied()).or_else(|| least(&mut [row.whole].into_iter()))
}

/// The cells that must move with one for it to hold as many as needed, or as few, all sums kept: the cheapest such cells.
fn partners(lattice: &Lattice, marks: &Marks, cell: At, needed: f64) -> Vec<At> {
    let cells = lattice.together(cell, |at| marks.withheld[at] || is_candidate(lattice, marks, at));
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let truth = |at: At| lattice.cells()[at].cases as f64;
    // What stands in no table may hold nothing.
    let least = |at: At| f64::from(u8::from(!lattice.is_unpublished(at)));
    let mut moves: HashMap<At, (Variable, Variable)> = HashMap::new();
    for at in &cells {
        let cost = if marks.withheld[*at] { 0.001 } else { cost(lattice, *at) };
        let (up, down) = match needed - truth(cell) {
            _ if *at != cell => ((0.0, f64::INFINITY), (0.0, truth(*at) - least(*at))),
            far if far < 0.0 => ((0.0, 0.0), (-far, -far)),
            far => ((far, f64::INFINITY), (0.0, 0.0)),
        };
        let (more, less) = (problem.add_var(cost, up), problem.add_var(cost, down));
        moves.insert(*at, (more, less));
    }
    for row in lattice.rows_over(&cells) {
        let moving = row.signed().filter_map(|(at, sign)| Some((moves.get(&at)?, sign)));
        let sum: Vec<(Variable, f64)> =
            moving.flat_map(|((more, less), sign)| [(*more, sign), (*less, -sign)]).collect();
        problem.add_constraint(&sum, ComparisonOp::Eq, 0.0);
    }
    let Ok(SolveOutcome::Solution(solution)) = problem.solve() else { return Vec::new() };
    let by = |variable: Variable| solution.var_value_raw(variable);
    let moved = |at: &At| (by(moves[at].0) - by(moves[at].1)).abs() > 1e-6;
    cells.iter().copied().filter(|at| !marks.withheld[*at] && moved(at)).collect()
}

/// Shows again what nobody needs withheld, the dearest first.
fn show_again(lattice: &Lattice, marks: &mut Marks, mut worlds: Worlds<'_>, k: u64) {
    let all = lattice.cells();
    let mut complements: Vec<At> =
        (0..all.len()).filter(|at| marks.withheld[*at] && !marks.frozen[*at] && !all[*at].is_sensitive(k)).collect();
    complements.sort_by(|one, other| cost(lattice, *other).total_cmp(&cost(lattice, *one)));
    for at in complements {
        let touched = lattice.together(at, |other| marks.withheld[other]);
        marks.withheld[at] = false;
        let mut left = worlds.showing(at);
        if faults(lattice, marks, &mut left, &touched, k).is_empty() {
            worlds = left;
        } else {
            marks.withheld[at] = true;
        }
    }
}
