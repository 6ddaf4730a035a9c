//! Builds the packed store and its look-up keys from directory rows.

use std::collections::hash_map::Entry;

use crate::domain::fast_map;
use crate::domain::members::eligibility::Standing;
use crate::domain::members::periods::CategoryPeriod;
use crate::domain::members::record::{FacilityRecord, MemberRecord, Tenure};

use super::address::Address;
use super::facility::{FacilityName, kana_starts, stored_kana};
use super::kana::{loose, plain_lossy};
use super::normalise::{fold, is_wild, squeeze};
use super::postings::{Collector, key};
use super::query::DirectoryMeta;
use super::readings::Readings;
use super::store::{Facility, NO_NUMBER, Person, Store, Tie};
use super::stored::{Keys, Stored, number_key, town_keys};
use super::variants::{safe, wide};

/// Collects people, facilities and what ties them; then the index stands.
#[derive(Default)]
pub struct IndexBuilder {
    store: Store,
    readings: Readings,
    people: fast_map::Map<u128, u32>,
    facilities: fast_map::Map<u128, u32>,
    keys: Collectors,
}

#[derive(Default)]
struct Collectors {
    numbers: Collector,
    letters: Collector,
    sounds: Collector,
    surnames: Collector,
    facilities: Collector,
    grams: Collector,
    towns: Collector,
}

impl IndexBuilder {
    /// Adds a person; again the same one changes nothing.
    pub fn member(&mut self, reference: u128, member: &MemberRecord) {
        let id = self.store.people.len() as u32;
        if let Entry::Vacant(free) = self.people.entry(reference) {
            free.insert(id);
            self.add_person(id, member, reference);
        }
    }

    /// Adds what an earlier import showed for certain of a person, added before. What the record itself says
    /// need not be said twice.
    pub fn past(&mut self, member: u128, period: CategoryPeriod) {
        let Some(person) = self.people.get(&member) else { return };
        let standing = &self.store.people[*person as usize].standing;
        if standing.moved_on.or(standing.enrolled_on).is_some_and(|begins| period.from_on < Some(begins)) {
            self.store.past.entry(*person).or_default().push(period);
        }
    }

    /// Adds a facility; again the same one changes nothing.
    pub fn facility(&mut self, reference: u128, facility: &FacilityRecord) {
        let id = self.store.facilities.len() as u32;
        if let Entry::Vacant(free) = self.facilities.entry(reference) {
            free.insert(id);
            self.add_facility(id, facility, reference);
        }
    }

    /// Ties a person to a facility, both added before.
    pub fn tie(&mut self, member: u128, facility: u128, tenure: Tenure) {
        if let (Some(person), Some(facility)) = (self.people.get(&member), self.facilities.get(&facility)) {
            self.store.ties.push(Tie { person: *person, facility: *facility, tenure });
        }
    }

    /// What was collected, as a version of the directory.
    pub fn finish(self, meta: DirectoryMeta) -> Stored {
        let (store, keys, readings) = self.parts();
        Stored { meta, store, keys, readings }
    }

    fn add_person(&mut self, id: u32, member: &MemberRecord, reference: u128) {
        let name = fold(&member.name);
        let surname_letters = boundary(&name).map_or(0, |at| squeeze(&name[..at]).chars().count());
        let letters: String = name.chars().filter(|c| !c.is_whitespace() && *c != '・').map(safe).collect();
        let spoken = fold(&member.kana);
        let kana = plain_lossy(&spoken);
        let surname_kana = boundary(&spoken).map_or(0, |at| plain_lossy(&spoken[..at]).len());
        let number = |text: &Option<String>| text.as_deref().and_then(|t| t.parse().ok()).unwrap_or(NO_NUMBER);
        for (tag, text) in [('r', &member.registry_no), ('m', &member.member_no)] {
            if let Some(text) = text {
                self.keys.numbers.add(number_key(tag, text), id);
            }
        }
        self.store.people.push(Person {
            key: self.store.arena.add_text(&member.person_key),
            letters: self.store.arena.add_text(&letters),
            kana: self.store.arena.add_bytes(&kana),
            surname_letters: u8::try_from(surname_letters).unwrap_or(0),
            surname_kana: u8::try_from(surname_kana).unwrap_or(0),
            registry_no: number(&member.registry_no),
            member_no: number(&member.member_no),
            standing: Standing::from(member),
            reference,
        });
        let wide_letters: Vec<char> = letters.chars().map(wide).collect();
        self.keys.letters.add(key(&wide_letters), id);
        self.keys.sounds.add(key(&loose(&kana)), id);
        if surname_letters > 0 && surname_kana > 0 && surname_letters < wide_letters.len() && surname_kana < kana.len()
        {
            let (surname, given) = wide_letters.split_at(surname_letters);
            self.readings.learn(surname, &kana[..surname_kana]);
            self.readings.learn_given(given, &kana[surname_kana..]);
        }
    }

    fn add_facility(&mut self, id: u32, facility: &FacilityRecord, reference: u128) {
        let name = FacilityName::parse(&facility.name);
        let kana = stored_kana(&facility.kana);
        let address = Address::parse(&facility.address);
        let postal = facility.postal_code.parse().unwrap_or(address.postal);
        for letters in [&name.letters[..], name.short(), &name.stem()] {
            if letters.len() >= 2 {
                self.keys.facilities.add(key(letters), id);
            }
        }
        for start in kana_starts(&kana, name.own_name > 0) {
            self.keys.facilities.add(key(&loose(&kana[start..])), id);
        }
        for gram in name.short().windows(2).filter(|g| !g.iter().any(|c| is_wild(*c))) {
            self.keys.grams.add(key(gram), id);
        }
        for town in town_keys(&address).into_iter().chain((postal != 0).then(|| key(&postal))) {
            self.keys.towns.add(town, id);
        }
        let mut block = [0; 4];
        block[..address.block.len()].copy_from_slice(&address.block);
        let letters: String = name.letters.iter().collect();
        self.store.facilities.push(Facility {
            letters: self.store.arena.add_text(&letters),
            own_name: u8::try_from(name.own_name).unwrap_or(0),
            kana: self.store.arena.add_bytes(&kana),
            place: self
                .store
                .arena
                .add_text(&[&*address.county, &address.city, &address.ward, &address.town].join("\u{1f}")),
            postal,
            prefecture: address.prefecture,
            block,
            block_length: address.block.len() as u8,
            reference,
        });
    }

    fn parts(mut self) -> (Store, Keys, Readings) {
        self.readings.learn_characters();
        self.split_names();
        self.order_ties();
        self.store.arena.shrink();
        self.store.people.shrink_to_fit();
        self.store.facilities.shrink_to_fit();
        let keys = Keys {
            numbers: self.keys.numbers.finish(),
            letters: self.keys.letters.finish(),
            sounds: self.keys.sounds.finish(),
            surnames: self.keys.surnames.finish(),
            facilities: self.keys.facilities.finish(),
            grams: self.keys.grams.finish(),
            towns: self.keys.towns.finish(),
        };
        (self.store, keys, self.readings)
    }

    /// Some prefectures write the letters without a space: the kana's boundary and known readings tell where it was.
    fn split_names(&mut self) {
        for id in 0..self.store.people.len() as u32 {
            let letters: Vec<char> = self.store.letters(id).into_iter().map(wide).collect();
            let person = &self.store.people[id as usize];
            let (known, sounds) = (usize::from(person.surname_letters), usize::from(person.surname_kana));
            let kana = self.store.arena.bytes(person.kana);
            let mut at = known;
            if known == 0 && letters.len() >= 2 && sounds > 0 && sounds < kana.len() {
                let (surname, given) = kana.split_at(sounds);
                let fits = |at: &usize| self.readings.reads_as(&letters[..*at], surname);
                let both = (1..letters.len()).find(|at| fits(at) && self.readings.reads_as(&letters[*at..], given));
                // Two letters each is by far the commonest.
                at = both.or_else(|| (1..letters.len()).find(fits)).unwrap_or(2.min(letters.len() - 1));
            }
            if at > 0 && at <= letters.len() {
                self.keys.surnames.add(key(&letters[..at]), id);
            }
            self.store.people[id as usize].surname_letters = u8::try_from(at).unwrap_or(0);
        }
    }

    fn order_ties(&mut self) {
        let store = &mut self.store;
        store.ties.sort_by_key(|t| (t.person, t.facility));
        store.ties.shrink_to_fit();
        store.person_ties = offsets(store.ties.iter().map(|t| t.person), store.people.len());
        store.facility_offsets = offsets(store.ties.iter().map(|t| t.facility), store.facilities.len());
        let mut next = store.facility_offsets.clone();
        store.facility_ties = vec![0; store.ties.len()];
        for (id, tie) in (0u32..).zip(&store.ties) {
            let slot = &mut next[tie.facility as usize];
            store.facility_ties[*slot as usize] = id;
            *slot += 1;
        }
    }
}

/// Where each id's stretch begins in a list grouped by id; one more at the end.
fn offsets(ids: impl Iterator<Item = u32>, count: usize) -> Vec<u32> {
    let mut offsets = vec![0; count + 1];
    for id in ids {
        offsets[id as usize + 1] += 1;
    }
    for at in 1..offsets.len() {
        offsets[at] += offsets[at - 1];
    }
    offsets
}

/// Byte position of the space between family and given name, when exactly one part stands on each side.
fn boundary(text: &str) -> Option<usize> {
    let text = text.trim();
    let at = text.find(|c: char| c.is_whitespace() || c == '・')?;
    let (front, back) = text.split_at(at);
    (!front.is_empty() && !back.trim_matches([' ', '・']).contains([' ', '・'])).then_some(at)
}
