//! Calls: the sheet, the hours, and how they end.

mod hours;
mod sheet;
mod wrap_up;
