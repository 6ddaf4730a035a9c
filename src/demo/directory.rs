//! A made-up directory. Every person is made from the seed and a number alone, so that nobody needs to be kept.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::demo::facility::{Sort, facility};
use crate::demo::names::{given, surname};
use crate::demo::places::{PREFECTURES, prefecture};
use crate::demo::rng::Rng;
use crate::domain::id::{FacilityId, MemberId};
use crate::domain::members::category::Category;
use crate::domain::members::record::{FacilityRecord, FacilityRole, MemberRecord, Procedure, ProcedureKind};
use crate::domain::time::day_start;

const PEOPLE: u64 = 1;
const IDS: u64 = 2;

/// A directory of so many people, as exported on a day.
#[derive(Debug, Clone, Copy)]
pub struct Directory {
    /// Seed of the whole past.
    pub seed: u64,
    /// How many people.
    pub members: u64,
    /// The day of the export.
    pub exported_on: NaiveDate,
}

/// A person with the facilities they opened, and all their ties.
#[derive(Debug, Clone)]
pub struct Household {
    /// The person's id.
    pub id: MemberId,
    /// The person.
    pub member: MemberRecord,
    /// Their place in `PREFECTURES`.
    pub prefecture: usize,
    /// The facilities they opened.
    pub facilities: Vec<(FacilityId, FacilityRecord)>,
    /// Facility, role.
    pub ties: Vec<(FacilityId, FacilityRole)>,
    /// What they are to the scheme.
    pub standing: Standing,
}

/// What a person is to the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A① with a facility.
    Owner,
    /// A① since a move.
    MovedIn,
    /// Was A①, moved to another category.
    MovedOut,
    /// Has left.
    Left,
    /// First enrolment under way.
    Enrolling,
    /// Move to A① under way.
    Moving,
    /// Works at somebody else's facility.
    Employee(Category),
}

/// Standings by weight of a thousand.
const STANDINGS: [(Standing, u64); 10] = [
    (Standing::Owner, 565),
    (Standing::MovedIn, 30),
    (Standing::MovedOut, 10),
    (Standing::Left, 20),
    (Standing::Enrolling, 8),
    (Standing::Moving, 7),
    (Standing::Employee(Category::A2B), 170),
    (Standing::Employee(Category::A2C), 55),
    (Standing::Employee(Category::B), 110),
    (Standing::Employee(Category::C), 25),
];

impl Directory {
    /// What person `i` is; the first person is an owner, so that there is always one.
    pub fn standing(&self, i: u64) -> Standing {
        if i == 0 {
            return Standing::Owner;
        }
        let mut rng = Rng::of(self.seed, PEOPLE, i);
        STANDINGS[rng.weighted(STANDINGS.iter().map(|(_, w)| *w))].0
    }

    /// The id of the nth facility of person `i`.
    fn facility_id(&self, i: u64, n: u64) -> FacilityId {
        FacilityId(Rng::of(self.seed, IDS, i * 4 + n + 1).id(self.instant(i), 0))
    }

    fn instant(&self, i: u64) -> DateTime<Utc> {
        let first = NaiveDate::from_ymd_opt(2022, 6, 1).unwrap_or(self.exported_on);
        day_start(first) + Duration::milliseconds(i64::try_from(i).unwrap_or_default())
    }

    /// An owner, by chance.
    pub fn some_owner(&self, rng: &mut Rng) -> u64 {
        (0..64).map(|_| rng.below(self.members)).find(|i| self.standing(*i) == Standing::Owner).unwrap_or_default()
    }

    /// Person `i`.
    pub fn household(&self, i: u64) -> Household {
        let mut rng = Rng::of(self.seed, PEOPLE, i);
        rng.draw();
        let standing = self.standing(i);
        let (family, first) = (surname(&mut rng), given(&mut rng));
        let pref = prefecture(&mut rng);
        let city = rng.pick(PREFECTURES[pref].cities);
        let id = MemberId(Rng::of(self.seed, IDS, i * 4).id(self.instant(i), 0));
        let mut home = Household {
            id,
            member: self.record(&mut rng, i, standing, pref, city.0),
            prefecture: pref,
            facilities: Vec::new(),
            ties: Vec::new(),
            standing,
        };
        home.member.name = format!("{}　{}", family.0, first.0);
        home.member.kana = format!("{}　{}", family.1, first.1);
        if let Standing::Employee(_) = standing {
            for _ in 0..1 + u64::from(rng.permille(60)) {
                let employer = self.some_owner(&mut rng);
                let tie = (self.facility_id(employer, 0), FacilityRole::Employee);
                if !home.ties.contains(&tie) {
                    home.ties.push(tie);
                }
            }
            return home;
        }
        let count = 1 + u64::from(rng.permille(200)) + u64::from(rng.permille(25));
        for n in 0..count {
            let sort = match (n, rng.below(100)) {
                (0, 0..87) | (_, 0..35) => Sort::Clinic,
                (0, 87..95) => Sort::Hospital,
                _ => Sort::Care,
            };
            let facility_id = self.facility_id(i, n);
            let role = if rng.permille(80) { FacilityRole::Manager } else { FacilityRole::Opener };
            home.facilities
                .push((facility_id, facility(&mut rng, format!("F{:07}", i * 3 + n + 1), sort, family, pref, city)));
            home.ties.push((facility_id, role));
        }
        home
    }

    fn record(&self, rng: &mut Rng, i: u64, standing: Standing, pref: usize, city: &str) -> MemberRecord {
        let registry = self.registry(i);
        let licensed = 1965 + i32::try_from(registry.saturating_sub(190_000) / 6_900).unwrap_or(50).min(54);
        let enrolled = day(licensed + 2, rng).min(NaiveDate::from_ymd_opt(2022, 5, 1).unwrap_or(self.exported_on));
        let ago = |rng: &mut Rng, from, until| self.exported_on - Duration::days(rng.between(from, until));
        let mut member = MemberRecord {
            person_key: format!("M{:07}", i + 1),
            member_no: Some(format!("{:02}{:03}{:05}", pref + 1, 100 + i / 100_000, i % 100_000)),
            registry_no: Some(format!("{registry:06}")),
            category: Some(Category::A1),
            name: String::new(),
            kana: String::new(),
            enrolled_on: Some(enrolled),
            moved_on: None,
            category_before: None,
            left_on: None,
            procedure: None,
            pref_association: format!("{}医師会", PREFECTURES[pref].name),
            district_association: format!("{city}医師会"),
        };
        let towards = |kind, on| Some(Procedure { kind, applied_on: Some(on), applied_category: Some(Category::A1) });
        match standing {
            Standing::Owner => {}
            Standing::MovedIn => {
                member.moved_on = Some(ago(rng, 10, 1_500).max(enrolled));
                member.category_before = Some(*rng.pick(&[Category::B, Category::A2B]));
            }
            Standing::MovedOut => {
                member.moved_on = Some(ago(rng, 10, 1_200).max(enrolled));
                member.category_before = Some(Category::A1);
                member.category = Some(Category::B);
            }
            Standing::Left => member.left_on = Some(ago(rng, 5, 1_200).max(enrolled)),
            Standing::Enrolling => {
                member.member_no = None;
                member.category = None;
                member.enrolled_on = None;
                member.procedure = towards(ProcedureKind::Enrolment, ago(rng, 3, 80));
            }
            Standing::Moving => {
                member.category = Some(Category::B);
                member.procedure = towards(ProcedureKind::Move, ago(rng, 3, 80));
            }
            Standing::Employee(category) => member.category = Some(category),
        }
        member
    }

    /// Six digits, each once: a walk with a stride that shares no factor with the length.
    fn registry(&self, i: u64) -> u64 {
        let start = Rng::of(self.seed, PEOPLE, u64::MAX).below(420_000);
        if self.members <= 420_000 {
            190_000 + (i * 262_147 + start) % 420_000
        } else {
            (i * 618_031 + start) % 1_000_000
        }
    }
}

fn day(year: i32, rng: &mut Rng) -> NaiveDate {
    let month = u32::try_from(rng.between(1, 13)).unwrap_or(4);
    let day = u32::try_from(rng.between(1, 29)).unwrap_or(1);
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn directory(members: u64) -> Directory {
        Directory { seed: 1, members, exported_on: NaiveDate::from_ymd_opt(2026, 10, 31).expect("a day") }
    }

    #[test]
    fn numbers_and_keys_occur_once_and_have_their_digits() {
        let people: Vec<_> = (0..3_000).map(|i| directory(3_000).household(i)).collect();
        let once = |texts: Vec<String>| assert_eq!(texts.iter().collect::<HashSet<_>>().len(), texts.len());
        once(people.iter().map(|p| p.member.registry_no.clone().expect("a number")).collect());
        once(people.iter().filter_map(|p| p.member.member_no.clone()).collect());
        once(people.iter().flat_map(|p| &p.facilities).map(|(_, f)| f.facility_key.clone()).collect());
        once(people.iter().flat_map(|p| &p.facilities).map(|(id, _)| id.to_string()).collect());
        assert!(people.iter().all(|p| p.member.registry_no.as_ref().is_some_and(|n| n.len() == 6)));
        assert!(people.iter().filter_map(|p| p.member.member_no.as_ref()).all(|n| n.len() == 10));
        let pairs: usize = people.iter().map(|p| p.ties.len()).sum();
        assert!((3_300..3_600).contains(&pairs), "{pairs}");
    }

    #[test]
    fn employees_work_at_facilities_that_exist() {
        let people: Vec<_> = (0..500).map(|i| directory(500).household(i)).collect();
        let known: HashSet<_> = people.iter().flat_map(|p| p.facilities.iter().map(|(id, _)| *id)).collect();
        assert!(people.iter().flat_map(|p| &p.ties).all(|(facility, _)| known.contains(facility)));
        assert!(
            people.iter().any(|p| p.standing == Standing::Moving)
                && people.iter().any(|p| p.standing == Standing::Left)
        );
    }
}
