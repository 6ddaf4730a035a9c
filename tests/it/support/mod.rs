//! What the tests stand on: a database a test, the product around it, a fixed cast, and builders.

pub(crate) mod app;
#[cfg(feature = "passkeys")]
pub(crate) mod authenticator;
pub(crate) mod binary;
pub(crate) mod cases;
pub(crate) mod clients;
pub(crate) mod db;
pub(crate) mod directory;
pub(crate) mod html;
pub(crate) mod incidents;
pub(crate) mod people;
pub(crate) mod referrals;
pub(crate) mod remote;
pub(crate) mod rows;
pub(crate) mod serving;

pub(crate) use app::TestApp;
pub(crate) use clients::{Answer, Client};
pub(crate) use db::{TestDb, on_each_db, on_one_db};
pub(crate) use html::Page;
