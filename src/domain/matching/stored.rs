//! A version of the directory as it stands in memory: packed rows, look-up keys, and how names are read.

use super::address::Address;
use super::postings::{Postings, key};
use super::query::DirectoryMeta;
use super::readings::Readings;
use super::store::Store;

/// A version of the directory, without the country's list.
#[derive(Debug)]
pub struct Stored {
    pub(super) meta: DirectoryMeta,
    pub(super) store: Store,
    pub(super) keys: Keys,
    pub(super) readings: Readings,
}

/// Look-up keys of a directory.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Registry and member numbers → people.
    pub(super) numbers: Postings,
    /// Widely folded full name → people.
    pub(super) letters: Postings,
    /// Loose kana of the full name → people.
    pub(super) sounds: Postings,
    /// Widely folded family name → people; only counted, never looked up alone.
    pub(super) surnames: Postings,
    /// Facility letters, whole, short, stem and loose kana → facilities.
    pub(super) facilities: Postings,
    /// Two neighbouring letters of the short name → facilities.
    pub(super) grams: Postings,
    /// Town, or postal code → facilities.
    pub(super) towns: Postings,
}

/// Key of a number of a kind: `r` registry, `m` member.
pub(super) fn number_key(kind: char, digits: &str) -> u32 {
    key(&(kind, digits))
}

/// Keys of an address's town: the name without 町, and its last part in long names.
pub(super) fn town_keys(address: &Address) -> Vec<u32> {
    let town = address.town.as_str();
    let bare = town.strip_suffix('町').filter(|t| !t.is_empty()).unwrap_or(town);
    if bare.is_empty() {
        return Vec::new();
    }
    let mut keys = vec![key(bare)];
    if let Some(at) = bare.rfind(['町', '村']) {
        let rest = &bare[at + '町'.len_utf8()..];
        if rest.chars().count() >= 2 {
            keys.push(key(rest));
        }
    }
    keys
}
