//! What may be told of a number, end to end on a small made-up directory.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::domain::matching::{DirectoryEntry, DirectoryMeta};
use crate::domain::members::category::Category;
use crate::domain::members::record::{FacilityRecord, FacilityRole, MemberRecord, Tenure};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 5).unwrap();

/// Two doctors of one family name in one town, and one elsewhere: (name, kana, registry, member, facility, address).
const PEOPLE: [(&str, &str, &str, &str, &str, &str); 3] = [
    ("試山　花代", "コヤマ　ハナヨ", "200001", "1400000001", "試山クリニック", "神奈川県横浜市西区架空町1-2-3"),
    ("試山　守", "コヤマ　マモル", "310577", "1400000577", "試山小児科", "神奈川県横浜市西区架空町9-9"),
    ("丘野　実", "オカノ　ミノル", "427713", "", "丘の上医院", "東京都港区見本1-1-1"),
];

fn index() -> DirectoryIndex {
    let entry = |(at, row): (usize, &(&str, &str, &str, &str, &str, &str))| DirectoryEntry {
        member: MemberRecord {
            person_key: format!("M{at}"),
            member_no: Some(row.3.to_owned()).filter(|n| !n.is_empty()),
            registry_no: Some(row.2.to_owned()),
            category: Some(Category::A1),
            name: row.0.to_owned(),
            kana: row.1.to_owned(),
            enrolled_on: NaiveDate::from_ymd_opt(2010, 4, 1),
            moved_on: None,
            category_before: None,
            left_on: None,
            procedure: None,
            pref_association: String::new(),
            district_association: String::new(),
        },
        facility: FacilityRecord {
            facility_key: format!("F{at}"),
            kind: "診療所".into(),
            name: row.4.to_owned(),
            kana: String::new(),
            postal_code: String::new(),
            address: row.5.to_owned(),
            phone: String::new(),
        },
        tenure: Tenure { role: FacilityRole::Opener, from_on: None, until_on: None },
        member_ref: at as u128,
        facility_ref: at as u128,
    };
    let meta = DirectoryMeta { version: 1, exported_on: NaiveDate::from_ymd_opt(2026, 10, 31).unwrap() };
    DirectoryIndex::build(meta, PEOPLE.iter().enumerate().map(entry))
}

fn ask_as(items: [&str; 3], number: &str, heard: Heard) -> Guarded {
    let [name, facility, address] = items.map(str::to_owned);
    index().look_up_guarded(&Query { call_date: TODAY, name, facility, address, number: number.into() }, heard)
}

const HANAYO: [&str; 3] = ["試山花代", "試山クリニック", "横浜市西区架空町1-2-3"];

fn once(number: &str) -> Guarded {
    ask_as(HANAYO, number, Heard::Once)
}

#[test]
fn the_exact_number_agrees_however_it_is_written() {
    for number in ["200001", "２０００-０１", "二〇〇〇〇一", "No.200001", "1400-000-001", "1400000001 / 200001"]
    {
        let told = once(number);
        assert_eq!((told.tried, told.answer.decision), (Tried::Right, Decision::Eligible), "{number}");
    }
}

/// A slip away, another doctor's, nobody's, one too long, one too short: heard once, they can't be told apart.
#[test]
fn heard_once_every_other_number_is_answered_alike() {
    let expected = once("999999");
    assert_eq!((expected.tried, expected.answer.decision), (Tried::Missed, Decision::NeedsCheck));
    assert_eq!(expected.answer.items.number, ItemMark::Differs);
    for number in [
        "200002",
        "020001",
        "310577",
        "427713",
        "20001",
        "0200001",
        "2000010",
        "2000001",
        "1400000577",
        "140000001",
        "二〇〇〇〇二",
        "2OOOO2",
        "200002 1400000002",
        "310577 1400000577",
    ] {
        assert_eq!(once(number), expected, "{number}");
    }
}

#[test]
fn heard_twice_one_slip_verifies_and_two_do_not() {
    for number in ["200002", "20001", "2000001", "0200001", "1400000011"] {
        let told = ask_as(HANAYO, number, Heard::Twice);
        assert_eq!((told.tried, told.answer.decision), (Tried::Right, Decision::Eligible), "{number}");
    }
    let wrong = ask_as(HANAYO, "999999", Heard::Twice);
    assert_eq!((wrong.tried, wrong.answer.items.number), (Tried::Missed, ItemMark::Differs));
    for number in ["200022", "310577", "427713"] {
        assert_eq!(ask_as(HANAYO, number, Heard::Twice), wrong, "{number}");
    }
}

/// With less than three agreeing items nothing is told: not whose a number is, nor that it is anybody's.
#[test]
fn until_the_other_three_agree_the_number_changes_nothing() {
    let others = [
        ["", "", ""],
        ["試山花代", "試山クリニック", ""],
        ["試山花代", "", "横浜市西区架空町1-2-3"],
        ["試山花代", "丘の上医院", "横浜市西区架空町1-2-3"],
        ["丘野実", "試山クリニック", "横浜市西区架空町1-2-3"],
        ["試山花代", "試山クリニック", "東京都港区見本1-1-1"],
        ["試山", "試山", "横浜市西区"],
    ];
    for items in others {
        let wrong = ask_as(items, "999999", Heard::Once);
        assert_eq!(wrong.answer.items.number, ItemMark::NotGiven, "{items:?}");
        for number in ["200001", "310577", "200002", "1400000001", "200001 1400000001"] {
            for heard in [Heard::Once, Heard::Twice] {
                assert_eq!(ask_as(items, number, heard).answer, wrong.answer, "{items:?} {number}");
            }
        }
    }
}

#[test]
fn a_family_name_alone_verifies_only_where_all_is_decided() {
    let said = ["試山", "試山クリニック", "横浜市西区架空町1-2-3"];
    assert_eq!(ask_as(said, "200001", Heard::Once).answer.decision, Decision::Eligible);
    let wrong = ask_as(said, "999999", Heard::Once);
    assert_eq!((wrong.tried, wrong.answer.items.number), (Tried::Missed, ItemMark::NotGiven));
}

#[test]
fn a_number_that_is_left_out_is_no_try() {
    let left_out = ask_as(HANAYO, "200001", Heard::Unasked);
    assert_eq!((left_out.tried, left_out.answer.items.number), (Tried::Nothing, ItemMark::NotGiven));
    assert_eq!(left_out, ask_as(HANAYO, "999999", Heard::Unasked));
}

#[test]
fn who_has_no_number_of_that_kind_is_asked_for_the_other_one() {
    let said = ["丘野実", "丘の上医院", "東京都港区見本1-1-1"];
    let told = ask_as(said, "1300000001", Heard::Once);
    assert_eq!((told.tried, told.answer.items.number), (Tried::Missed, ItemMark::NotOnFile));
    assert_eq!(told, ask_as(said, "1400000001", Heard::Once), "also where it is somebody else's");
}

proptest! {
    /// Whatever is typed: when the engine would verify by it, it is a try; and heard once only the doctor's own numbers do.
    #[test]
    fn nothing_verifies_that_is_no_try(number in "[0-9０-９〇一二三olOI /-]{0,18}", near in 0usize..6, digit in 0u8..10) {
        let mut close = "200001".to_owned();
        close.replace_range(near..=near, &digit.to_string());
        for typed in [number.as_str(), close.as_str()] {
            for heard in [Heard::Once, Heard::Twice] {
                let told = ask_as(HANAYO, typed, heard);
                if told.answer.items.number == ItemMark::Agrees {
                    prop_assert_eq!(told.tried, Tried::Right);
                    let own = number::readable(typed).iter().any(|n| n == "200001" || n == "1400000001");
                    prop_assert!(heard == Heard::Twice || own, "{}", typed);
                } else {
                    let reads = !number::readable(typed).is_empty();
                    prop_assert_eq!(told.tried == Tried::Missed, reads, "{}", typed);
                }
            }
        }
    }
}
