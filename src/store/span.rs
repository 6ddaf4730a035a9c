//! Rows of a stretch of time.

use sea_orm::{ColumnTrait, Condition};

use crate::domain::time::Span;

/// What a column says lies in a stretch.
pub(in crate::store) fn within(column: impl ColumnTrait, (from, until): Span) -> Condition {
    Condition::all().add(column.gte(from)).add(column.lt(until))
}
