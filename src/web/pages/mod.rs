//! Pages: take the form, call the step, answer with a page or send on.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod calls;
pub mod claims;
pub mod desks;
pub mod frame;
pub mod health;
pub mod incidents;
pub mod jobs;
pub mod members;
pub mod referrals;
pub mod reports;
pub mod tickets;
