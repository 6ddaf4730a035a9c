//! STEPS. One function a verb: load, decide, save, record, commit.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod authorise;
#[cfg(feature = "backups")]
pub mod backup;
pub mod calls;
pub mod claims;
pub mod demo;
pub mod desks;
pub mod error;
pub mod incidents;
pub mod jobs;
pub mod members;
pub mod once;
pub mod referrals;
pub mod reports;
pub mod retention;
pub mod services;
pub mod tickets;
pub mod verification;

use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;

pub use authorise::needs_proof;
pub use error::Error;
pub use once::Once;
pub use services::{IndexHolder, Services};

/// The acting account, as the owner or author of what is written.
pub(crate) fn me(ctx: &Ctx) -> AccountId {
    AccountId(ctx.actor.id)
}
