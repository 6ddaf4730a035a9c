//! The steps of the desk, on real databases: what they do, what they refuse, what they leave behind.

mod audit;
mod audit_chain;
mod audit_page;
mod call_end;
mod callbacks;
mod directory;
mod directory_pieces;
mod hours;
mod journals;
mod links;
mod number_tries;
mod own_account;
#[cfg(feature = "passkeys")]
mod passkeys;
mod remote;
mod reports;
mod retention;
mod retention_clock;
pub(crate) mod retention_runs;
mod seals;
mod second_factor;
mod sheet;
mod sign_in;
mod sign_in_crowd;
mod sign_in_limits;
mod timeline;
mod transitions;
mod trial;
mod verification;
