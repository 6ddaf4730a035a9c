//! The only match on the database engine: connecting, locking, searching.

mod connect;
mod documents;
mod insert;
mod locks;
mod paged;
mod random;
mod search;
mod serial;
mod shelf;
mod statement;

pub(super) mod bulk;
pub(super) mod clock;
pub(super) mod connection;
pub(super) mod fault;
pub(super) mod seals;
pub(super) mod whole;

pub(super) use connect::{begin_schema, connect, file_of, stands};
pub(super) use documents::{
    find_documents, put_call_document, put_document, remove_call_document, rewrite_call_document,
};
pub(super) use insert::insert_bulk;
pub(super) use locks::{Turn, lock_accounts, lock_import, lock_reports, lock_schema};
pub(super) use paged::{Paged, page};
pub(super) use random::random_uuid;
pub(super) use serial::next_serial;
pub(super) use shelf::{CALLS, Shelf, TICKETS};
