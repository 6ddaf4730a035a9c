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
pub mod members;
pub mod once;
pub mod reports;
pub mod retention;
pub mod tickets;
pub mod verification;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};

use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::matching::DirectoryIndex;
use crate::domain::scheme::Scheme;
use crate::gateway::passkey::Passkeys;
use crate::gateway::password::Passwords;
use crate::gateway::seal::Seals;
use crate::store::Store;

pub use authorise::needs_proof;
pub use error::Error;
pub use once::Once;

/// What the steps work with.
#[derive(Clone)]
pub struct Services {
    /// The memory.
    pub store: Store,
    /// The scheme's dated data.
    pub scheme: Arc<Scheme>,
    /// Hashing of passwords.
    pub passwords: Arc<Passwords>,
    /// Passkeys.
    pub passkeys: Arc<Passkeys>,
    /// Sealing of single values.
    pub seals: Arc<Seals>,
    /// The index of the directory.
    pub index: IndexHolder,
}

/// The index of the directory: a cache that every instance builds from the database at start and builds
/// anew within seconds of an import (`directory::refresh`); it says which version it holds.
#[derive(Clone, Default)]
pub struct IndexHolder(Arc<RwLock<Option<Arc<DirectoryIndex>>>>, Arc<AtomicI64>);

impl IndexHolder {
    /// The index, once it has been built.
    pub fn get(&self) -> Option<Arc<DirectoryIndex>> {
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// How often something had been removed from the directory when the index was built.
    pub fn trims(&self) -> i64 {
        self.1.load(Ordering::Acquire)
    }

    /// Puts a new index in the place of the old one; look-ups under way go on with theirs.
    pub fn put(&self, index: DirectoryIndex, trims: i64) {
        self.1.store(trims, Ordering::Release);
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Arc::new(index));
    }
}

/// The acting account, as the owner or author of what is written.
pub(crate) fn me(ctx: &Ctx) -> AccountId {
    AccountId(ctx.actor.id)
}

/// Rows that pages show, as plain data.
pub mod rows {
    pub use super::accounts::TokenLine;
    pub use crate::store::accounts::Account;
    pub use crate::store::accounts::passkeys::Passkey;
    pub use crate::store::accounts::sessions::Session;
    pub use crate::store::audit::seals::Review;
    pub use crate::store::audit::{AuditFilter, AuditRow};
    pub use crate::store::members::ImportRecord;
    pub use crate::store::tickets::hold::Hold;
    pub use crate::store::tickets::{TicketFilter, TicketLine};
}
