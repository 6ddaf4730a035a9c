//! Rules of the desk, end to end on a small made-up directory.

use proptest::prelude::*;

use super::*;
use crate::domain::matching::address::Address;
use crate::domain::matching::answer::{Decision, ItemMark, Reason};
use crate::domain::members::category::Category;
use crate::domain::members::eligibility::Eligibility;
use crate::domain::members::eligibility::eligibility;
use crate::domain::members::record::{FacilityRecord, FacilityRole, MemberRecord, Procedure, ProcedureKind, Tenure};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a real day")
}

fn member(key: &str, name: (&str, &str), registry: &str, number: &str) -> MemberRecord {
    MemberRecord {
        person_key: key.to_owned(),
        member_no: Some(number.to_owned()).filter(|n| !n.is_empty()),
        registry_no: Some(registry.to_owned()),
        category: Some(Category::A1),
        name: name.0.to_owned(),
        kana: name.1.to_owned(),
        enrolled_on: NaiveDate::from_ymd_opt(2010, 4, 1),
        moved_on: None,
        category_before: None,
        left_on: None,
        procedure: None,
        pref_association: String::new(),
        district_association: String::new(),
    }
}

fn facility(key: &str, name: &str, kana: &str, address: &str) -> FacilityRecord {
    FacilityRecord {
        facility_key: key.to_owned(),
        kind: "診療所".to_owned(),
        name: name.to_owned(),
        kana: kana.to_owned(),
        postal_code: "2200001".to_owned(),
        address: address.to_owned(),
        phone: String::new(),
    }
}

fn directory() -> Vec<(MemberRecord, FacilityRecord, FacilityRole)> {
    let hanako = || {
        facility(
            "F1",
            "医療法人社団架空会　試山クリニック",
            "イリョウホウジンシャダンカクウカイコヤマクリニック",
            "神奈川県横浜市西区架空町1-2-3",
        )
    };
    let hill = || facility("F2", "丘の上医院", "オカノウエイイン", "東京都港区見本1-1-1");
    let ward = || facility("F3", "見本中央病院", "ミホンチュウオウビョウイン", "大阪府大阪市北区例示町5-5");
    let pending =
        Procedure { kind: ProcedureKind::Enrolment, applied_on: Some(day(9, 1)), applied_category: Some(Category::A1) };
    vec![
        (member("M1", ("試山　花代", "コヤマ　ハナヨ"), "200001", "1400000001"), hanako(), FacilityRole::Opener),
        (
            MemberRecord {
                category: Some(Category::B),
                ..member("M2", ("試山　花江", "コヤマ　ハナエ"), "300002", "1400000002")
            },
            hanako(),
            FacilityRole::Employee,
        ),
        (
            MemberRecord {
                left_on: Some(day(11, 10)),
                ..member("M3", ("丘野　守", "オカノ　マモル"), "200103", "1300000003")
            },
            hill(),
            FacilityRole::Opener,
        ),
        (
            MemberRecord {
                category: None,
                enrolled_on: None,
                procedure: Some(pending),
                ..member("M4", ("例田　進", "レイダ　ススム"), "500004", "")
            },
            ward(),
            FacilityRole::Manager,
        ),
        (member("M5", ("例田　実", "レイダ　ミノル"), "210005", "2700000005"), ward(), FacilityRole::Employee),
        (
            member("M6", ("他山　学", "タヤマ　マナブ"), "200007", "1300000006"),
            facility("F4", "他山眼科", "タヤマガンカ", "東京都北区別町3"),
            FacilityRole::Opener,
        ),
    ]
}

fn index() -> DirectoryIndex {
    let meta = DirectoryMeta { version: 3, exported_on: day(10, 31) };
    let number = |key: &str| key[1..].parse().unwrap_or(0);
    DirectoryIndex::build(
        meta,
        directory().into_iter().map(|(member, facility, role)| DirectoryEntry {
            member_ref: number(&member.person_key),
            facility_ref: number(&facility.facility_key),
            tenure: Tenure { role, from_on: None, until_on: None },
            member,
            facility,
        }),
    )
}

fn ask(on: NaiveDate, name: &str, facility: &str, address: &str, number: &str) -> Answer {
    let query = Query {
        call_date: on,
        name: name.to_owned(),
        facility: facility.to_owned(),
        address: address.to_owned(),
        number: number.to_owned(),
    };
    index().look_up_in_full(&query)
}

fn hanako(number: &str) -> Answer {
    ask(day(11, 5), "試山花代", "試山クリニック", "横浜市西区架空町1-2-3", number)
}

#[test]
fn four_agreeing_items_verify_an_a1_member_however_they_are_said() {
    for answer in [
        hanako("200001"),
        hanako("No. 1400-000-001"),
        ask(day(11, 5), "こやま はなよ先生", "コヤマクリニック", "西区架空町", "２００００１"),
        ask(day(11, 5), "試山", "架空会試山くりにっく", "架空町1-2-3", "200001"),
        ask(day(11, 5), "花代 試山", "試山医院", "〒220-0001", "200001"),
    ] {
        assert_eq!((answer.decision, answer.reason), (Decision::Eligible, Reason::AllAgree), "{answer:?}");
        assert_eq!(answer.candidates[0].person_key, "M1");
        assert!(answer.items.all_agree() && answer.ask_next.is_none());
    }
}

#[test]
fn a_missing_item_is_asked_for_and_never_verified() {
    let full = ["試山花代", "試山クリニック", "横浜市西区架空町1-2-3", "200001"];
    for left_out in 0..4 {
        let mut said = full;
        said[left_out] = "";
        let answer = ask(day(11, 5), said[0], said[1], said[2], said[3]);
        assert_eq!((answer.decision, answer.reason), (Decision::NeedsCheck, Reason::ItemMissing), "{left_out}");
        assert_eq!(answer.items.all()[left_out], ItemMark::NotGiven);
        assert_eq!(answer.candidates[0].person_key, "M1");
        assert!(answer.ask_next.is_some());
    }
}

#[test]
fn one_slip_of_a_number_that_is_nobodys_is_forgiven_and_two_are_not() {
    for (number, decision) in [
        ("200011", Decision::Eligible),
        ("20001", Decision::Eligible),
        ("020001", Decision::Eligible),
        ("200012", Decision::NeedsCheck),
    ] {
        assert_eq!(hanako(number).decision, decision, "{number}");
    }
}

#[test]
fn a_number_that_is_somebody_elses_must_be_read_again() {
    // One digit off, but the number of M6.
    let answer = hanako("200007");
    assert_eq!((answer.decision, answer.reason), (Decision::NeedsCheck, Reason::NumberOfAnother));
    assert_eq!(answer.candidates[0].person_key, "M1");
    let relatives = hanako("300002");
    assert_eq!(relatives.decision, Decision::NeedsCheck);
}

#[test]
fn an_answer_never_tells_how_a_number_differs() {
    let wrong = hanako("999999");
    let of_another = hanako("200007");
    assert_eq!(wrong.notes, of_another.notes);
    assert_eq!(wrong.ask_next, of_another.ask_next);
}

#[test]
fn items_that_contradict_each_other_are_checked() {
    for (name, facility, address) in [
        ("試山花代", "丘の上医院", "東京都港区見本1-1-1"),
        ("試山花代", "試山クリニック", "東京都港区見本1-1-1"),
        ("他山学", "試山クリニック", "横浜市西区架空町1-2-3"),
    ] {
        assert_eq!(ask(day(11, 5), name, facility, address, "200001").decision, Decision::NeedsCheck, "{name}");
    }
}

#[test]
fn the_day_of_leaving_decides() {
    let on = |date| ask(date, "丘野守", "丘の上医院", "東京都港区見本1-1-1", "200103");
    assert_eq!(on(day(11, 9)).decision, Decision::Eligible);
    assert_eq!((on(day(11, 10)).decision, on(day(11, 10)).reason), (Decision::NotEligible, Reason::Left));
}

#[test]
fn a_procedure_under_way_is_usable_and_flagged_after_three_months() {
    let on = |date| ask(date, "例田進", "見本中央病院", "大阪市北区例示町5-5", "500004");
    assert_eq!((on(day(11, 30)).decision, on(day(11, 30)).pending_overdue), (Decision::Pending, false));
    assert!(on(day(12, 1)).pending_overdue);
}

#[test]
fn a_pending_member_has_no_member_number_yet() {
    let answer = ask(day(11, 5), "例田進", "見本中央病院", "大阪市北区例示町5-5", "2799999999");
    assert_eq!((answer.decision, answer.items.number), (Decision::NeedsCheck, ItemMark::NotOnFile));
}

#[test]
fn an_a1_member_who_only_works_there_is_checked() {
    let answer = ask(day(11, 5), "例田実", "見本中央病院", "大阪市北区例示町5-5", "210005");
    assert_eq!((answer.decision, answer.reason), (Decision::NeedsCheck, Reason::EmployeeOnly));
}

#[test]
fn somebody_not_a1_at_a_facility_that_an_a1_member_runs_is_checked() {
    let answer = ask(day(11, 5), "試山花江", "試山クリニック", "横浜市西区架空町1-2-3", "300002");
    assert_eq!((answer.decision, answer.reason), (Decision::NeedsCheck, Reason::AnotherRunsFacility));
}

#[test]
fn a_family_name_alone_finds_nobody() {
    assert!(ask(day(11, 5), "試山", "", "", "").candidates.is_empty());
    assert!(ask(day(11, 5), "例田先生", "", "大阪市北区", "").candidates.is_empty());
}

#[test]
fn family_name_and_city_are_too_vague_to_verify() {
    let answer = ask(day(11, 5), "試山", "試山クリニック", "横浜市西区", "200001");
    assert_eq!((answer.decision, answer.reason), (Decision::NeedsCheck, Reason::TooVague));
}

#[test]
fn an_unknown_caller_is_asked_about_a_procedure() {
    let answer = ask(day(11, 5), "無名太郎", "無名医院", "沖縄県那覇市無名1", "999999");
    assert_eq!((answer.decision, answer.reason), (Decision::NeedsCheck, Reason::NobodyFound));
    assert!(answer.ask_next.is_some_and(|text| text.contains("手続き中")));
}

#[test]
fn anything_at_all_may_be_typed() {
    let index = index();
    for text in [
        "",
        " \u{0}\u{7}",
        "〓〓〓〓",
        "((((",
        "医療法人",
        "市区町村",
        "%_'\"\\",
        "\u{1f600}",
        &"あ1丁目".repeat(300_000),
        &"佐々".repeat(100_000),
        &"9".repeat(1 << 20),
    ] {
        let same = || text.to_owned();
        let answer = index.look_up_in_full(&Query {
            call_date: day(11, 5),
            name: same(),
            facility: same(),
            address: same(),
            number: same(),
        });
        assert_eq!(answer.decision, Decision::NeedsCheck);
    }
}

#[test]
fn an_empty_directory_finds_nobody() {
    assert!(DirectoryIndex::empty().is_empty());
    let query = Query {
        call_date: day(11, 5),
        name: "試山花代".into(),
        facility: String::new(),
        address: String::new(),
        number: String::new(),
    };
    assert_eq!(DirectoryIndex::empty().look_up_in_full(&query).decision, Decision::NeedsCheck);
}

/// What one item may be replaced by: another's, nonsense, or a slip too many.
fn wrong(item: usize, seed: usize) -> &'static str {
    const WRONG: [[&str; 3]; 4] = [
        ["試山一郎", "鈴木太郎", "たなかはなこ"],
        ["北町眼科", "別の病院", "東内科クリニック"],
        ["大阪府堺市北区百舌鳥梅町1", "札幌市中央区", "沖縄県那覇市泉崎1-2-2"],
        ["999999", "000001", "123456"],
    ];
    WRONG[item][seed % 3]
}

fn favour(decision: Decision) -> u8 {
    match decision {
        Decision::Eligible => 2,
        Decision::Pending => 1,
        Decision::NeedsCheck | Decision::NotEligible => 0,
    }
}

proptest! {
    #[test]
    fn a_wrong_item_never_helps(person in 0_usize..64, item in 0_usize..4, seed in 0_usize..3, gone in 0_usize..16) {
        let directory = directory();
        let (member, facility, _) = &directory[person % directory.len()];
        let number = member.registry_no.clone().or(member.member_no.clone()).unwrap_or_default();
        // Some items may be missing: four bits.
        let said = |n: usize, text: &str| if gone >> n & 1 == 1 && n != item { String::new() } else { text.to_owned() };
        let right = [said(0, &member.name), said(1, &facility.name), said(2, &facility.address), said(3, &number)];
        let mut twisted = right.clone();
        twisted[item] = wrong(item, seed).to_owned();
        let index = index();
        let verdict = |s: &[String; 4]| index.look_up_in_full(&Query {
            call_date: day(11, 5), name: s[0].clone(), facility: s[1].clone(), address: s[2].clone(), number: s[3].clone(),
        });
        let (before, after) = (verdict(&right), verdict(&twisted));
        prop_assert!(favour(after.decision) <= favour(before.decision), "{right:?} {twisted:?}");
    }

    #[test]
    fn whoever_is_not_eligible_that_day_is_never_verified_that_day(person in 0_usize..64, days in -900_i64..900) {
        let directory = directory();
        let (member, facility, role) = &directory[person % directory.len()];
        let on = day(11, 5) + chrono::Duration::days(days);
        let tenure = Tenure { role: *role, from_on: None, until_on: None };
        let rule = eligibility(member, &[], &tenure, day(10, 31), on);
        let number = member.registry_no.clone().or(member.member_no.clone()).unwrap_or_default();
        let answer = ask(on, &member.name, &facility.name, &facility.address, &number);
        let same_person = answer.candidates.first().is_some_and(|c| c.person_key == member.person_key);
        if same_person && answer.decision == Decision::Eligible {
            prop_assert_eq!(rule, Eligibility::Eligible);
        }
    }

    /// Two doctors of one name in two spellings, at one clinic: only the number tells them apart.
    #[test]
    fn two_members_whose_keys_fold_into_one_are_told_apart_by_their_numbers_or_not_at_all(
        a in 200_000_u32..200_040, b in 200_000_u32..200_040, said in 200_000_u32..200_040
    ) {
        prop_assume!(a != b);
        let clinic = || facility("F1", "斎藤医院", "サイトウイイン", "東京都北区別町3");
        let twins = [("M1", "斎藤　学", a), ("M2", "齊藤　学", b)].map(|(key, name, number)| {
            (member(key, (name, "サイトウ　マナブ"), &number.to_string(), ""), clinic())
        });
        let index = DirectoryIndex::build(
            DirectoryMeta { version: 1, exported_on: day(10, 31) },
            twins.into_iter().map(|(member, facility)| DirectoryEntry {
                member_ref: member.person_key[1..].parse().unwrap_or(0),
                facility_ref: 1,
                tenure: Tenure { role: FacilityRole::Opener, from_on: None, until_on: None },
                member,
                facility,
            }),
        );
        let answer = index.look_up_in_full(&Query {
            call_date: day(11, 5),
            name: "斎藤学".into(),
            facility: "斎藤医院".into(),
            address: "東京都北区別町3".into(),
            number: said.to_string(),
        });
        if answer.decision == Decision::Eligible {
            let first = answer.candidates.first().map(|c| c.member_ref).unwrap_or_default();
            let (own, other) = if first == 1 { (a, b) } else { (b, a) };
            let near = |number: u32| number::neighbours(&said.to_string()).contains(&number.to_string());
            prop_assert!(own == said || (near(own) && !near(other) && other != said), "{a} {b} {said}");
        }
    }

    #[test]
    fn folding_a_folded_text_changes_nothing(text in "[ -~ぁ-んァ-ヶー一-龥ｦ-ﾟ！-～　㈱①\u{3099}髙﨑]{0,40}") {
        let once = crate::domain::matching::normalise::fold(&text);
        prop_assert_eq!(crate::domain::matching::normalise::fold(&once), once.clone());
        let address = Address::parse(&text);
        let place = address.place();
        prop_assert!(place.chars().count() <= 400);
    }
}
