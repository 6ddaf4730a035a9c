//! One file a table, shaped after the migrations; no rules here.

#![allow(missing_docs, reason = "columns are documented in the migrations")]

pub mod accounts;
pub mod audit_entries;
pub mod audit_reviews;
pub mod audit_subjects;
pub mod call_docs;
pub mod call_tickets;
pub mod callbacks;
pub mod calls;
pub mod category_periods;
pub mod claims;
pub mod clocks;
pub mod counters;
pub mod directory_imports;
pub mod entries;
pub mod escalations;
pub mod facilities;
pub mod facility_marks;
pub mod factors;
pub mod holds;
pub mod idempotency;
pub mod journals;
pub mod known_sources;
pub mod leases;
pub mod members;
pub mod number_tallies;
pub mod number_tries;
pub mod numbers_heard;
pub mod passkey_challenges;
pub mod passkeys;
pub mod recovery_codes;
pub mod remote_sessions;
pub mod reports;
pub mod retention_nights;
pub mod retention_waits;
pub mod search_docs;
pub mod sessions;
pub mod sheet_fields;
pub mod sheet_history;
pub mod sign_in_delays;
pub mod tasks;
pub mod tenures;
pub mod tickets;
pub mod tokens;
pub mod verifications;
