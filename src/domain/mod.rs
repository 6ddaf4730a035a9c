//! RULES. Pure: no async, no I/O, no clock, no SQL, no HTTP.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod calls;
pub mod claims;
mod codes;
pub mod ctx;
pub mod desks;
pub mod fast_map;
pub mod id;
pub mod incidents;
pub mod jobs;
pub mod masked;
pub mod matching;
pub mod members;
pub mod page;
pub mod referrals;
pub mod refusal;
pub mod reports;
pub mod retention;
pub mod scheme;
pub mod search;
pub mod source;
pub mod text;
pub mod tickets;
pub mod time;
pub mod verification;
