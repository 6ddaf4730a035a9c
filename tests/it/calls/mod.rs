//! Calls: the sheet, the hours, and how they end.

mod hours;
mod lacking;
mod sheet;
mod wrap_up;
