//! Exports of associations that name and arrange things otherwise.

use super::super::import::{ParsedDirectory, parse_directory};
use super::super::problem::FileProblem;
use super::super::record::FacilityRole;
use super::*;

fn parse(toml: &str, file: &str) -> ParsedDirectory {
    let mapping = Mapping::of_toml(toml).expect("a mapping");
    parse_directory(file.as_bytes(), (&mapping, ""), &mut |_| {}).expect("a readable file")
}

const NAMES: &str = r#"
[columns]
person_key = "会員コード"
"医籍番号" = "医籍登録番号"
category = "区分"
name = ["姓", "名"]
enrolled_on = "入会日"
facility_key = ["医療機関名", "住所"]
facility_name = "医療機関名"
address = ["都道府県", "住所"]
phone = ""
[fixed]
role = "開設者"
pref_association = "架空県医師会"
[words.category]
"開業医" = "A①"
"勤務医" = "B"
"#;

#[test]
fn columns_of_other_names_are_put_together_and_words_are_understood() {
    let file = "会員名簿（架空県）\n令和8年11月1日現在\n\n会員コード,医籍登録番号,区分,姓,名,入会日,医療機関名,都道府県,住所\n\
                1,012345,開業医,架空,一,2020/04/01,架空医院,北海道,札幌市１－１\n\
                2,012346,日本医師会A1会員,架空,二,H1.6.11,二葉医院,北海道,札幌市１－２\n";
    let parsed = parse(NAMES, file);
    assert_eq!((parsed.rows, parsed.rejected), (2, 0), "{:?}", parsed.problems);
    let member = parsed.members.get(0).expect("a member");
    assert_eq!((member.name.as_str(), member.category), ("架空　一", Some(Category::A1)));
    assert_eq!(member.pref_association, "架空県医師会");
    assert_eq!(parsed.members.get(1).expect("a member").category, Some(Category::A1), "written out");
    let facility = parsed.facilities.get(0).expect("a facility");
    assert_eq!(
        (facility.facility_key.as_str(), facility.address.as_str()),
        ("架空医院/札幌市1-1", "北海道札幌市１－１")
    );
    assert_eq!(parsed.pairs[0].2, FacilityRole::Opener);
    assert!(parsed.lacks.contains(&"phone") && !parsed.lacks.contains(&"role"));
}

#[test]
fn of_columns_that_are_called_the_same_it_is_said_which_is_meant() {
    let file = "会員コード,医籍登録番号,区分,姓,名,入会日,医療機関名,都道府県,住所,,住所\n\
                1,012345,開業医,架空,一,2020/04/01,架空医院,北海道,自宅の町１－１,x,札幌市１－１\n";
    let refused = |toml: &str| {
        let mapping = Mapping::of_toml(toml).expect("a mapping");
        parse_directory(file.as_bytes(), (&mapping, ""), &mut |_| {}).map(|_| ()).expect_err("not known which")
    };
    let FileProblem::MissingColumns(missing) = refused(NAMES) else { panic!("columns") };
    assert!(missing.iter().all(|said| said.starts_with("住所（同じ見出しの列が2つあり")), "{missing:?}");
    let second = NAMES.replace("\"住所\"", "\"住所#2\"");
    let parsed = parse(&second, file);
    assert_eq!(parsed.facilities.get(0).expect("a facility").address, "北海道札幌市１－１");
    for wrong in ["住所#3", "住所#0", "住所#x", "#2"] {
        let FileProblem::MissingColumns(missing) = refused(&NAMES.replace("\"住所\"", &format!("\"{wrong}\"")))
        else {
            panic!("columns")
        };
        assert!(missing.contains(&wrong.to_owned()), "{missing:?}");
    }
    let nameless = parse(&NAMES.replace("phone = \"\"", "phone = \"#1\"").replace("\"住所\"", "\"住所#2\""), file);
    assert_eq!(nameless.rejected, 0);
    // A header that reads like one of those names is itself.
    let named = parse(NAMES.replace("\"住所\"", "\"住所#2\"").as_str(), &file.replace(",,住所", ",,住所#2"));
    assert_eq!(named.facilities.get(0).expect("a facility").address, "北海道札幌市１－１");
}

const SEVERAL: &str = r#"
continues = true
[columns]
role = "立場"
[[facility]]
facility_key = "施設番号1"
facility_name = "施設名1"
address = "所在地1"
[[facility]]
facility_key = "施設番号2"
facility_name = "施設名2"
address = "所在地2"
"#;

#[test]
fn a_row_has_several_facilities_and_a_person_several_rows() {
    let file = "管理番号,医籍番号,会員区分,氏名,入会年月日,立場,施設番号1,施設名1,所在地1,施設番号2,施設名2,所在地2\n\
                M1,012345,A①,架空　一,2020/04/01,開設者,F1,一葉医院,札幌市1,F2,二葉医院,札幌市2\n\
                ,,,,,管理者,F3,三葉医院,札幌市3,,,\n\
                M2,012346,B,架空　二,2020/04/01,勤務,F1,一葉医院,札幌市1\n";
    let parsed = parse(SEVERAL, file);
    assert_eq!((parsed.rejected, parsed.members.len(), parsed.facilities.len()), (0, 2, 3), "{:?}", parsed.problems);
    let ties: Vec<(u32, u32, FacilityRole)> = parsed.pairs.clone();
    let opener = FacilityRole::Opener;
    assert_eq!(ties, [(0, 0, opener), (0, 1, opener), (0, 2, FacilityRole::Manager), (1, 0, FacilityRole::Employee)]);
}

#[test]
fn what_a_mapping_names_and_the_file_lacks_is_said() {
    let mapping = Mapping::of_toml(NAMES).expect("a mapping");
    let refused =
        parse_directory("会員コード,区分\n1,2\n".as_bytes(), (&mapping, ""), &mut |_| {}).expect_err("refused");
    let words = refused.to_string();
    assert!(words.contains("医籍登録番号") && words.contains("姓") && !words.contains("役割"), "{words}");
}

#[test]
fn a_mapping_that_makes_no_sense_is_refused_with_what_does() {
    for (toml, says) in [
        ("[columns]\nnme = \"氏名\"", "name（氏名）"),
        ("[[facility]]\nname = \"氏名\"", "会員の項目"),
        ("[words.category]\n\"x\" = \"A①会員\"", "A①、A②B"),
        ("columns = 3", "対応表が読めません"),
        ("nothing = 1", "対応表が読めません"),
    ] {
        let words = Mapping::of_toml(toml).expect_err("refused").to_string();
        assert!(words.contains(says), "{toml}: {words}");
    }
}

#[test]
fn a_mapping_reads_back_as_it_was_written() {
    for toml in [NAMES, SEVERAL, ""] {
        let mapping = Mapping::of_toml(toml).expect("a mapping");
        assert_eq!(Mapping::of_toml(&mapping.to_toml()), Ok(mapping));
    }
}

#[test]
fn headers_may_have_lines_of_their_own_below_a_title() {
    let toml = "[columns]\nfacility_name = \"医療\\n機関名\"";
    let file = "会員名簿\n\n管理番号,医籍番号,会員区分,氏名,入会年月日,役割,施設番号,\"医療\n機関名\",\"所\n在地\"\n\
                M1,012345,A①,架空　一,2020/04/01,開設者,F1,一葉医院,札幌市1\n";
    let parsed = parse(toml, file);
    assert_eq!((parsed.rejected, parsed.pairs.len()), (0, 1), "{:?}", parsed.problems);
}
