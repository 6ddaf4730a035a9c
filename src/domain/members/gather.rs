//! Collects rows into unique people, facilities and ties, and holds back keys whose rows contradict each other.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::fast_map::Map;

use super::packed::{Pack, Packed, packed};
use super::record::{FacilityRecord, FacilityRole, MemberRecord};

/// Records by key: each key once, with the line where it first stood.
pub(super) struct Gathered<T> {
    /// Unique records in order of appearance.
    pub(super) records: Packed<T>,
    /// File line of each record's first row.
    pub(super) lines: Vec<u64>,
    /// Records whose key stood with different data in another row.
    pub(super) contradicted: Vec<bool>,
    slots: Map<u64, u32>,
    scratch: Vec<u8>,
}

/// What adding a row's record came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// New key, or the same data again; the record's index.
    Index(u32),
    /// The key is known with other data; index of the earlier record.
    Contradicts(u32),
}

/// A record that knows its key and when two rows say the same.
pub(super) trait Keyed: Pack {
    fn key(&self) -> &str;
    fn agrees_with(&self, other: &Self) -> bool;
}

impl Keyed for MemberRecord {
    fn key(&self) -> &str {
        &self.person_key
    }

    fn agrees_with(&self, other: &Self) -> bool {
        if self == other {
            return true;
        }
        // Spacing and width of a name vary between the rows of one person without meaning anything.
        squeezed(&self.name) == squeezed(&other.name)
            && squeezed(&self.kana) == squeezed(&other.kana)
            && Self { name: String::new(), kana: String::new(), ..self.clone() }
                == Self { name: String::new(), kana: String::new(), ..other.clone() }
    }
}

impl Keyed for FacilityRecord {
    fn key(&self) -> &str {
        &self.facility_key
    }

    fn agrees_with(&self, other: &Self) -> bool {
        self == other
            || (squeezed(&self.name) == squeezed(&other.name)
                && squeezed(&self.kana) == squeezed(&other.kana)
                && squeezed(&self.address) == squeezed(&other.address)
                && squeezed(&self.kind) == squeezed(&other.kind)
                && squeezed(&self.phone) == squeezed(&other.phone)
                && self.postal_code == other.postal_code)
    }
}

fn squeezed(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

impl<T: Keyed> Gathered<T> {
    pub(super) fn new() -> Self {
        Self {
            records: Packed::default(),
            lines: Vec::new(),
            contradicted: Vec::new(),
            slots: Map::default(),
            scratch: Vec::new(),
        }
    }

    /// Frees the look-up once all rows are in.
    pub(super) fn forget_keys(&mut self) {
        self.slots = Map::default();
        self.lines = Vec::new();
    }

    /// Adds a row's record, or finds the one of the same key.
    pub(super) fn add(&mut self, record: &T, line: u64) -> Added {
        let packed = packed(record, &mut self.scratch);
        let mut slot = hash(record.key());
        // Keys are hashed to keep the table small; on a collision the next slot is tried.
        while let Some(&index) = self.slots.get(&slot) {
            let at = index as usize;
            if self.records.key(at) == record.key() {
                let agrees =
                    self.records.is(at, packed) || self.records.get(at).is_some_and(|known| known.agrees_with(record));
                self.contradicted[at] |= !agrees;
                return if agrees { Added::Index(index) } else { Added::Contradicts(index) };
            }
            slot = slot.wrapping_add(1);
        }
        let index = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        self.slots.insert(slot, index);
        self.records.push_packed(packed);
        self.lines.push(line);
        self.contradicted.push(false);
        Added::Index(index)
    }
}

/// Ties between people and facilities by index, each pair once.
pub(super) struct Ties {
    /// (person, facility, role, line), in order of appearance.
    pub(super) list: Vec<(u32, u32, FacilityRole, u64)>,
    seen: Map<(u32, u32), u32>,
}

impl Ties {
    pub(super) fn new() -> Self {
        Self { list: Vec::new(), seen: Map::default() }
    }

    /// Adds a tie. The same pair again with the same role is nothing new; with another role, the role that runs
    /// the facility stays, since an opener may also be listed as working there.
    pub(super) fn add(&mut self, person: u32, facility: u32, role: FacilityRole, line: u64) {
        if let Some(&at) = self.seen.get(&(person, facility)) {
            let known = &mut self.list[at as usize].2;
            if !known.runs_facility() && role.runs_facility() {
                *known = role;
            }
            return;
        }
        self.seen.insert((person, facility), u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push((person, facility, role, line));
    }
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
