//! Gathers the ties worth comparing: exact keys first, neighbouring letters of the facility where those give little.

use crate::domain::fast_map;

use super::facility::FacilityName;
use super::kana::loose;
use super::name::TypedName;
use super::number;
use super::postings::key;
use super::readings::Readings;
use super::said::SaidAddress;
use super::store::{NO_NUMBER, Store};
use super::stored::{Keys, number_key, town_keys};

/// Ties compared in full at most, whatever was typed.
const MOST_TIES: usize = 120;
/// Facilities whose people are looked at.
const MOST_FACILITIES: usize = 32;
/// Facilities of which those who only work there are looked at too.
const MOST_STAFFED: usize = 6;
/// People of one facility looked at: large hospitals have hundreds.
const MOST_COLLEAGUES: usize = 250;
/// Entries of one key looked at; what is commoner tells little.
const MOST_POSTINGS: usize = 200;
/// Entries of one key walked through for those in the right place.
const LONGEST_LIST: usize = 4_000;

/// A query taken apart once.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) name: TypedName,
    pub(super) facility: FacilityName,
    pub(super) address: SaidAddress,
    pub(super) numbers: Vec<String>,
}

/// People who hold exactly a typed number.
pub(super) fn holders(store: &Store, keys: &Keys, digits: &str) -> Vec<u32> {
    let kind = if digits.len() == number::REGISTRY { 'r' } else { 'm' };
    let Ok(value) = digits.parse::<u64>() else { return Vec::new() };
    if digits.len() != number::REGISTRY && digits.len() != number::MEMBER {
        return Vec::new();
    }
    let found = keys.numbers.of(number_key(kind, digits)).iter().copied();
    found
        .filter(|p| {
            let person = &store.people[*p as usize];
            value == if kind == 'r' { person.registry_no } else { person.member_no }
        })
        .collect()
}

/// A map by id.
pub(super) type IdMap<T> = fast_map::Map<u32, T>;

/// People whose number is one slip away from what was typed, where what was typed is nobody's.
pub(super) fn near_holders(store: &Store, keys: &Keys, typed: &Typed) -> Vec<u32> {
    let nobodys = typed.numbers.iter().filter(|n| holders(store, keys, n).is_empty());
    nobodys.flat_map(|n| number::neighbours(n)).flat_map(|n| holders(store, keys, &n)).collect()
}

/// Ties of those whose number was typed, exactly or but for a slip; other records of the same person included.
pub(super) fn ties_by_number(store: &Store, keys: &Keys, exact: &[u32], near: &[u32]) -> Vec<u32> {
    let mut people = [exact, near].concat();
    for at in 0..people.len() {
        let registry = store.people[people[at] as usize].registry_no;
        if registry != NO_NUMBER {
            people.extend(holders(store, keys, &format!("{registry:0width$}", width = number::REGISTRY)));
        }
    }
    people.sort_unstable();
    people.dedup();
    people.into_iter().flat_map(|p| store.ties_of_person(p)).take(MOST_TIES * 2).collect()
}

/// Ties worth comparing, the likeliest first.
pub(super) fn ties(store: &Store, keys: &Keys, readings: &Readings, typed: &Typed, numbered: [&[u32]; 2]) -> Vec<u32> {
    let people = people(keys, readings, typed, numbered);
    let facilities = facilities(keys, typed);
    let mut scores: IdMap<i32> = IdMap::default();
    for (person, score) in &people {
        for tie in store.ties_of_person(*person) {
            let place = facilities.get(&store.ties[tie as usize].facility).copied().unwrap_or(0);
            scores.insert(tie, score + place);
        }
    }
    let mut likely: Vec<(i32, u32)> = facilities.iter().map(|(f, score)| (*score, *f)).collect();
    likely.sort_unstable_by_key(|(score, facility)| (-score, *facility));
    for (rank, (score, facility)) in likely.into_iter().take(MOST_FACILITIES).enumerate() {
        for tie in store.ties_of_facility(facility).iter().take(MOST_COLLEAGUES) {
            // Those who run the facility first: they are who is usually named.
            let runs = store.ties[*tie as usize].tenure.role.runs_facility();
            if runs || rank < MOST_STAFFED {
                scores.entry(*tie).or_insert(score + i32::from(runs));
            }
        }
    }
    let mut ranked: Vec<(i32, u32)> = scores.into_iter().map(|(tie, score)| (-score, tie)).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(MOST_TIES).map(|(_, tie)| tie).collect()
}

/// People by number (exact, near) and by name.
fn people(keys: &Keys, readings: &Readings, typed: &Typed, numbered: [&[u32]; 2]) -> IdMap<i32> {
    let mut scores: IdMap<i32> = IdMap::default();
    let mut add = |person: u32, score: i32| *scores.entry(person).or_default() += score;
    for (group, score) in numbered.into_iter().zip([40, 12]) {
        group.iter().for_each(|person| add(*person, score));
    }
    let mut named: Vec<u32> = Vec::new();
    for letters in typed.name.letter_keys() {
        named.extend(keys.letters.of(key(&letters)).iter().take(MOST_POSTINGS));
    }
    for kana in typed.name.kana_keys().into_iter().chain(sounds_of(&typed.name, readings)) {
        named.extend(keys.sounds.of(key(&loose(&kana))).iter().take(MOST_POSTINGS));
    }
    named.sort_unstable();
    named.dedup();
    for person in named {
        add(person, 20);
    }
    scores
}

/// Readings a typed name in kanji may have, where both halves are known: finds it though written in other kanji.
fn sounds_of(name: &TypedName, readings: &Readings) -> Vec<Vec<u8>> {
    let mut sounds = Vec::new();
    for letters in name.letters().filter(|l| l.len() <= 8) {
        for at in 1..letters.len() {
            let (left, right) = (readings.of_word(&letters[..at]), readings.of_word(&letters[at..]));
            for first in left.iter().take(4) {
                for second in right.iter().take(6) {
                    sounds.push([&first[..], second].concat());
                    sounds.push([&second[..], first].concat());
                }
            }
        }
    }
    sounds.truncate(48);
    sounds
}

fn facilities(keys: &Keys, typed: &Typed) -> IdMap<i32> {
    let mut places: IdMap<i32> = IdMap::default();
    let postal = typed.address.all().map(|a| a.postal).filter(|postal| *postal != 0).map(|postal| key(&postal));
    let mut towns: Vec<u32> = typed.address.all().flat_map(town_keys).chain(postal).collect();
    towns.sort_unstable();
    towns.dedup();
    for town in towns {
        raise(&mut places, keys.towns.of(town), 8, None);
    }
    let mut scores: IdMap<i32> = IdMap::default();
    let name = &typed.facility;
    let stem = name.stem();
    for (letters, score) in [(&name.letters[..], 14), (name.short(), 12), (&stem, 8)] {
        if letters.len() >= 2 {
            raise(&mut scores, keys.facilities.of(key(letters)), score, Some(&places));
        }
    }
    if let Some(kana) = name.kana() {
        raise(&mut scores, keys.facilities.of(key(&loose(&kana))), 12, Some(&places));
    }
    for (facility, hits) in gram_hits(keys, name.short()) {
        let slot = scores.entry(facility).or_default();
        *slot = (*slot).max(hits * 3);
    }
    for (facility, score) in places {
        *scores.entry(facility).or_default() += score;
    }
    scores
}

/// Raises what is found under a key. Of a very common name only those are taken late in the list that stand in the
/// right place.
fn raise(scores: &mut IdMap<i32>, found: &[u32], score: i32, places: Option<&IdMap<i32>>) {
    for (at, facility) in found.iter().take(LONGEST_LIST).enumerate() {
        if at < MOST_POSTINGS || places.is_some_and(|p| p.contains_key(facility)) {
            let slot = scores.entry(*facility).or_default();
            *slot = (*slot).max(score);
        }
    }
}

/// Facilities sharing the rarest neighbouring letters of the typed name, with how many.
fn gram_hits(keys: &Keys, letters: &[char]) -> Vec<(u32, i32)> {
    let mut lists: Vec<&[u32]> =
        letters.windows(2).take(24).map(|g| keys.grams.of(key(g))).filter(|l| !l.is_empty()).collect();
    lists.sort_unstable_by_key(|l| l.len());
    let mut hits: IdMap<i32> = IdMap::default();
    for facility in lists.into_iter().take(4).filter(|l| l.len() <= MOST_POSTINGS).flatten() {
        *hits.entry(*facility).or_default() += 1;
    }
    let mut hits: Vec<(u32, i32)> = hits.into_iter().collect();
    hits.sort_unstable_by_key(|(facility, count)| (-count, *facility));
    hits.truncate(MOST_FACILITIES * 2);
    hits
}
