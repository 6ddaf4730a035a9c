//! Calls: the sheet, the hours, and how they end.

mod clinic_hours;
mod conversation;
mod follow;
mod hours;
mod lacking;
mod outbound;
mod sheet;
mod telephone;
mod wrap_up;
