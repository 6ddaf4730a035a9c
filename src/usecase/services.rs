//! What the steps work with: made once at the start, handed to every step.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};

use crate::domain::matching::DirectoryIndex;
use crate::domain::scheme::Scheme;
use crate::gateway::passkey::Passkeys;
use crate::gateway::password::Passwords;
use crate::gateway::pdf::Press;
use crate::gateway::seal::Seals;
use crate::store::Store;

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
    /// Papers as PDF.
    pub press: Arc<Press>,
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
