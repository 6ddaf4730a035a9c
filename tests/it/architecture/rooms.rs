//! The same rooms on every floor, by the same names: whoever knows one floor finds their way on all.

use std::collections::BTreeSet;
use std::fs;

use super::root;

/// The rooms of the house. A new wing is a line here, and then a folder on each floor it needs.
const ROOMS: [&str; 17] = [
    "access",
    "accounts",
    "audit",
    "calls",
    "claims",
    "desks",
    "incidents",
    "jobs",
    "matching",
    "members",
    "referrals",
    "reports",
    "retention",
    "scheme",
    "search",
    "tickets",
    "verification",
];

/// A floor, and the folders on it that are no rooms: what a floor is made of, or has alone.
const FLOORS: [(&str, &[&str]); 5] = [
    ("src/domain", &[]),
    ("src/store", &["demo", "dialect", "entity"]),
    ("src/usecase", &["demo"]),
    ("src/view", &["components", "layout"]),
    ("src/web/pages", &[]),
];

/// Folders of the tests that are no rooms: suites that walk through all of them, and what tests are made of.
const SUITES: [&str; 9] = ["api", "architecture", "attack", "authz", "browser", "faults", "pages", "store", "support"];

/// Files of a floor that stand beside its rooms.
const BESIDE: [(&str, &[&str]); 3] = [
    ("src/usecase", &["authorise", "backup", "error", "mod", "once", "services"]),
    ("src/view", &["format", "layout", "mod", "places", "problem"]),
    ("src/web/pages", &["frame", "health", "mod"]),
];

fn folders(at: &str) -> BTreeSet<String> {
    entries(at, true)
}

fn entries(at: &str, folders: bool) -> BTreeSet<String> {
    let all = fs::read_dir(root().join(at)).expect("a folder").map(|entry| entry.expect("an entry").path());
    let kind = all.filter(|path| path.is_dir() == folders);
    kind.filter_map(|path| path.file_stem().map(|name| name.to_string_lossy().into_owned())).collect()
}

#[test]
fn every_folder_of_a_floor_is_a_room_of_the_list() {
    for (floor, others) in FLOORS {
        for folder in folders(floor) {
            let known = ROOMS.contains(&folder.as_str()) || others.contains(&folder.as_str());
            assert!(known, "{floor}/{folder}: no room of the list");
        }
    }
}

#[test]
fn every_room_of_the_list_is_somewhere() {
    let all: BTreeSet<String> = FLOORS.iter().flat_map(|(floor, _)| folders(floor)).collect();
    for room in ROOMS {
        assert!(all.contains(room), "{room}: on no floor");
    }
}

#[test]
fn what_stands_beside_the_rooms_is_listed() {
    for (floor, beside) in BESIDE {
        let files = entries(floor, false);
        let strange: Vec<_> = files.iter().filter(|name| !beside.contains(&name.as_str())).collect();
        assert!(strange.is_empty(), "{floor}: in which room? {strange:?}");
    }
}

#[test]
fn the_tests_mirror_the_rooms() {
    for folder in folders("tests/it") {
        let known = ROOMS.contains(&folder.as_str()) || SUITES.contains(&folder.as_str());
        assert!(known, "tests/it/{folder}: neither a room nor a suite");
    }
    for room in
        ["accounts", "audit", "calls", "incidents", "members", "referrals", "retention", "tickets", "verification"]
    {
        assert!(folders("tests/it").contains(room), "{room} has no tests of its own");
    }
}
