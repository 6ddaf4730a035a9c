//! The cells of a year's reports, and how they sum: what a reader may reckon with.

use super::tally::Tally;

/// A cell's place in a [`Lattice`].
pub type At = usize;

/// A sum that a reader knows of: the parts make the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The whole.
    pub whole: At,
    /// Its parts.
    pub parts: Vec<At>,
}

impl Row {
    /// All its cells with their signs: the parts less the whole are nothing.
    pub fn signed(&self) -> impl Iterator<Item = (At, f64)> {
        self.parts.iter().map(|part| (*part, 1.0)).chain([(self.whole, -1.0)])
    }
}

/// The cells of every table that a reader holds together, and their sums.
#[derive(Debug, Clone, Default)]
pub struct Lattice {
    cells: Vec<Tally>,
    rows: Vec<Row>,
    rows_of: Vec<Vec<usize>>,
    unpublished: Vec<bool>,
}

impl Lattice {
    /// Of cells and their sums. The unpublished stand in no table, though a reader may work them out.
    pub fn new(cells: Vec<Tally>, rows: Vec<Row>, unpublished: Vec<bool>) -> Self {
        let mut rows_of = vec![Vec::new(); cells.len()];
        for (nth, row) in rows.iter().enumerate() {
            row.signed().for_each(|(cell, _)| rows_of[cell].push(nth));
        }
        Self { cells, rows, rows_of, unpublished }
    }

    /// What the cells count.
    pub fn cells(&self) -> &[Tally] {
        &self.cells
    }

    /// The sums.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Whether a cell stands in no table.
    pub fn is_unpublished(&self, cell: At) -> bool {
        self.unpublished[cell]
    }

    /// The sums that a cell stands in.
    pub fn rows_of(&self, cell: At) -> impl Iterator<Item = &Row> {
        self.rows_of[cell].iter().map(|nth| &self.rows[*nth])
    }

    /// The cells that hang together with one through sums of such cells, itself among them, in order.
    pub fn together(&self, cell: At, such: impl Fn(At) -> bool) -> Vec<At> {
        let mut found = vec![cell];
        let mut seen = vec![false; self.cells.len()];
        seen[cell] = true;
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            next += 1;
            for (other, _) in self.rows_of(at).flat_map(Row::signed) {
                if such(other) && !std::mem::replace(&mut seen[other], true) {
                    found.push(other);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The sums in which any of these cells stands, each once, in order.
    pub fn rows_over(&self, cells: &[At]) -> Vec<&Row> {
        let mut rows: Vec<usize> = cells.iter().flat_map(|cell| self.rows_of[*cell].iter().copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        rows.into_iter().map(|nth| &self.rows[nth]).collect()
    }
}
