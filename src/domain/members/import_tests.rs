//! What goes in, what is repaired, what stays out.

use super::super::header::FIELDS;
use super::super::unknown::OfFacility;
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
    parse_directory(file(rows).as_bytes(), (&Mapping::default(), ""), &mut |_| {}).expect("a readable file")
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
fn what_no_keyboard_writes_is_taken_out_of_names_and_nul_keeps_a_row_out() {
    let header = "管理番号,医籍番号,会員区分,氏名,入会年月日,施設番号,施設名,所在地,役割\n";
    let row = |name: &str| format!("{header}1,012345,A①,{name},2020/04/01,F1,架空医院,東京都文京区1-1,開設者\n");
    let parsed = |name: &str| parse_directory(row(name).as_bytes(), (&Mapping::default(), ""), &mut |_| {});
    let read = parsed("平貫\u{b}空愛\u{7}").expect("a directory");
    assert_eq!(read.members.get(0).expect("a member").name, "平貫 空愛");
    assert_eq!((read.problems[0].code, read.repaired), ("repaired.control", 1));
    let FileProblem::NothingUsable { first, .. } = parsed("根本\0雄介").expect_err("nobody knows what it hides")
    else {
        panic!("a row")
    };
    assert!(first.contains("NUL"), "{first}");
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
    assert!(codes(&parsed).contains(&(2, "rejected.role")));
}

#[test]
fn empty_cells_that_a_spreadsheet_dropped_at_the_end_are_empty_and_filled_ones_too_many_have_shifted() {
    let header: Vec<&str> = FIELDS.iter().map(|(_, h)| *h).collect();
    let (short, long) = (row(&[]).replace("\"\"", ""), format!("\"\",{}", row(&[("person_key", "M2")])));
    let text = format!("{},備考,連絡先\n{short}\n{short},,,,,\n{long},x,y\n", header.join(","));
    let parsed = parse_directory(text.as_bytes(), (&Mapping::default(), ""), &mut |_| {}).expect("a readable file");
    assert_eq!((parsed.rows, parsed.rejected, parsed.members.len()), (3, 1, 1));
    assert!(codes(&parsed).contains(&(4, "rejected.column_count")), "{:?}", parsed.problems);
}

fn refused(text: &str) -> FileProblem {
    parse_directory(text.as_bytes(), (&Mapping::default(), ""), &mut |_| {}).expect_err("refused")
}

#[test]
fn a_file_that_was_cut_off_is_refused_with_its_last_good_line() {
    let last = row(&[("person_key", "M2"), ("member_no", "")]);
    let whole: Vec<char> = file(&[row(&[]), last.clone()]).chars().collect();
    // Behind the last cell's quotation mark stand a carriage return and a line feed.
    for cut in 3..last.chars().count() + 2 {
        let cut: String = whole[..whole.len() - cut].iter().collect();
        if cut.ends_with("\"011-000-0000\",") {
            // All cells are there, the last one empty: a row that's kept out.
            let parsed = parse_directory(cut.as_bytes(), (&Mapping::default(), ""), &mut |_| {}).expect("readable");
            assert_eq!((parsed.rejected, parsed.members.len()), (1, 1));
            continue;
        }
        let expected = [FileProblem::OpenQuote { line: 3, good: 2 }, FileProblem::CutOff { line: 3, good: 2 }];
        let problem = refused(&cut);
        assert!(expected.contains(&problem), "{problem:?}");
    }
}

#[test]
fn a_last_cell_that_may_have_been_cut_keeps_its_row_out() {
    let bare = |rows: &[String]| file(rows).replace('"', "");
    let text = bare(&[row(&[]), row(&[("person_key", "M2"), ("facility_key", "F2")])]);
    let parsed =
        |text: &str| parse_directory(text.as_bytes(), (&Mapping::default(), ""), &mut |_| {}).expect("readable");
    assert_eq!(parsed(text.trim_end()).rejected, 0, "a role is a role or none");
    let noted = text.replace("役割", "役割,電話2").replace("開設者", "開設者,0110000000");
    assert_eq!(codes(&parsed(noted.trim_end())), [(3, "rejected.open_end")]);
    assert_eq!(parsed(&noted).rejected, 0);
    // A category may be empty: cut off it would say that somebody is no member.
    let turned = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        let category = cells.remove(3);
        cells.push(category);
        cells.join(",")
    };
    let turned = text.lines().map(turned).collect::<Vec<_>>().join("\n");
    assert_eq!(
        codes(&parsed(turned.strip_suffix("A①").expect("the last"))),
        [(3, "rejected.open_end"), (3, "rejected.empty")]
    );
    assert_eq!(parsed(&format!("{turned}\n\u{1a}")).rejected, 0, "the mark of a file's end is none of a row");
    assert_eq!(parsed(&format!("{turned}\n  ")).rejected, 0, "nor are blanks");
}

#[test]
fn a_quotation_mark_that_swallows_rows_is_refused_with_its_line() {
    let rows: Vec<String> = (1..60).map(|n| row(&[("person_key", &format!("M{n}")), ("member_no", "")])).collect();
    let text = file(&rows).replace('"', "");
    let open = text.replacen("M5,", "M5,\"", 1);
    assert_eq!(refused(&open), FileProblem::OpenQuote { line: 6, good: 5 });
    let closed = open.replacen("M50,,", "M50,\",", 1);
    assert_eq!(refused(&closed), FileProblem::Swallowed { line: 6, until: 51 });
    // Two rows in one that has as many cells as a row has.
    let two = text.replacen("M5,,012345,", "M5,,\"012345,", 1).replacen("M6,,012345,", "M6,,012345\",", 1);
    assert_eq!(refused(&two), FileProblem::Swallowed { line: 6, until: 7 });
    // And where rows are short, of no more cells than a row may have.
    let short = text.replace("北海道札幌市中央区北一条西1-1,011-000-0000,開設者", "").replacen(
        "M5,,012345,A①,架空　一,",
        "M5,,012345,A①,\"架空　一,",
        1,
    );
    let short = short.replacen("M6,,012345,A①,架空　一,", "M6,,012345,A①,架空　一\",", 1);
    assert_eq!(refused(&short), FileProblem::Swallowed { line: 6, until: 7 });
    let stray = text.replacen("M5,,012345", "M5,,0123\"45", 1);
    let parsed = parse_directory(stray.as_bytes(), (&Mapping::default(), ""), &mut |_| {}).expect("readable");
    assert!(codes(&parsed).contains(&(6, "rejected.stray_quote")));
}

#[test]
fn a_file_of_which_no_row_can_be_used_is_refused_with_the_first_reason() {
    let problem = refused(&file(&[row(&[("registry_no", "x")])]));
    let FileProblem::NothingUsable { rows: 1, first } = problem else { panic!("{problem:?}") };
    assert!(first.starts_with("2行目: 医籍番号"), "{first}");
}

#[test]
fn lines_are_those_of_the_file_though_quotes_hold_line_breaks() {
    let parsed = parse(&[row(&[("address", "札幌市\r\n中央区")]), row(&[("person_key", "M2"), ("registry_no", "x")])]);
    assert_eq!(codes(&parsed), [(4, "rejected.number")]);
}

#[test]
fn blank_lines_do_not_shift_the_count_of_lines() {
    let parsed = parse(&[String::new(), row(&[("registry_no", "x")]), row(&[])]);
    assert_eq!((parsed.rows, codes(&parsed)), (2, vec![(3, "rejected.number")]));
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
    let mut unknown = parsed.unknown.clone();
    let known = |person_key: &str| MemberRecord { person_key: person_key.to_owned(), ..member(&parse(&[row(&[])])) };
    assert!(unknown.has_person(&known("M1")) && !unknown.is_anybody());
}

#[test]
fn contradictory_rows_of_a_facility_are_reported() {
    let other = row(&[("person_key", "M2"), ("member_no", ""), ("facility_name", "別の医院")]);
    let good = row(&[("person_key", "M3"), ("member_no", ""), ("facility_key", "F3")]);
    let parsed = parse(&[row(&[]), other, good]);
    assert_eq!((parsed.rejected, parsed.facilities.len()), (2, 1));
    let mut unknown = parsed.unknown.clone();
    assert_eq!(unknown.has_facility("F1"), OfFacility::WithAll);
    assert_eq!(unknown.has_facility("F3"), OfFacility::Nothing);
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
    let parsed = parse_directory(&bytes, (&Mapping::default(), ""), &mut |_| {}).expect("a readable file");
    assert_eq!(parsed.encoding, "CP932");
    assert_eq!(parsed.members, parse(&[row(&[])]).members);
}

#[test]
fn a_file_that_cannot_be_a_directory_is_refused_by_name() {
    let refuse = |bytes: &[u8]| parse_directory(bytes, (&Mapping::default(), ""), &mut |_| {}).expect_err("refused");
    assert_eq!(refuse(b""), FileProblem::Empty);
    assert_eq!(refuse(b"PK\x03\x04zip"), FileProblem::NotSpreadsheet);
    assert_eq!(refuse(b"\xD0\xCF\x11\xE0old"), FileProblem::NotCsv);
    assert!(
        matches!(refuse("氏名,住所\n".as_bytes()), FileProblem::MissingColumns(missing) if missing.contains(&"管理番号".to_owned()))
    );
}
