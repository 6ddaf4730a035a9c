//! All tests that need more than one floor, in one binary: fast to link.
//!
//! `MADOGUCHI_TEST_POSTGRES` names a PostgreSQL server on which databases may be made and dropped
//! (`postgres://USER@HOST:PORT`); `tests/run` starts one. Without it the tests fail: they are never skipped.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod accounts;
mod addresses;
mod api;
mod architecture;
mod attack;
mod audit;
mod authz;
#[cfg(feature = "backups")]
mod backup;
mod browser;
mod calls;
mod cli;
mod crash;
mod demo;
mod desks;
mod faults;
mod files;
mod incidents;
mod jobs;
mod logs;
mod members;
mod migrations;
mod pages;
mod referrals;
mod reports;
mod retention;
mod stopping;
mod store;
mod support;
mod tickets;
mod verification;
