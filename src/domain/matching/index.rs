//! The directory in memory, ready to answer: immutable, shared between threads, rebuilt for each version.

use std::sync::Arc;

use chrono::NaiveDate;

use super::answer::{Answer, Candidate};
use super::build::IndexBuilder;
use super::decide;
use super::facility::FacilityName;
use super::look_up::{Finding, LookUp, MOST_CANDIDATES};
use super::name::TypedName;
use super::number;
use super::postal::Gazetteer;
use super::query::{DirectoryEntry, DirectoryMeta, Query};
use super::retrieve::Typed;
use super::said::SaidAddress;
use super::stored::Stored;

/// One version of the directory.
#[derive(Debug)]
pub struct DirectoryIndex {
    pub(super) stored: Stored,
    places: Option<Arc<Gazetteer>>,
}

impl DirectoryIndex {
    /// Builds the index of a version from its rows, one a person–facility pair.
    pub fn build(meta: DirectoryMeta, entries: impl IntoIterator<Item = DirectoryEntry>) -> Self {
        let mut builder = IndexBuilder::default();
        for entry in entries {
            builder.member(entry.member_ref, &entry.member);
            builder.facility(entry.facility_ref, &entry.facility);
            builder.tie(entry.member_ref, entry.facility_ref, entry.tenure);
        }
        Self::of(builder.finish(meta))
    }

    /// The index of a version that was built.
    pub fn of(stored: Stored) -> Self {
        Self { stored, places: None }
    }

    /// Lets it complete what callers say of an address by the country's list.
    pub fn knowing(self, places: Arc<Gazetteer>) -> Self {
        Self { places: Some(places), ..self }
    }

    /// An index without rows: every look-up finds nobody.
    pub fn empty() -> Self {
        Self::build(DirectoryMeta { version: 0, exported_on: NaiveDate::MIN }, [])
    }

    /// Version number of the directory.
    pub fn version(&self) -> i64 {
        self.stored.meta.version
    }

    /// As-of day of the directory.
    pub fn exported_on(&self) -> NaiveDate {
        self.stored.meta.exported_on
    }

    /// Number of person–facility pairs.
    pub fn len(&self) -> usize {
        self.stored.store.ties.len()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.stored.store.ties.is_empty()
    }

    /// Who is meant, and what follows for that day, with all that can be said of it: a number that is one slip away
    /// agrees, whoever holds it stands among the candidates. For the console and for looking again; the desk and the
    /// API are told less (`look_up_guarded`).
    pub fn look_up_in_full(&self, query: &Query) -> Answer {
        self.weigh(query).0
    }

    /// The answer, and who fits best.
    pub(super) fn weigh(&self, query: &Query) -> (Answer, Option<Finding>) {
        let address = SaidAddress::parse(&query.address, self.places.as_deref());
        let typed = Typed {
            name: TypedName::parse(&query.name),
            facility: FacilityName::said(&query.facility, &address),
            address,
            numbers: number::clean(&query.number),
        };
        let look_up = LookUp::new(&self.stored, &typed, query.call_date);
        let findings = look_up.findings();
        let verdict = decide::decide(&look_up, &findings);
        let candidates = findings.iter().take(MOST_CANDIDATES).map(|f| self.candidate(f)).collect();
        (verdict.into_answer(candidates, findings.first(), &typed), findings.first().copied())
    }

    fn candidate(&self, finding: &Finding) -> Candidate {
        let person = &self.stored.store.people[finding.person as usize];
        Candidate {
            person_key: self.stored.store.arena.text(person.key).to_owned(),
            member_ref: person.reference,
            facility_ref: self.stored.store.facilities[finding.facility as usize].reference,
            items: finding.levels.items(),
            weight: finding.weight,
        }
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
