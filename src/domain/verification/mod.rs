//! Proving who calls: what is recorded, tried, and looked at again with a newer directory.

pub mod recheck;
pub mod record;
pub mod tries;
