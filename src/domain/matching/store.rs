//! People, facilities and ties of one directory version, packed: texts in one arena, spans instead of strings.

use std::collections::HashMap;

use crate::domain::members::eligibility::Standing;
use crate::domain::members::periods::CategoryPeriod;
use crate::domain::members::record::Tenure;

use super::address::Address;
use super::facility::FacilityName;
use super::name::StoredName;
use super::number::{MEMBER, REGISTRY};

/// A stretch of an arena.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    start: u32,
    length: u16,
}

/// Letters and kana of everything stored.
#[derive(Debug, Default)]
pub(super) struct Arena {
    text: String,
    bytes: Vec<u8>,
}

impl Arena {
    pub(super) fn add_text(&mut self, text: &str) -> Span {
        let cut = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= 4_000).last().unwrap_or(0);
        let text = if text.len() > 4_000 { &text[..cut] } else { text };
        let span = Span { start: self.text.len() as u32, length: text.len() as u16 };
        self.text.push_str(text);
        span
    }

    pub(super) fn add_bytes(&mut self, bytes: &[u8]) -> Span {
        let bytes = &bytes[..bytes.len().min(4_000)];
        let span = Span { start: self.bytes.len() as u32, length: bytes.len() as u16 };
        self.bytes.extend_from_slice(bytes);
        span
    }

    pub(super) fn text(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.start as usize + usize::from(span.length)]
    }

    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        &self.bytes[span.start as usize..span.start as usize + usize::from(span.length)]
    }

    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.bytes.shrink_to_fit();
    }
}

/// No number on file.
pub(super) const NO_NUMBER: u64 = u64::MAX;

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) key: Span,
    /// Letters, folded safely, without spaces.
    pub(super) letters: Span,
    /// Plain kana.
    pub(super) kana: Span,
    pub(super) surname_letters: u8,
    pub(super) surname_kana: u8,
    pub(super) registry_no: u64,
    pub(super) member_no: u64,
    pub(super) standing: Standing,
    pub(super) reference: u128,
}

#[derive(Debug, Clone)]
pub(super) struct Facility {
    pub(super) letters: Span,
    pub(super) own_name: u8,
    pub(super) kana: Span,
    /// County, city, ward, town, parted by U+001F.
    pub(super) place: Span,
    pub(super) postal: u32,
    pub(super) prefecture: u8,
    pub(super) block: [u16; 4],
    pub(super) block_length: u8,
    pub(super) reference: u128,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Tie {
    pub(super) person: u32,
    pub(super) facility: u32,
    pub(super) tenure: Tenure,
}

/// Everything of one directory version but its look-up keys.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) arena: Arena,
    pub(super) people: Vec<Person>,
    /// What earlier imports showed of people's categories; of most there's nothing.
    pub(super) past: HashMap<u32, Vec<CategoryPeriod>>,
    pub(super) facilities: Vec<Facility>,
    /// Sorted by person.
    pub(super) ties: Vec<Tie>,
    /// First tie of each person; one more at the end.
    pub(super) person_ties: Vec<u32>,
    /// Ties of each facility: offsets, then tie ids.
    pub(super) facility_offsets: Vec<u32>,
    pub(super) facility_ties: Vec<u32>,
}

impl Store {
    /// The number of the kind that so many typed digits are, as it is written.
    pub(super) fn number(&self, person: u32, typed_digits: usize) -> Option<String> {
        let stored = &self.people[person as usize];
        let (value, width) =
            if typed_digits <= REGISTRY + 1 { (stored.registry_no, REGISTRY) } else { (stored.member_no, MEMBER) };
        (value != NO_NUMBER).then(|| format!("{value:0width$}"))
    }

    pub(super) fn past(&self, person: u32) -> &[CategoryPeriod] {
        self.past.get(&person).map_or(&[], Vec::as_slice)
    }

    pub(super) fn ties_of_person(&self, person: u32) -> std::ops::Range<u32> {
        let at = person as usize;
        self.person_ties[at]..self.person_ties[at + 1]
    }

    pub(super) fn ties_of_facility(&self, facility: u32) -> &[u32] {
        let at = facility as usize;
        &self.facility_ties[self.facility_offsets[at] as usize..self.facility_offsets[at + 1] as usize]
    }

    pub(super) fn facility_name(&self, facility: u32) -> FacilityName {
        let stored = &self.facilities[facility as usize];
        FacilityName {
            letters: self.arena.text(stored.letters).chars().collect(),
            own_name: usize::from(stored.own_name),
        }
    }

    pub(super) fn address(&self, facility: u32) -> Address {
        let stored = &self.facilities[facility as usize];
        let mut parts = self.arena.text(stored.place).split('\u{1f}').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Address {
            postal: stored.postal,
            prefecture: stored.prefecture,
            county: next(),
            city: next(),
            ward: next(),
            town: next(),
            block: stored.block[..usize::from(stored.block_length)].to_vec(),
        }
    }

    /// Letters of a person's name, for `stored_name`.
    pub(super) fn letters(&self, person: u32) -> Vec<char> {
        self.arena.text(self.people[person as usize].letters).chars().collect()
    }

    pub(super) fn stored_name<'a>(&'a self, person: u32, letters: &'a [char]) -> StoredName<'a> {
        let stored = &self.people[person as usize];
        StoredName {
            chars: letters,
            kana: self.arena.bytes(stored.kana),
            surname_chars: usize::from(stored.surname_letters),
            surname_kana: usize::from(stored.surname_kana),
        }
    }

    /// Whether two records are one person: re-enrolled under a new number, the registry number stays.
    pub(super) fn same_person(&self, a: u32, b: u32) -> bool {
        let (one, other) = (&self.people[a as usize], &self.people[b as usize]);
        a == b
            || one.registry_no == other.registry_no
                && one.registry_no != NO_NUMBER
                && self.arena.text(one.letters) == self.arena.text(other.letters)
    }
}
