//! What is proposed for exports that are arranged otherwise.

use super::super::import::parse_directory;
use super::*;

fn proposal(file: &str) -> Proposal {
    propose(file.as_bytes(), "", None).expect("a readable file")
}

fn fields(proposal: &Proposal) -> Vec<Option<(&'static str, usize)>> {
    proposal.columns.iter().map(|column| column.field).collect()
}

/// Reads a file by what was proposed for it.
fn rejected(file: &str) -> (usize, usize) {
    let mapping = Mapping::of_toml(&proposal(file).mapping().to_toml()).expect("a mapping");
    let parsed = parse_directory(file.as_bytes(), (&mapping, ""), &mut |_| {}).expect("readable by the proposal");
    (parsed.pairs.len(), parsed.rejected)
}

#[test]
fn columns_are_told_by_their_names_and_parts_are_put_together() {
    let file = "医籍登録番号,会員種別,姓,名,セイ,メイ,入会日,医療機関名,都道府県,市区町村,番地,TEL,役職\n\
                12345,A①,架空,一,カクウ,ハジメ,2020/4/1,架空医院,北海道,札幌市,1-1,011-000-0000,理事長\n";
    let proposal = proposal(file);
    let named = ["registry_no", "category", "name", "name", "kana", "kana", "enrolled_on", "facility_name"];
    let rest = ["address", "address", "address", "phone", "role"];
    let expected: Vec<_> = named.into_iter().chain(rest).map(|field| Some((field, 1))).collect();
    assert_eq!(fields(&proposal), expected);
    let told = Word { field: "role", theirs: "理事長".into(), ours: Some("開設者") };
    assert_eq!(proposal.words, [told]);
    assert_eq!(rejected(file), (1, 0), "registry number and name with address stand in for keys");
}

#[test]
fn a_file_without_headers_is_told_so() {
    let rows = "M0000004,,012345,A①,奥秋　英明,2020/4/1,F1,架空医院,東京都文京区1-1,開設者\n".repeat(5);
    assert_eq!(propose(rows.as_bytes(), "", None), Err(FileProblem::NoHeader));
    assert!(
        propose("甲,乙,丙\n1,2,3\n".as_bytes(), "", None).is_ok(),
        "words that nobody knows are headers all the same"
    );
}

#[test]
fn of_equal_headers_the_one_that_is_chosen_is_read() {
    let file = "管理番号,会員番号,医籍番号,会員区分,氏名,入会年月日,施設番号,施設名,所在地,所在地,役割\n\
                1,,12345,A①,架空一,2020/4/1,F1,架空医院,自宅の町1-1,東京都文京区1-1,開設者\n";
    let plain = parse_directory(file.as_bytes(), (&Mapping::default(), ""), &mut |_| {});
    assert!(matches!(plain, Err(FileProblem::MissingColumns(_))), "which is meant isn't known");
    for (chosen, address) in [(8, "自宅の町1-1"), (9, "東京都文京区1-1")] {
        let fields = proposal(file).columns.iter().map(|c| c.field.map_or("", |(field, _)| field)).collect::<Vec<_>>();
        let mut said = Said::default();
        for (at, field) in fields.iter().enumerate() {
            let field = if *field == "address" || (8..=9).contains(&at) { "" } else { field };
            said.columns.insert(at, if at == chosen { "address".into() } else { field.to_owned() });
        }
        let mapping = propose(file.as_bytes(), "", Some(&said)).expect("readable").mapping();
        let mapping = Mapping::of_toml(&mapping.to_toml()).expect("a mapping");
        let parsed = parse_directory(file.as_bytes(), (&mapping, ""), &mut |_| {}).expect("readable");
        assert_eq!(parsed.facilities.get(0).expect("a facility").address, address, "{mapping:?}");
    }
}

#[test]
fn columns_without_a_telling_name_are_told_by_what_stands_in_them() {
    let file = "列1,列2,列3,列4,列5,列6,列7,列8,列9\n\
                0100000001,012345,日医A1会員(開業),カクウ ハジメ,R2.4.1,架空医院,札幌市中央区北一条西1-1,011-000-0000,開設者\n\
                0100000002,012346,A②B,カクウ ジロウ,H2.4.1,二葉診療所,札幌市中央区北一条西1-2,011-000-0001,勤務\n";
    let told = fields(&proposal(file)).into_iter().map(|field| field.map(|(field, _)| field)).collect::<Vec<_>>();
    let expected =
        ["member_no", "registry_no", "category", "kana", "enrolled_on", "facility_name", "address", "phone", "role"];
    let expected: Vec<_> = expected.into_iter().map(|field| (!field.is_empty()).then_some(field)).collect();
    assert_eq!(told, expected);
}

#[test]
fn several_facilities_in_a_row_and_rows_that_continue_are_seen() {
    let file = "架空県医師会 会員名簿\n\
                会員コード,医籍番号,会員区分,氏名,入会日,役割,施設番号1,施設名1,所在地1,施設番号（２）,施設名（２）,所在地（２）\n\
                1,012345,正会員A①,架空 一,2020/4/1,開設者,F1,一葉医院,札幌市1,F2,二葉医院,札幌市2\n\
                ,,,,,管理者,F3,三葉医院,札幌市3,,,\n\
                2,012346,準会員,架空 二,2020/4/1,勤務,F1,一葉医院,札幌市1,,,\n";
    let proposal = proposal(file);
    assert!(proposal.continues);
    assert_eq!(proposal.mapping().facility.len(), 2);
    assert_eq!(proposal.words, [Word { field: "category", theirs: "準会員".into(), ours: None }]);
    assert_eq!(rejected(file), (3, 1), "whose category isn't told is kept out");
}

#[test]
fn an_export_as_the_contract_has_it_needs_no_proposal() {
    let header: Vec<&str> = FIELDS.iter().map(|(_, header)| *header).collect();
    let proposal = proposal(&format!("{}\n", header.join(",")));
    let expected: Vec<_> = FIELDS.iter().map(|(field, _)| Some((*field, 1))).collect();
    assert_eq!(fields(&proposal), expected);
}

#[test]
fn what_a_person_says_stands() {
    let file = "番号,区分,氏名,施設\n012345,いろは,架空 一,架空医院\n";
    let columns = [(0, "registry_no"), (1, "category"), (2, "name"), (3, "facility_name@1"), (4, "nothing@77")];
    let said = Said {
        columns: columns.into_iter().map(|(at, field)| (at, field.to_owned())).collect(),
        words: vec![("category".into(), "いろは".into(), "A①".into())],
        fixed: [("role".to_owned(), "開設者".to_owned()), ("phone".to_owned(), " ".to_owned())].into(),
        continues: true,
    };
    let proposal = propose(file.as_bytes(), "", Some(&said)).expect("readable");
    assert_eq!(proposal.missing(), ["enrolled_on", "facility_key", "address"]);
    let mapping = proposal.mapping();
    assert_eq!(mapping.words["category"]["いろは"], "A①");
    assert!(mapping.continues && mapping.fixed.len() == 1);
}
