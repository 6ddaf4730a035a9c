//! What was wrong with a row.

use serde::Serialize;

/// Something that was repaired in a row or kept the row out. Never holds the field's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// File line where the record begins, from 1.
    pub line: u64,
    /// Header of the column.
    pub column: String,
    /// Stable code; `repaired.*` went in, `rejected.*` and `contradiction.*` did not.
    pub code: &'static str,
    /// What happened and what to do, in Japanese.
    pub message: String,
}
