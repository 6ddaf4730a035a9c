//! The register as a CSV (contracts section 8): the columns that the page shows.

use csv::StringRecord;

use super::firm::Firm;
use super::typed_firm::TypedFirm;
use crate::domain::members::decode::{DecodingReader, detect};
use crate::domain::text::{cell, cell_said};

/// A column: its header, and its place in a firm as typed.
type Column = (&'static str, fn(&mut TypedFirm) -> &mut String);

/// The columns, in the order in which they are written.
const COLUMNS: [Column; 15] = [
    ("種類", |firm| &mut firm.kind),
    ("名称", |firm| &mut firm.name),
    ("区分", |firm| &mut firm.channel),
    ("対応地域", |firm| &mut firm.regions),
    ("得意分野", |firm| &mut firm.skills),
    ("受付時間", |firm| &mut firm.hours),
    ("日本語以外の言語", |firm| &mut firm.languages),
    ("初動の目安", |firm| &mut firm.first_response),
    ("費用（事業者の説明）", |firm| &mut firm.fees),
    ("電話", |firm| &mut firm.phone),
    ("担当", |firm| &mut firm.contact),
    ("メール", |firm| &mut firm.email),
    ("利害関係", |firm| &mut firm.conflicts),
    ("確認日", |firm| &mut firm.verified_on),
    ("状態", |firm| &mut firm.active),
];

/// The columns without which a row can't be read.
const NEEDED: [&str; 4] = ["種類", "名称", "受付時間", "確認日"];

/// The most bytes that are taken for a register: a handful of firms is usual.
const MOST: usize = 4 * 1024 * 1024;

/// The headers, in their order.
pub fn headers() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(header, _)| *header)
}

/// Writes the register: UTF-8 with a BOM, no cell that a spreadsheet takes for a formula.
pub fn write(firms: &[Firm]) -> Vec<u8> {
    let mut file = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let rows = firms.iter().map(|firm| {
        let mut typed = firm.typed();
        COLUMNS.iter().map(|(_, at)| cell(at(&mut typed))).collect::<Vec<_>>()
    });
    for row in std::iter::once(headers().map(str::to_owned).collect()).chain(rows) {
        // Writing into memory doesn't fail.
        drop(file.write_record(row));
    }
    file.into_inner().unwrap_or_default()
}

/// Reads a register: each row with its line in the file.
///
/// # Errors
/// In words, when the file as a whole can't be read.
pub fn read(bytes: &[u8]) -> Result<Vec<(u64, TypedFirm)>, String> {
    if bytes.len() > MOST {
        return Err("ファイルが大きすぎます。専門事業者の登録簿を指定してください".to_owned());
    }
    let not_csv =
        || "CSV（UTF-8 または CP932）として読めません。表計算ソフトからCSV形式で保存し直してください".to_owned();
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(not_csv());
    }
    let decoded = DecodingReader::new(bytes, detect(bytes));
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(decoded);
    let mut record = StringRecord::new();
    if !reader.read_record(&mut record).map_err(|_| not_csv())? {
        return Err("ファイルが空です。専門事業者の登録簿（CSV）を指定してください".to_owned());
    }
    let found: Vec<Option<&Column>> = record.iter().map(|header| column(header)).collect();
    let has = |name: &str| found.iter().flatten().any(|(header, _)| *header == name);
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !has(name)).collect();
    if !missing.is_empty() {
        let all = headers().collect::<Vec<_>>().join("、");
        return Err(format!("必要な列がありません: {}。列は {all} です", missing.join("、")));
    }
    let mut rows = Vec::new();
    while reader.read_record(&mut record).map_err(|_| not_csv())? {
        let line = record.position().map_or(0, csv::Position::line);
        let mut typed = TypedFirm::default();
        for (value, column) in record.iter().zip(&found) {
            if let Some((_, at)) = column {
                *at(&mut typed) = cell_said(value.trim());
            }
        }
        if typed != TypedFirm::default() {
            rows.push((line, typed));
        }
    }
    Ok(rows)
}

fn column(header: &str) -> Option<&'static Column> {
    let header = header.trim_start_matches('\u{feff}').trim();
    COLUMNS.iter().find(|(name, _)| *name == header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use uuid::Uuid;

    use crate::domain::id::FirmId;

    proptest! {
        /// Whatever a firm says of itself, the file gives it back to the letter.
        #[test]
        fn what_is_written_is_read_the_same(
            words in prop::collection::vec("[=+@'\"、,東京a0ー \\-]{0,12}", 5), phone in "[+]?[0-9]{6,10}",
        ) {
            let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
            let [name, skills, fees, contact, conflicts] = <[String; 5]>::try_from(words).unwrap();
            let typed = TypedFirm {
                kind: "forensic".into(), name: format!("社{name}"), hours: "24時間".into(), verified_on: "2026-11-01".into(),
                skills, fees, contact, conflicts, phone, ..TypedFirm::default()
            };
            let firm = Firm::read(FirmId(Uuid::nil()), &typed, today).unwrap();
            let file = write(std::slice::from_ref(&firm));
            let rows = read(&file).unwrap();
            prop_assert_eq!(rows.len(), 1);
            prop_assert!(Firm::read(FirmId(Uuid::nil()), &rows[0].1, today).unwrap().says_what(&firm));
        }
    }

    #[test]
    fn a_file_that_is_none_says_so() {
        assert!(read(b"").unwrap_err().contains("空"));
        assert!(read(b"PK\x03\x04").unwrap_err().contains("CSV"));
        assert!(read("氏名,住所\na,b\n".as_bytes()).unwrap_err().contains("種類、名称、受付時間、確認日"));
    }
}
