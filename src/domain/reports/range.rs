//! Between which numbers a reader who reckons can place a withheld cell.

use std::collections::HashMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome};

use super::lattice::{At, Lattice};

/// The least and the most that a withheld cell can hold, as a reader works out from all that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The least.
    pub least: f64,
    /// The most; infinite where nothing bounds it.
    pub most: f64,
}

/// The range of a withheld cell. Zeros are shown, so that a withheld cell holds one at least; one that stands in no table
/// may hold nothing.
pub fn range(lattice: &Lattice, withheld: &[bool], cell: At) -> Range {
    let cells = lattice.together(cell, |at| withheld[at]);
    let end = |direction| reckon(lattice, withheld, &cells, cell, direction);
    Range {
        least: end(OptimizationDirection::Minimize).unwrap_or_default(),
        most: end(OptimizationDirection::Maximize).unwrap_or(f64::INFINITY),
    }
}

/// One end of it; none where there is none. What a solver can't answer counts as the end that gives most away: the
/// truth itself.
fn reckon(
    lattice: &Lattice,
    withheld: &[bool],
    cells: &[At],
    cell: At,
    direction: OptimizationDirection,
) -> Option<f64> {
    let mut problem = Problem::new(direction);
    let mut variables = HashMap::new();
    for at in cells {
        let (worth, least) = (f64::from(u8::from(*at == cell)), f64::from(u8::from(!lattice.is_unpublished(*at))));
        variables.insert(*at, problem.add_var(worth, (least, f64::INFINITY)));
    }
    for row in lattice.rows_over(cells) {
        let (mut sum, mut known) = (Vec::new(), 0.0);
        for (at, sign) in row.signed() {
            match variables.get(&at).filter(|_| withheld[at]) {
                Some(variable) => sum.push((*variable, sign)),
                None => known += sign * lattice.cells()[at].cases as f64,
            }
        }
        problem.add_constraint(&sum, ComparisonOp::Eq, -known);
    }
    match problem.solve() {
        Ok(SolveOutcome::Solution(solution)) => Some(solution.objective()),
        Err(microlp::Error::Unbounded) => None,
        _ => Some(lattice.cells()[cell].cases as f64),
    }
}
