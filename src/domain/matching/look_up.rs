//! One query against one version of the directory: who is compared, how well each fits, and who is worth showing.

use chrono::NaiveDate;

use crate::domain::members::eligibility::{Eligibility, combine, person_on, tenure_on};

use super::evaluate::{Levels, NumberState, Rarity};
use super::facility_compare::{self, FacilityLevel, StoredFacility};
use super::name::NameLevel;
use super::number::{self, NumberLevel};
use super::place::AddressLevel;
use super::postings::key;
use super::retrieve::{self, IdMap, Typed};
use super::said::NotComparable;
use super::store::Tie;
use super::stored::Stored;
use super::variants::wide;

/// Candidates shown at most: the list must not become a way to browse the directory.
pub(super) const MOST_CANDIDATES: usize = 5;
/// Evidence in bits below which somebody is not worth showing.
const LEAST_WEIGHT: f32 = 3.0;
/// Ties always compared, however early somebody fits.
const LIKELIEST: usize = 32;

/// One person at the facility that fits best.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finding {
    pub(super) person: u32,
    pub(super) facility: u32,
    pub(super) tie: u32,
    pub(super) levels: Levels,
    pub(super) standing: Eligibility,
    pub(super) weight: f32,
}

/// One query against one index.
pub(super) struct LookUp<'a> {
    pub(super) index: &'a Stored,
    pub(super) typed: &'a Typed,
    pub(super) on: NaiveDate,
    /// People who hold exactly a typed number.
    pub(super) holders: Vec<u32>,
    /// People whose number is one slip away from a typed one that is nobody's.
    near: Vec<u32>,
}

type FacilityView = (Option<FacilityLevel>, Option<Result<AddressLevel, NotComparable>>);

impl<'a> LookUp<'a> {
    pub(super) fn new(index: &'a Stored, typed: &'a Typed, on: NaiveDate) -> Self {
        let holders = typed.numbers.iter().flat_map(|n| retrieve::holders(&index.store, &index.keys, n)).collect();
        let near = retrieve::near_holders(&index.store, &index.keys, typed);
        Self { index, typed, on, holders, near }
    }

    /// Everybody worth showing, each once with the best tie, best first. Where the number leads to somebody with
    /// whom everything agrees, nobody else is looked for: colleagues of theirs are checked by rule.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let index = self.index;
        let by_number = self.compare(retrieve::ties_by_number(&index.store, &index.keys, &self.holders, &self.near));
        if by_number.iter().any(|f| f.levels.items().all_agree()) {
            return self.ranked(by_number);
        }
        let numbered = [&self.holders[..], &self.near];
        self.ranked(self.compare(retrieve::ties(&index.store, &index.keys, &index.readings, self.typed, numbered)))
    }

    /// Compares ties with what was typed. Past the likeliest ones it ends once somebody fits in all but the number.
    fn compare(&self, ties: Vec<u32>) -> Vec<Finding> {
        let store = &self.index.store;
        let mut facilities: IdMap<FacilityView> = IdMap::default();
        let mut people: IdMap<(Option<NameLevel>, NumberState)> = IdMap::default();
        let mut findings: Vec<Finding> = Vec::new();
        let mut fitting = false;
        for (at, tie_id) in ties.into_iter().enumerate() {
            if fitting && at >= LIKELIEST {
                break;
            }
            let tie = store.ties[tie_id as usize];
            let (facility, address) = *facilities.entry(tie.facility).or_insert_with(|| self.facility(tie.facility));
            let (name, number) =
                *people.entry(tie.person).or_insert_with(|| (self.name(tie.person), self.number(tie.person)));
            let levels = Levels { name, facility, address, number };
            if !worth_showing(&levels) {
                continue;
            }
            fitting |= fits_but_number(&levels);
            let rarity = self.rarity(tie, name);
            let standing = self.standing(tie.person, tie_id);
            let weight = levels.weight(rarity) + tie_breaker(standing, tie.tenure.role.runs_facility());
            findings.push(Finding {
                person: tie.person,
                facility: tie.facility,
                tie: tie_id,
                levels,
                standing,
                weight,
            });
        }
        findings
    }

    /// Best first, each person once.
    fn ranked(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        findings.retain(|f| f.weight >= LEAST_WEIGHT);
        findings.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.tie.cmp(&b.tie)));
        let mut kept: Vec<Finding> = Vec::new();
        for finding in findings {
            if !kept.iter().any(|k| self.index.store.same_person(k.person, finding.person)) {
                kept.push(finding);
            }
            if kept.len() == MOST_CANDIDATES * 2 {
                break;
            }
        }
        kept
    }

    /// Eligibility of a tie on the day.
    pub(super) fn standing(&self, person: u32, tie: u32) -> Eligibility {
        combine(self.person(person), tenure_on(&self.index.store.ties[tie as usize].tenure, self.on))
    }

    /// Whether a person counts on the day, whatever the facility.
    pub(super) fn person(&self, person: u32) -> Eligibility {
        let store = &self.index.store;
        person_on(&store.people[person as usize].standing, store.past(person), self.index.meta.exported_on, self.on)
    }

    /// Level of the typed name against a person.
    pub(super) fn name(&self, person: u32) -> Option<NameLevel> {
        if self.typed.name.is_empty() {
            return None;
        }
        let letters = self.index.store.letters(person);
        Some(self.typed.name.compare(&self.index.store.stored_name(person, &letters), &self.index.readings))
    }

    fn facility(&self, facility: u32) -> FacilityView {
        let store = &self.index.store;
        let name = store.facility_name(facility);
        let level = (!self.typed.facility.letters.is_empty()).then(|| {
            let kana = store.arena.bytes(store.facilities[facility as usize].kana);
            facility_compare::compare(&self.typed.facility, StoredFacility { name: &name, kana }, &self.index.readings)
        });
        let address = self.typed.address.level(&store.address(facility));
        (level, address)
    }

    fn rarity(&self, tie: Tie, name: Option<NameLevel>) -> Rarity {
        let (store, keys) = (&self.index.store, &self.index.keys);
        let of_facility = keys.facilities.of(key(&store.facility_name(tie.facility).letters)).len();
        let facility = bits(store.facilities.len(), of_facility);
        if name.is_none_or(|l| l == NameLevel::Differs) {
            return Rarity { name: 0.0, surname: 0.0, facility };
        }
        let person = tie.person;
        let letters: Vec<char> = store.letters(person).into_iter().map(wide).collect();
        let surname = usize::from(store.people[person as usize].surname_letters).min(letters.len());
        Rarity {
            name: bits(store.people.len(), keys.letters.of(key(&letters)).len()),
            surname: bits(store.people.len(), keys.surnames.of(key(&letters[..surname])).len()),
            facility,
        }
    }

    /// The worst over all typed numbers; records of the same person lend each other theirs.
    pub(super) fn number(&self, person: u32) -> NumberState {
        if self.typed.numbers.is_empty() {
            return NumberState::NotGiven;
        }
        let store = &self.index.store;
        if !self.holders.is_empty() && self.holders.iter().all(|h| store.same_person(*h, person)) {
            return NumberState::Compared(NumberLevel::Same);
        }
        let states = self.typed.numbers.iter().map(|n| self.one_number(person, n));
        let level = states.max_by_key(|s| match s {
            NumberState::Compared(level) => *level as u8,
            _ => 9,
        });
        match level {
            Some(NumberState::Compared(NumberLevel::Same)) => NumberState::Compared(NumberLevel::Same),
            _ if self.holders.iter().any(|h| !store.same_person(*h, person)) => NumberState::OfAnother,
            Some(state) => state,
            None => NumberState::NotGiven,
        }
    }

    fn one_number(&self, person: u32, typed: &str) -> NumberState {
        match self.index.store.number(person, typed.len()) {
            None => NumberState::NotOnFile,
            Some(stored) => NumberState::Compared(number::compare(typed, &stored)),
        }
    }
}

/// Somebody of whom only the family name, or only the city, or a near miss of the number is right, is nobody found.
fn worth_showing(levels: &Levels) -> bool {
    levels.name.is_some_and(NameLevel::agrees_fully)
        || levels.facility.is_some_and(FacilityLevel::agrees)
        || matches!(levels.address, Some(Ok(level)) if level <= AddressLevel::TownPart)
        || matches!(levels.number, NumberState::Compared(NumberLevel::Same | NumberLevel::Slip))
}

/// Name fully, facility and address agree as far as they were given, and at least two of them were.
fn fits_but_number(levels: &Levels) -> bool {
    let marks = [
        levels.name.map(NameLevel::agrees_fully),
        levels.facility.map(FacilityLevel::agrees),
        levels.address.map(|a| a.is_ok_and(AddressLevel::agrees)),
    ];
    marks.iter().all(|m| *m != Some(false)) && marks.iter().flatten().count() >= 2
}

/// Among equals, who runs the facility and is eligible comes first.
fn tie_breaker(standing: Eligibility, runs: bool) -> f32 {
    let eligible = match standing {
        Eligibility::Eligible => 0.4,
        Eligibility::Pending { .. } => 0.3,
        Eligibility::Unknown { .. } => 0.1,
        Eligibility::NotEligible { .. } => 0.0,
    };
    eligible + if runs { 0.5 } else { 0.0 }
}

fn bits(of: usize, count: usize) -> f32 {
    ((of.max(1) as f32) / (count.max(1) as f32)).log2().clamp(1.0, 18.0)
}
