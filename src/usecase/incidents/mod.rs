//! The record of an incident: opened, told, and the clocks that follow from it.

pub mod campaigns;
pub mod clocks;
pub mod evidence;
pub mod indicators;
pub mod radar;
pub mod record;
pub mod upcoming;
