//! Which field a column is: by what it's called, and by what stands in it.

use unicode_normalization::UnicodeNormalization;

use super::category::Category;
use super::field::{self, Reading};
use super::header::{OF_FACILITY, fold, header_of, slot};
use super::mapping::FACILITIES;
use super::record::FacilityRole;
use crate::domain::matching::prefecture::PREFECTURES;

/// Of a hundred cells, so many must be of a kind for the column to be.
const MOST: usize = 80;

/// What columns of a field are called, beside its header of contracts section 1; folded.
const CALLED: [(&str, &[&str]); 23] = [
    ("person_key", &["会員コード", "会員ID", "個人コード", "個人番号", "登録番号", "整理番号", "ID", "コード"]),
    ("member_no", &["日医会員番号", "日本医師会会員番号", "会員No", "会員No.", "日医会員No", "会員ナンバー"]),
    ("registry_no", &["医籍登録番号", "医籍", "医師免許番号", "免許番号", "医籍No", "医籍登録No"]),
    ("category", &["区分", "会員種別", "日医会員区分", "会員区分名", "種別", "会員資格"]),
    ("name", &["会員氏名", "会員名", "医師名", "医師氏名", "名前", "姓名", "氏名(漢字)", "漢字氏名", "姓", "名"]),
    (
        "kana",
        &["カナ", "フリガナ", "ふりがな", "氏名(カナ)", "カナ氏名", "氏名フリガナ", "会員氏名カナ", "セイ", "メイ"],
    ),
    ("enrolled_on", &["入会日", "入会年月", "加入日", "日医入会日", "入会日付"]),
    ("moved_on", &["異動日", "変更年月日", "区分変更日", "異動日付", "種別変更日"]),
    ("category_before", &["旧区分", "異動前区分", "変更前区分", "旧会員区分", "変更前種別", "旧種別"]),
    ("left_on", &["退会日", "退会日付", "脱会日", "退会"]),
    ("procedure", &["手続", "手続き状況", "申請状況", "手続区分"]),
    ("applied_on", &["申請日", "受付日", "申請受付日", "受付年月日"]),
    ("applied_category", &["申請区分", "希望区分"]),
    ("pref_association", &["県医師会", "所属都道府県医師会", "都道府県医師会名", "所属県医師会"]),
    (
        "district_association",
        &["郡市医師会", "郡市区医師会", "地区医師会", "所属郡市医師会", "郡市区等医師会名", "所属医師会"],
    ),
    ("facility_key", &["医療機関コード", "医療機関番号", "施設コード", "施設ID", "保険医療機関番号"]),
    ("facility_kind", &["種類", "施設区分", "医療機関種別", "施設の種類"]),
    (
        "facility_name",
        &["医療機関名", "施設名称", "医療機関名称", "勤務先", "勤務先名", "開設施設名", "診療所名", "病院名"],
    ),
    ("facility_kana", &["施設カナ", "医療機関名カナ", "施設名フリガナ", "医療機関名フリガナ", "勤務先カナ"]),
    ("postal_code", &["〒", "郵便", "施設郵便番号", "ZIP"]),
    (
        "address",
        &[
            "住所",
            "施設住所",
            "医療機関所在地",
            "施設所在地",
            "医療機関住所",
            "勤務先住所",
            "都道府県",
            "市区町村",
            "番地",
            "住所1",
            "住所2",
        ],
    ),
    ("phone", &["電話", "TEL", "施設電話番号", "電話番号(施設)", "医療機関電話番号", "勤務先電話番号", "連絡先"]),
    ("role", &["立場", "役職", "開設者・管理者", "職位", "施設での役割", "身分", "開設管理区分"]),
];

/// The field that a header names, and of which facility: a number behind it counts them.
pub(super) fn by_name(header: &str) -> Option<(&'static str, usize)> {
    let header = fold(header);
    let named = |header: &str| {
        let is_called = |(field, called): &&(&str, &[&str])| {
            header_of(field) == header || called.iter().any(|name| fold(name).eq_ignore_ascii_case(header))
        };
        CALLED.iter().find(is_called).map(|(field, _)| *field)
    };
    if let Some(field) = named(&header) {
        return Some((field, 1));
    }
    let bare = header.trim_end_matches([')', ']']);
    let stem = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let of: usize = bare[stem.len()..].parse().ok().filter(|of| (1..=FACILITIES).contains(of))?;
    let field = named(stem.trim_end_matches(['(', '[', '-', '_', '.']))?;
    (slot(field)? >= OF_FACILITY).then_some((field, of))
}

/// Whether a cell is of a kind.
type Is<'a> = &'a dyn Fn(&str) -> bool;

/// The field that a column's cells look like.
pub(super) fn by_content(cells: &[&str]) -> Option<&'static str> {
    let cells: Vec<String> = cells.iter().map(|cell| field::tidy(cell)).filter(|cell| !cell.is_empty()).collect();
    let most =
        |is: Is<'_>| !cells.is_empty() && cells.iter().filter(|cell| is(cell)).count() * 100 >= cells.len() * MOST;
    let digits = |cell: &str| cell.chars().filter(char::is_ascii_digit).count();
    let only = |cell: &str, also: &str| cell.chars().all(|c| c.is_ascii_digit() || also.contains(c));
    let holds = |cell: &str, words: &[&str]| words.iter().any(|word| cell.contains(word));
    let kana = |cell: &str| cell.nfkc().all(|c| ('ァ'..='ヶ').contains(&c) || c == 'ー' || c.is_whitespace());
    let kinds: [(&str, Is<'_>); 12] = [
        ("member_no", &|cell| only(cell, "") && (9..=10).contains(&digits(cell)) && !cell.starts_with("00")),
        ("registry_no", &|cell| only(cell, "") && (5..=6).contains(&digits(cell))),
        ("postal_code", &|cell| only(cell, "-〒 ") && digits(cell) == 7 && cell.contains('-')),
        ("phone", &|cell| only(cell, "-() ") && (9..=11).contains(&digits(cell)) && !only(cell, "")),
        ("enrolled_on", &|cell| {
            matches!(field::date(cell), Reading::Plain(_) | Reading::Repaired(_)) && digits(cell) > 2
        }),
        ("category", &|cell| Category::parse(cell).is_some()),
        ("role", &|cell| cell.chars().count() <= 6 && FacilityRole::parse(cell).is_some()),
        ("pref_association", &|cell| PREFECTURES.iter().any(|pref| cell == format!("{pref}医師会"))),
        ("district_association", &|cell| cell.ends_with("医師会")),
        ("address", &|cell| holds(cell, &["市", "区", "町", "村"]) && digits(cell) > 0 && cell.chars().count() > 6),
        ("facility_name", &|cell| holds(cell, &["医院", "クリニック", "診療所", "病院", "内科", "外科", "センター"])),
        ("kana", &kana),
    ];
    kinds.into_iter().find(|(_, is)| most(*is)).map(|(field, _)| field)
}
