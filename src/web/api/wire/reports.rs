//! Reports over the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::reports as rules;

/// A month's national cases by incident type, as published. It holds no withheld number.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonthlyReport {
    /// `2026-10`
    pub period: String,
    /// One cell an incident type, in the order of the list.
    pub cells: Vec<Cell>,
    /// All cases, unless withheld.
    pub total: Option<u64>,
    /// 暫定: drawn before the review by two people exists.
    pub provisional: bool,
}

/// A published cell; `None` is withheld.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cell {
    /// Incident code.
    pub code: String,
    /// Cases, unless withheld.
    pub cases: Option<u64>,
}

impl From<rules::MonthlyReport> for MonthlyReport {
    fn from(report: rules::MonthlyReport) -> Self {
        let cell = |cell: rules::Cell| Cell { code: cell.code, cases: cell.cases };
        Self {
            period: report.period.to_string(),
            cells: report.cells.into_iter().map(cell).collect(),
            total: report.total,
            provisional: report.provisional,
        }
    }
}
