//! PAGES. maud only: structs in, Markup out. No function here is async or can fail.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod calls;
pub mod claims;
pub mod components;
pub mod desks;
pub mod format;
pub mod incidents;
pub mod jobs;
pub mod layout;
pub mod members;
pub mod places;
pub mod problem;
pub mod referrals;
pub mod reports;
pub mod retention;
pub mod tickets;
