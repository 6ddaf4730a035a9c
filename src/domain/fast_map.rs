//! Maps of what nobody outside chooses to store: ids, letters and keys of the directory. The standard ones withstand
//! chosen keys, at a price that a look-up at every key stroke would pay hundreds of times.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;

/// A map by such a key.
pub type Map<K, V> = HashMap<K, V, FixedState>;

/// Hash of such a key; the same in every process.
pub fn hash<T: Hash + ?Sized>(key: &T) -> u64 {
    FixedState::default().hash_one(key)
}
