//! Proving who calls, and what guessing costs.

mod record;
mod tries;
