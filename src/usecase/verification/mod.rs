//! Proving who calls: the one door to the engine, what is recorded, and looking again with a newer directory.

pub mod api;
pub mod look_up;
pub mod recheck;
pub mod record;
