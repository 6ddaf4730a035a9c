//! The record of an incident: opened, told, and the clocks that follow from it.

pub mod clocks;
pub mod evidence;
pub mod record;
pub mod upcoming;
