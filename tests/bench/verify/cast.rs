//! A made-up directory, standing in real towns, and what callers of every class say.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use madoguchi::demo::Plan;
use madoguchi::demo::rng::Rng;
use madoguchi::domain::matching::postal::Gazetteer;
use madoguchi::domain::matching::{Decision, DirectoryIndex, DirectoryMeta, IndexBuilder, Query};
use madoguchi::domain::members::eligibility::{Eligibility, Standing, person_on};
use madoguchi::domain::members::record::{FacilityRecord, FacilityRole, MemberRecord, Tenure};
use madoguchi::gateway::postal;

use super::noise::{self, Kind};
use super::score::Asked;

const TOWNS: u64 = 901;
const ASKED: u64 = 902;

/// What the four items are before anybody speaks.
#[derive(Debug, Clone)]
pub struct StatedItems {
    pub name: String,
    pub facility: String,
    pub address: String,
    pub number: String,
}

pub struct Person {
    pub record: MemberRecord,
    pub ties: Vec<(u32, FacilityRole)>,
}

pub struct Cast {
    seed: u64,
    pub people: Vec<Person>,
    pub facilities: Vec<FacilityRecord>,
    /// Numbers that somebody has.
    pub numbers: HashMap<String, u32>,
    /// Given names by their reading, for names written with other characters.
    pub given: HashMap<String, Vec<String>>,
    on: NaiveDate,
}

/// The classes of callers, each with its share of a hundred.
const CLASSES: [(Class, u64); 13] = [
    (Class::Genuine, 36),
    (Class::Pending, 5),
    (Class::Former, 8),
    (Class::Employee, 6),
    (Class::NumberOfAnother, 6),
    (Class::TwoDigitsWrong, 5),
    (Class::ItemMissing, 6),
    (Class::OtherName, 5),
    (Class::Relative, 4),
    (Class::NoNumber, 10),
    (Class::OtherFacility, 4),
    (Class::OtherTown, 3),
    (Class::Nobody, 2),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Genuine,
    Pending,
    Former,
    Employee,
    NumberOfAnother,
    TwoDigitsWrong,
    ItemMissing,
    OtherName,
    Relative,
    NoNumber,
    OtherFacility,
    OtherTown,
    Nobody,
}

impl Cast {
    pub fn new(seed: u64, people: u64) -> Self {
        let list = postal::shipped().unwrap();
        let on = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
        let plan = Plan::new(people, 0, seed, on, madoguchi::domain::time::day_start(on));
        let directory = plan.directory();
        let towns = Towns::of(&list);
        let mut cast = Self {
            seed,
            people: Vec::new(),
            facilities: Vec::new(),
            numbers: HashMap::new(),
            given: HashMap::new(),
            on,
        };
        let mut ids = HashMap::new();
        let mut open = Vec::new();
        for i in 0..people {
            let home = directory.household(i);
            let mut rng = Rng::of(seed, TOWNS, i);
            for (id, mut facility) in home.facilities {
                facility.address = towns.settle(&mut rng, &facility.address);
                ids.insert(id, u32::try_from(cast.facilities.len()).unwrap());
                cast.facilities.push(facility);
            }
            open.push((home.member, home.ties));
        }
        for (record, ties) in open {
            let ties = ties.iter().filter_map(|(id, role)| Some((*ids.get(id)?, *role))).collect();
            cast.know(Person { record, ties });
        }
        cast
    }

    fn know(&mut self, person: Person) {
        let nth = u32::try_from(self.people.len()).unwrap();
        for number in [&person.record.registry_no, &person.record.member_no].into_iter().flatten() {
            self.numbers.insert(number.clone(), nth);
        }
        let given = |text: &str| text.split('　').nth(1).unwrap_or_default().to_owned();
        let names = self.given.entry(given(&person.record.kana)).or_default();
        let name = given(&person.record.name);
        if !names.contains(&name) {
            names.push(name);
        }
        self.people.push(person);
    }

    /// Whether two given names are one to the ear, or nearly: that is noise, not another person.
    fn sounds_alike(&self, a: &str, b: &str) -> bool {
        let kana =
            |name: &str| self.given.iter().find(|(_, names)| names.iter().any(|n| n == name)).map(|(kana, _)| kana);
        match (kana(a), kana(b)) {
            (Some(a), Some(b)) => strsim::osa_distance(a, b) <= 1,
            _ => true,
        }
    }

    /// Whoever has a name and a number, if what was said of both is still theirs.
    pub fn named(&self, name: &str, number: &str) -> Option<&Person> {
        let person = &self.people[*self.numbers.get(number)? as usize];
        Some(person).filter(|person| person.record.name == name)
    }

    /// The day that is asked about.
    pub fn on(&self) -> NaiveDate {
        self.on
    }

    pub fn index(&self) -> DirectoryIndex {
        let mut builder = IndexBuilder::default();
        for (i, person) in self.people.iter().enumerate() {
            builder.member(i as u128, &person.record);
        }
        for (i, facility) in self.facilities.iter().enumerate() {
            builder.facility(i as u128, facility);
        }
        for (i, person) in self.people.iter().enumerate() {
            for (facility, role) in &person.ties {
                let tenure = Tenure { role: *role, from_on: None, until_on: None };
                builder.tie(i as u128, u128::from(*facility), tenure);
            }
        }
        let meta = DirectoryMeta { version: 1, exported_on: self.on };
        DirectoryIndex::of(builder.finish(meta)).knowing(postal::shipped().unwrap())
    }

    pub fn queries(&self, count: u64) -> Vec<Asked> {
        (0..count).filter_map(|n| self.asked(&mut Rng::of(self.seed, ASKED, n))).collect()
    }

    fn asked(&self, rng: &mut Rng) -> Option<Asked> {
        let class = CLASSES[rng.weighted(CLASSES.iter().map(|(_, share)| *share))].0;
        let wanted = |person: &Person| {
            let standing = person_on(&Standing::from(&person.record), &[], self.on, self.on);
            let runs = person.ties.iter().any(|(_, role)| role.runs_facility());
            match class {
                Class::Pending => runs && matches!(standing, Eligibility::Pending { .. }),
                Class::Former => runs && matches!(standing, Eligibility::NotEligible { .. }),
                Class::Employee => !runs && !person.ties.is_empty(),
                _ => runs && standing == Eligibility::Eligible,
            }
        };
        let person = (0..4_000)
            .map(|_| &self.people[usize::try_from(rng.below(self.people.len() as u64)).unwrap()])
            .find(|person| wanted(person) && person.record.registry_no.is_some())?;
        let (facility, _) = *rng.pick(&person.ties);
        let mut said = self.said(person, facility);
        let (decision, known) = self.twist(rng, class, person, &mut said)?;
        // Whoever mustn't be verified says the rest as it is, or with noise, like everybody else.
        let kinds = if class == Class::Relative {
            // Without the given name nobody could tell the two apart.
            Vec::new()
        } else if matches!(class, Class::Genuine | Class::Pending | Class::NoNumber) || rng.permille(400) {
            noise::some(rng, class == Class::Genuine)
        } else {
            Vec::new()
        };
        let done: Vec<Kind> = kinds.into_iter().filter(|kind| kind.apply(self, rng, &mut said)).collect();
        let too_vague = done.contains(&Kind::FamilyNameOnly) && done.contains(&Kind::CityOnly);
        let decision = if too_vague && decision == Decision::Eligible { Decision::NeedsCheck } else { decision };
        Some(Asked {
            query: Query {
                call_date: self.on,
                name: said.name,
                facility: said.facility,
                address: said.address,
                number: said.number,
            },
            class: format!("{class:?}"),
            kinds: if class == Class::Genuine {
                done.iter().map(|kind| format!("{kind:?}")).collect()
            } else {
                Vec::new()
            },
            members: if known { vec![person.record.person_key.clone()] } else { Vec::new() },
            decision,
        })
    }

    fn said(&self, person: &Person, facility: u32) -> StatedItems {
        let facility = &self.facilities[facility as usize];
        StatedItems {
            name: person.record.name.clone(),
            facility: facility.name.clone(),
            address: facility.address.clone(),
            number: person.record.registry_no.clone().unwrap_or_default(),
        }
    }

    /// What the class says otherwise; what should come of it, and whether the person is still the one who is meant.
    fn twist(&self, rng: &mut Rng, class: Class, person: &Person, said: &mut StatedItems) -> Option<(Decision, bool)> {
        let other = |rng: &mut Rng| &self.people[usize::try_from(rng.below(self.people.len() as u64)).unwrap()];
        match class {
            Class::Genuine => return Some((Decision::Eligible, true)),
            Class::Pending => return Some((Decision::Pending, true)),
            Class::Former => return Some((Decision::NotEligible, true)),
            Class::Employee => {}
            Class::NumberOfAnother => {
                said.number = other(rng).record.registry_no.clone().filter(|n| *n != said.number)?
            }
            Class::TwoDigitsWrong => {
                let number = noise::two_wrong(rng, &said.number);
                // Not one slip from it either, and nobody's.
                said.number = Some(number).filter(|n| !self.numbers.contains_key(n))?;
            }
            Class::ItemMissing => match rng.below(4) {
                0 => said.name.clear(),
                1 => said.facility.clear(),
                2 => said.address.clear(),
                _ => said.number.clear(),
            },
            Class::OtherName => {
                let name = &other(rng).record;
                let (own, others) = (said.name.clone(), name.name.clone());
                let family = |text: &str| text.split('　').next().unwrap_or_default().to_owned();
                said.name = Some(others).filter(|o| family(o) != family(&own))?;
            }
            // Somebody of the family at the doctor's own clinic, with the doctor's number.
            Class::Relative => {
                let other = other(rng).record.name.clone();
                let (family, own) = said.name.split_once('　')?;
                let given =
                    other.split_once('　').map(|(_, given)| given).filter(|given| !self.sounds_alike(given, own))?;
                said.name = format!("{family}　{given}");
            }
            Class::NoNumber => said.number.clear(),
            Class::OtherFacility => {
                let (facility, _) = *other(rng).ties.first()?;
                let facility = &self.facilities[facility as usize];
                let own =
                    |name: &str| name.replace("医療法人", "").replace("社団", "").chars().take(2).collect::<String>();
                let theirs = |name: &String| {
                    let of = |id: u32| own(&self.facilities[id as usize].name);
                    person.ties.iter().any(|(id, _)| of(*id) == own(name))
                };
                said.facility = Some(facility.name.clone()).filter(|name| !theirs(name))?;
            }
            Class::OtherTown => {
                let (facility, _) = *other(rng).ties.first()?;
                let there = noise::city(&self.facilities[facility as usize].address);
                said.address = Some(there).filter(|city| *city != noise::city(&said.address))?;
            }
            Class::Nobody => {
                let number = format!("{:06}", rng.below(1_000_000));
                let (name, (facility, _)) = (other(rng).record.name.clone(), *other(rng).ties.first()?);
                let facility = &self.facilities[facility as usize];
                *said = StatedItems {
                    name,
                    facility: facility.name.replace("医院", "診療所"),
                    address: said.address.clone(),
                    number,
                };
                return Some((Decision::NeedsCheck, false));
            }
        }
        Some((
            Decision::NeedsCheck,
            !matches!(class, Class::OtherName | Class::Relative | Class::OtherFacility | Class::NumberOfAnother),
        ))
    }
}

/// Real towns by prefecture and municipality.
struct Towns<'a> {
    list: Vec<(&'a str, &'a str, &'a str)>,
    by_prefecture: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Towns<'a> {
    fn of(list: &'a Arc<Gazetteer>) -> Self {
        let list: Vec<_> = list.towns().filter(|(_, _, town)| (2..10).contains(&town.chars().count())).collect();
        let mut by_prefecture: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, (pref, _, _)) in list.iter().enumerate() {
            by_prefecture.entry(pref).or_default().push(at);
        }
        Self { list, by_prefecture }
    }

    /// The block of a made-up address behind a real town, mostly of the same prefecture.
    fn settle(&self, rng: &mut Rng, address: &str) -> String {
        let pref = self.by_prefecture.keys().find(|pref| address.starts_with(**pref)).copied();
        let at = match pref {
            Some(pref) => *rng.pick(&self.by_prefecture[pref]),
            None => usize::try_from(rng.below(self.list.len() as u64)).unwrap(),
        };
        let (pref, city, town) = self.list[at];
        let block = address.find(|c: char| c.is_ascii_digit()).map_or("1", |from| &address[from..]);
        let written = if rng.permille(700) { pref } else { "" };
        format!("{written}{city}{town}{block}")
    }
}
