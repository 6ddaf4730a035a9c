//! How long somebody guesses who knows every public fact: name, facility and address of any doctor, the range of
//! registry numbers, the district's beginning of member numbers. Against the real engine, as the desk and the API are
//! told by it, and the real limits, with a clock of its own.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use madoguchi::demo::rng::Rng;
use madoguchi::domain::matching::number::neighbours;
use madoguchi::domain::matching::{Decision, DirectoryIndex, Heard, Query, Tried};
use madoguchi::domain::verification::tries::{Standing, Subject, Tally, cost};

use super::cast::{Cast, Person};

const GUESSED: u64 = 903;
/// Doctors whose numbers are looked at for how many tries would have found them.
const DOCTORS: usize = 300;
/// Tries that are really made, to see that they find what they should.
const REAL: u64 = 20_000;
const HOURS: i64 = 1_000;

/// A way of guessing.
struct Strategy {
    name: &'static str,
    /// How often the number was said.
    heard: Heard,
    /// What would have been typed with success, if the doctor's numbers are these (registry, member).
    typed: fn(&str, &str) -> Vec<String>,
    /// Out of how many one is typed.
    of: Space,
    /// Numbers in one field.
    numbers: usize,
}

#[derive(Clone, Copy)]
enum Space {
    Registry,
    /// Five-digit serials of a district.
    Serials,
    FiveDigits,
    SevenDigits,
    People,
}

fn shorter(number: &str) -> Vec<String> {
    let mut all: Vec<String> = (0..number.len()).map(|at| [&number[..at], &number[at + 1..]].concat()).collect();
    all.sort();
    all.dedup();
    all
}

fn longer(number: &str) -> Vec<String> {
    let at = |at: usize| (0..10).map(move |digit| (at, digit));
    let mut all: Vec<String> =
        (0..=number.len()).flat_map(at).map(|(at, d)| format!("{}{d}{}", &number[..at], &number[at..])).collect();
    all.sort();
    all.dedup();
    all
}

fn slips(number: &str, fixed: usize) -> Vec<String> {
    let near = neighbours(number).into_iter().filter(|n| n.len() == number.len() && n[..fixed] == number[..fixed]);
    near.chain([number.to_owned()]).collect()
}

fn in_kanji(number: &str) -> String {
    number.chars().map(|c| "〇一二三四五六七八九".chars().nth(c as usize - '0' as usize).unwrap()).collect()
}

const STRATEGIES: [Strategy; 10] = [
    Strategy {
        name: "registry number, once",
        heard: Heard::Once,
        typed: |r, _| vec![r.into()],
        of: Space::Registry,
        numbers: 1,
    },
    Strategy {
        name: "the same in kanji digits",
        heard: Heard::Once,
        typed: |r, _| vec![in_kanji(r)],
        of: Space::Registry,
        numbers: 1,
    },
    Strategy {
        name: "chosen so that slips cover most, once",
        heard: Heard::Once,
        typed: |r, _| slips(r, 0),
        of: Space::Registry,
        numbers: 1,
    },
    Strategy {
        name: "five digits, once",
        heard: Heard::Once,
        typed: |r, _| shorter(r),
        of: Space::FiveDigits,
        numbers: 1,
    },
    Strategy {
        name: "seven digits (0 + six, six + 0), once",
        heard: Heard::Once,
        typed: |r, _| longer(r),
        of: Space::SevenDigits,
        numbers: 1,
    },
    Strategy {
        name: "member number of a known district, once",
        heard: Heard::Once,
        typed: |_, m| vec![m.into()],
        of: Space::Serials,
        numbers: 1,
    },
    Strategy {
        name: "one number, doctor after doctor",
        heard: Heard::Once,
        typed: |r, _| vec![r.into()],
        of: Space::People,
        numbers: 1,
    },
    Strategy {
        name: "slips of the registry number, said twice",
        heard: Heard::Twice,
        typed: |r, _| slips(r, 0),
        of: Space::Registry,
        numbers: 1,
    },
    Strategy {
        name: "five digits, said twice",
        heard: Heard::Twice,
        typed: |r, _| shorter(r),
        of: Space::FiveDigits,
        numbers: 1,
    },
    Strategy {
        name: "slips of the member number, said twice",
        heard: Heard::Twice,
        typed: |_, m| slips(m, 5),
        of: Space::Serials,
        numbers: 1,
    },
];

/// What somebody may hold. The tokens that an account made count with it: both together is an account and a token that
/// somebody else made.
const HOLDS: [&str; 3] = ["an account", "a token", "both"];

struct Public<'a> {
    name: &'a str,
    facility: &'a str,
    address: &'a str,
    registry: &'a str,
    member: &'a str,
}

fn asked(index: &DirectoryIndex, on: NaiveDate, of: &Public<'_>, number: &str, heard: Heard) -> bool {
    let query = Query {
        call_date: on,
        name: of.name.to_owned(),
        facility: of.facility.to_owned(),
        address: of.address.to_owned(),
        number: number.to_owned(),
    };
    let told = index.look_up_guarded(&query, heard);
    told.tried == Tried::Right && told.answer.decision == Decision::Eligible
}

/// Doctors who are verified by their number.
fn doctors<'a>(cast: &'a Cast, index: &DirectoryIndex, on: NaiveDate, rng: &mut Rng, count: usize) -> Vec<Public<'a>> {
    let mut found = Vec::new();
    while found.len() < count {
        let person: &Person = &cast.people[usize::try_from(rng.below(cast.people.len() as u64)).unwrap()];
        let Some((facility, _)) = person.ties.iter().find(|(_, role)| role.runs_facility()) else { continue };
        let facility = &cast.facilities[*facility as usize];
        let (Some(registry), Some(member)) = (&person.record.registry_no, &person.record.member_no) else { continue };
        let public = Public {
            name: &person.record.name,
            facility: &facility.name,
            address: &facility.address,
            registry,
            member,
        };
        if asked(index, on, &public, registry, Heard::Once) {
            found.push(public);
        }
    }
    found
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// How many tries a thousand hours let through, as fast as may be tried; once a day another person lets on. One that
/// is said twice was tried once before.
fn tries(subject: Subject, costs: &[i64]) -> u64 {
    let (limits, mut tally) = (subject.limits(), Tally::new(start()));
    let (end, mut now) = (start() + Duration::hours(HOURS), start());
    let (mut rounds, mut let_on_at) = (0, start());
    loop {
        for cost in costs {
            loop {
                match tally.standing(now) {
                    Standing::Free => break,
                    Standing::Waits(until) => now = until,
                    Standing::Stopped => {
                        now = now.max(let_on_at + Duration::days(1));
                        let_on_at = now;
                        tally.let_on(limits, now);
                    }
                }
            }
            if now >= end {
                return rounds;
            }
            tally.miss(*cost, limits, now);
            now += Duration::milliseconds(50);
        }
        rounds += 1;
    }
}

/// Prints tries until success and hours until success, by strategy and by what the attacker holds.
pub fn print(cast: &Cast, index: &DirectoryIndex, on: NaiveDate, seed: u64) {
    let mut rng = Rng::of(seed, GUESSED, 0);
    let registries = cast.people.iter().filter_map(|p| p.record.registry_no.as_ref()?.parse::<u64>().ok());
    let (low, high) = registries.fold((u64::MAX, 0), |(low, high), n| (low.min(n), high.max(n)));
    let size = |space: Space| match space {
        // As few as real use may have.
        Space::Registry => (high - low).min(300_000) as f64,
        Space::Serials | Space::FiveDigits => 100_000.0,
        Space::SevenDigits => 1_000_000.0,
        Space::People => cast.people.len() as f64,
    };
    let doctors = doctors(cast, index, on, &mut rng, DOCTORS);
    println!(
        "\n## Guessing (any doctor, {} people; registry numbers taken for one of {})\n",
        cast.people.len(),
        size(Space::Registry)
    );
    print!("| strategy | verifies, of the numbers typed | tries until success |");
    HOLDS.iter().for_each(|who| print!(" {who}: hours until success |"));
    println!("\n|---|---|---|---|---|---|");
    for strategy in &STRATEGIES {
        let hits: usize = doctors
            .iter()
            .map(|d| (strategy.typed)(d.registry, d.member))
            .zip(&doctors)
            .map(|(typed, d)| typed.iter().filter(|n| asked(index, on, d, n, strategy.heard)).count())
            .sum();
        let chance = hits as f64 / doctors.len() as f64 / size(strategy.of);
        let until = |chance: f64| if chance > 0.0 { format!("{:.0}", 1.0 / chance) } else { "never".into() };
        print!(
            "| {} | {:.1} in {:.0} | {} |",
            strategy.name,
            hits as f64 / doctors.len() as f64,
            size(strategy.of),
            until(chance)
        );
        let once = cost(strategy.numbers, Heard::Once);
        let costs = if strategy.heard == Heard::Twice { vec![once, cost(1, Heard::Twice)] } else { vec![once] };
        // What is said twice is said at a sheet.
        let token = if strategy.heard == Heard::Twice { 0 } else { tries(Subject::Token, &costs) };
        let account = tries(Subject::Account, &costs);
        for rounds in [account, token, account + token] {
            let found = rounds as f64 * chance;
            match found > 0.0 {
                true => print!(" {:.0} ({rounds} tries in {HOURS}) |", HOURS as f64 / found),
                false => print!(" never |"),
            }
        }
        println!();
    }
    really(cast, index, on, &mut rng, (low, high));
}

/// Tries that are really made: how many slips of random numbers, taken as said twice, verify random doctors.
fn really(cast: &Cast, index: &DirectoryIndex, on: NaiveDate, rng: &mut Rng, (low, high): (u64, u64)) {
    let doctors = doctors(cast, index, on, rng, 200);
    let mut found = [0; 2];
    for _ in 0..REAL {
        let doctor = rng.pick(&doctors);
        let number = format!("{:06}", low + rng.below(high - low + 1));
        found[0] += usize::from(asked(index, on, doctor, &number, Heard::Once));
        found[1] += usize::from(asked(index, on, doctor, &number, Heard::Twice));
    }
    println!(
        "\nreally tried: {REAL} random numbers on random doctors verified {} times said once, {} times said twice",
        found[0], found[1]
    );
}
