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

/// Ways in which all cells could be filled without anything shown being another: the truth, and those that were found when
/// a cell was pushed as far as it goes. What such a world shows of a cell needs no solving.
#[derive(Debug, Clone)]
pub struct Worlds<'a> {
    lattice: &'a Lattice,
    found: Vec<Vec<f64>>,
    ranges: Vec<Range>,
}

impl<'a> Worlds<'a> {
    /// The truth alone.
    pub fn new(lattice: &'a Lattice) -> Self {
        let truth: Vec<f64> = lattice.cells().iter().map(|tally| tally.cases as f64).collect();
        let ranges = truth.iter().map(|cases| Range { least: *cases, most: *cases }).collect();
        Self { lattice, found: vec![truth], ranges }
    }

    /// Between which numbers a cell was seen so far; it may reach further.
    pub fn seen(&self, cell: At) -> Range {
        self.ranges[cell]
    }

    /// Those in which a cell holds what it does in truth: what is left once it's shown.
    pub fn showing(&self, cell: At) -> Self {
        let mut kept = Self::new(self.lattice);
        let truth = self.found[0][cell];
        let agrees = |world: &&Vec<f64>| (world[cell] - truth).abs() < CLOSE;
        self.found[1..].iter().filter(agrees).for_each(|world| kept.keep(world.clone()));
        kept
    }

    /// The most that a withheld cell can hold.
    pub fn most(&mut self, withheld: &[bool], cell: At) -> f64 {
        if let End::None = self.push(withheld, cell, OptimizationDirection::Maximize) {
            self.ranges[cell].most = f64::INFINITY;
        }
        self.ranges[cell].most
    }

    /// The least that a withheld cell can hold.
    pub fn least(&mut self, withheld: &[bool], cell: At) -> f64 {
        match self.push(withheld, cell, OptimizationDirection::Minimize) {
            // What can't be told is told as the least that it might be.
            End::Untold => f64::from(u8::from(!self.lattice.is_unpublished(cell))),
            End::Found | End::None => self.ranges[cell].least,
        }
    }

    /// Pushes a cell as far as it goes, and keeps the world in which it is there. Zeros are shown, so that a withheld cell
    /// holds one at least; one that stands in no table may hold nothing. What a solver can't answer is no world.
    fn push(&mut self, withheld: &[bool], cell: At, direction: OptimizationDirection) -> End {
        let lattice = self.lattice;
        let cells = lattice.together(cell, |at| withheld[at]);
        let mut problem = Problem::new(direction);
        let mut variables = HashMap::new();
        for at in &cells {
            let least = f64::from(u8::from(!lattice.is_unpublished(*at)));
            let worth = f64::from(u8::from(*at == cell));
            variables.insert(*at, problem.add_var(worth, (least, f64::INFINITY)));
        }
        for row in lattice.rows_over(&cells) {
            let (mut sum, mut known) = (Vec::new(), 0.0);
            for (at, sign) in row.signed() {
                match variables.get(&at) {
                    Some(variable) => sum.push((*variable, sign)),
                    None => known += sign * lattice.cells()[at].cases as f64,
                }
            }
            problem.add_constraint(&sum, ComparisonOp::Eq, -known);
        }
        match problem.solve() {
            Ok(SolveOutcome::Solution(solution)) => {
                let mut world = self.found[0].clone();
                variables.iter().for_each(|(at, variable)| world[*at] = solution.var_value_raw(*variable));
                self.keep(world);
                End::Found
            }
            Err(microlp::Error::Unbounded) => End::None,
            _ => End::Untold,
        }
    }

    fn keep(&mut self, world: Vec<f64>) {
        for (range, cases) in self.ranges.iter_mut().zip(&world) {
            *range = Range { least: range.least.min(*cases), most: range.most.max(*cases) };
        }
        self.found.push(world);
    }
}

/// Numbers that are the same but for rounding.
const CLOSE: f64 = 1e-6;

/// Whether there is a furthest point.
enum End {
    /// As far as it goes.
    Found,
    /// It goes on for ever.
    None,
    /// The solver can't tell.
    Untold,
}
