//! What is published: counts so coarse that nobody can be found in them (`quality.md` section 3).

pub mod axis;
mod case;
pub mod comment;
mod count;
mod groups;
pub mod lattice;
mod period;
pub mod range;
mod series;
pub mod suppress;
pub mod tables;
pub mod tally;

use serde::{Deserialize, Serialize};

pub use axis::Axis;
pub use case::Case;
pub use count::Counter;
pub use groups::{Categories, Volume};
pub use period::{NoPeriod, Period, Span};
pub use series::{Protected, Series};
pub use tables::{Cells, Grain, Key, Table};
pub use tally::Tally;

/// A cell under this many cases, or this many facilities, is withheld.
pub const THRESHOLD: u64 = 10;

/// What was counted, before anything is withheld. Never stored, never shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Incident code.
    pub code: String,
    /// Tickets received in the period.
    pub cases: u64,
    /// Distinct facilities among them.
    pub facilities: u64,
}

/// A published cell; `None` is withheld.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Incident code.
    pub code: String,
    /// Cases, unless withheld.
    pub cases: Option<u64>,
}

/// A month's national cases by incident type, as published. It holds no withheld number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlyReport {
    /// The month it is of.
    pub period: Period,
    /// One cell an incident type, in the order of the list.
    pub cells: Vec<Cell>,
    /// All cases, unless withheld.
    pub total: Option<u64>,
    /// 暫定: drawn before the review by two people exists.
    pub provisional: bool,
}

/// Withholds what is small, and as much more as it takes that the rest doesn't give it away:
/// the smallest shown cell too when one alone is withheld, or when those withheld sum to less than the threshold.
/// Zeros are shown and hide nothing. Where no cell is left to withhold, the total is.
pub fn publish(period: Period, counts: &[Count]) -> MonthlyReport {
    let small = |cases: u64, facilities: u64| cases > 0 && (cases < THRESHOLD || facilities < THRESHOLD);
    let mut withheld: Vec<bool> = counts.iter().map(|c| small(c.cases, c.facilities)).collect();
    let sum: u64 = counts.iter().map(|c| c.cases).sum();
    let mut hide_total = sum > 0 && sum < THRESHOLD;
    loop {
        let hidden = withheld.iter().filter(|w| **w).count();
        let hidden_sum: u64 = counts.iter().zip(&withheld).filter(|(_, w)| **w).map(|(c, _)| c.cases).sum();
        if hidden == 0 || (hidden > 1 && hidden_sum >= THRESHOLD) {
            break;
        }
        let smallest =
            (0..counts.len()).filter(|i| !withheld[*i] && counts[*i].cases > 0).min_by_key(|i| counts[*i].cases);
        match smallest {
            Some(i) => withheld[i] = true,
            None => {
                hide_total = true;
                break;
            }
        }
    }
    let cells = counts
        .iter()
        .zip(&withheld)
        .map(|(count, hidden)| Cell { code: count.code.clone(), cases: (!hidden).then_some(count.cases) })
        .collect();
    MonthlyReport { period, cells, total: (!hide_total).then_some(sum), provisional: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn month(cells: &[(u64, u64)]) -> MonthlyReport {
        let counts: Vec<_> = cells
            .iter()
            .enumerate()
            .map(|(i, (cases, facilities))| Count { code: i.to_string(), cases: *cases, facilities: *facilities })
            .collect();
        publish("2026-10".parse().expect("a month"), &counts)
    }

    fn shown(report: &MonthlyReport) -> Vec<Option<u64>> {
        report.cells.iter().map(|c| c.cases).collect()
    }

    #[test]
    fn few_cases_or_few_facilities_are_withheld_and_zeros_shown() {
        let report = month(&[(40, 30), (9, 9), (12, 3), (0, 0), (25, 20)]);
        assert_eq!(shown(&report), [Some(40), None, None, Some(0), Some(25)]);
        assert_eq!(report.total, Some(86));
    }

    #[test]
    fn one_alone_is_never_withheld_alone() {
        assert_eq!(shown(&month(&[(40, 30), (3, 3), (25, 20)])), [Some(40), None, None]);
    }

    #[test]
    fn withheld_cells_that_sum_to_little_take_the_smallest_shown_with_them() {
        assert_eq!(shown(&month(&[(40, 30), (3, 3), (4, 4), (25, 20)])), [Some(40), None, None, None]);
    }

    #[test]
    fn a_month_with_next_to_nothing_shows_no_total() {
        let report = month(&[(3, 3), (0, 0)]);
        assert_eq!((shown(&report), report.total), (vec![None, Some(0)], None));
    }

    proptest! {
        /// What is withheld can't be had by subtraction: it's several cells that sum to ten or more, or the total is gone.
        #[test]
        fn subtraction_gives_nothing_away(cells in prop::collection::vec((0u64..60, 1u64..60), 1..14)) {
            let cells: Vec<_> = cells.into_iter().map(|(c, f)| (c, f.min(c))).collect();
            let report = month(&cells);
            let hidden: Vec<_> = report.cells.iter().zip(&cells).filter(|(c, _)| c.cases.is_none()).map(|(_, v)| v.0).collect();
            for (cell, (cases, facilities)) in report.cells.iter().zip(&cells) {
                if *cases > 0 && (*cases < THRESHOLD || *facilities < THRESHOLD) { prop_assert_eq!(cell.cases, None); }
            }
            if report.total.is_some() && !hidden.is_empty() {
                prop_assert!(hidden.len() > 1 && hidden.iter().sum::<u64>() >= THRESHOLD);
            }
        }
    }
}
