//! All tests that need more than one floor, in one binary: fast to link.
//!
//! `MADOGUCHI_TEST_POSTGRES` names a PostgreSQL server on which databases may be made and dropped
//! (`postgres://USER@HOST:PORT`); `tests/run` starts one. Without it the tests fail: they are never skipped.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod addresses;
mod api;
mod architecture;
mod attack;
mod authz;
#[cfg(feature = "backups")]
mod backup;
mod browser;
mod cli;
mod crash;
mod logs;
mod migrations;
mod pages;
mod stopping;
mod store;
mod support;
mod usecase;
