//! What goes in, what is repaired, what stays out.

use super::super::header::FIELDS;
use super::*;

const GOOD: [&str; 23] = [
    "M1",
    "0100000001",
    "012345",
    "A①",
    "架空　一",
    "カクウ　ハジメ",
    "2020/04/01",
    "",
    "",
    "",
    "",
    "",
    "",
    "北海道医師会",
    "札幌市医師会",
    "F1",
    "診療所",
    "架空医院",
    "カクウイイン",
    "060-0001",
    "北海道札幌市中央区北一条西1-1",
    "011-000-0000",
    "開設者",
];

fn row(changes: &[(&str, &str)]) -> String {
    let mut fields = GOOD.map(str::to_owned);
    for (field, value) in changes {
        let at = FIELDS.iter().position(|(name, _)| name == field).expect("a known field");
        fields[at] = (*value).to_owned();
    }
    fields.map(|f| format!("\"{f}\"")).join(",")
}

fn file(rows: &[String]) -> String {
    let header: Vec<&str> = FIELDS.iter().map(|(_, h)| *h).collect();
    format!("{}\r\n{}\r\n", header.join(","), rows.join("\r\n"))
}

fn parse(rows: &[String]) -> ParsedDirectory {
    parse_directory(file(rows).as_bytes(), &HeaderMap::default(), &mut |_| {}).expect("a readable file")
}

fn member(parsed: &ParsedDirectory) -> MemberRecord {
    parsed.members.get(0).expect("a member")
}

fn facility(parsed: &ParsedDirectory) -> FacilityRecord {
    parsed.facilities.get(0).expect("a facility")
}

fn codes(parsed: &ParsedDirectory) -> Vec<(u64, &str)> {
    parsed.problems.iter().map(|p| (p.line, p.code)).collect()
}

#[test]
fn a_good_row_goes_in_as_it_stands() {
    let parsed = parse(&[row(&[])]);
    assert_eq!((parsed.rows, parsed.repaired, parsed.rejected), (1, 0, 0));
    assert_eq!(member(&parsed).registry_no.as_deref(), Some("012345"));
    assert_eq!(facility(&parsed).postal_code, "0600001");
    assert_eq!(parsed.pairs, [(0, 0, FacilityRole::Opener)]);
}

#[test]
fn lost_zeros_and_eras_are_repaired_and_reported() {
    let parsed = parse(&[row(&[("registry_no", "12345"), ("member_no", "100000001"), ("enrolled_on", "R2.4.1")])]);
    assert_eq!((parsed.repaired, parsed.rejected), (1, 0));
    assert_eq!(member(&parsed).member_no.as_deref(), Some("0100000001"));
    assert_eq!(codes(&parsed), [(2, "repaired.number"), (2, "repaired.number"), (2, "repaired.date")]);
}

#[test]
fn bad_rows_stay_out_and_the_good_ones_go_in() {
    for (field, value, code) in [
        ("person_key", "", "rejected.no_key"),
        ("facility_key", "　", "rejected.no_key"),
        ("registry_no", "1234", "rejected.number"),
        ("member_no", "1.3E+09", "rejected.number"),
        ("enrolled_on", "2020/02/30", "rejected.date"),
        ("category", "A9", "rejected.category"),
        ("role", "理事", "rejected.role"),
        ("name", "", "rejected.empty"),
    ] {
        let parsed = parse(&[row(&[(field, value)]), row(&[("person_key", "M2"), ("member_no", "0100000002")])]);
        assert_eq!((parsed.rejected, parsed.members.len()), (1, 1), "{field}");
        assert_eq!(codes(&parsed), [(2, code)], "{field}");
    }
}

#[test]
fn a_row_with_too_few_fields_is_reported_and_kept_out() {
    let parsed = parse(&["M9,1".to_owned(), row(&[])]);
    assert_eq!((parsed.rejected, parsed.members.len()), (1, 1));
    assert!(codes(&parsed).contains(&(2, "rejected.column_count")));
}

#[test]
fn lines_are_those_of_the_file_though_quotes_hold_line_breaks() {
    let parsed = parse(&[row(&[("address", "札幌市\r\n中央区")]), row(&[("person_key", "M2"), ("registry_no", "x")])]);
    assert_eq!(codes(&parsed), [(4, "rejected.number")]);
}

#[test]
fn blank_lines_do_not_shift_the_count_of_lines() {
    let parsed = parse(&[String::new(), row(&[("registry_no", "x")])]);
    assert_eq!((parsed.rows, codes(&parsed)), (1, vec![(3, "rejected.number")]));
}

#[test]
fn the_same_row_twice_is_tolerated() {
    let parsed = parse(&[row(&[]), row(&[])]);
    assert_eq!((parsed.rows, parsed.rejected, parsed.pairs.len()), (2, 0, 1));
}

#[test]
fn contradictory_rows_of_a_person_all_stay_out_and_the_facility_stays() {
    let parsed = parse(&[row(&[]), row(&[("name", "架空　二")]), row(&[("person_key", "M2"), ("member_no", "")])]);
    assert_eq!((parsed.rejected, parsed.members.len(), parsed.pairs.len()), (2, 1, 1));
    assert_eq!(codes(&parsed), [(2, "contradiction.person"), (3, "contradiction.person")]);
    assert_eq!(parsed.held_back_people, ["M1"]);
}

#[test]
fn contradictory_rows_of_a_facility_are_reported() {
    let parsed = parse(&[row(&[]), row(&[("person_key", "M2"), ("member_no", ""), ("facility_name", "別の医院")])]);
    assert_eq!((parsed.rejected, parsed.facilities.len()), (2, 0));
    assert_eq!(parsed.held_back_facilities, ["F1"]);
}

#[test]
fn one_member_may_have_several_facilities() {
    let parsed = parse(&[row(&[]), row(&[("facility_key", "F2"), ("facility_name", "第二医院")])]);
    assert_eq!((parsed.members.len(), parsed.facilities.len(), parsed.pairs.len()), (1, 2, 2));
}

#[test]
fn cp932_reads_like_utf8() {
    let text = file(&[row(&[])]);
    let bytes = encoding_rs::SHIFT_JIS.encode(&text).0.into_owned();
    let parsed = parse_directory(&bytes, &HeaderMap::default(), &mut |_| {}).expect("a readable file");
    assert_eq!(parsed.encoding, "CP932");
    assert_eq!(parsed.members, parse(&[row(&[])]).members);
}

#[test]
fn a_file_that_cannot_be_a_directory_is_refused_by_name() {
    let refuse = |bytes: &[u8]| parse_directory(bytes, &HeaderMap::default(), &mut |_| {}).expect_err("refused");
    assert_eq!(refuse(b""), FileProblem::Empty);
    assert_eq!(refuse(b"PK\x03\x04zip"), FileProblem::NotCsv);
    assert!(
        matches!(refuse("氏名,住所\n".as_bytes()), FileProblem::MissingColumns(missing) if missing.contains(&"管理番号".to_owned()))
    );
}
