//! The country's municipalities and towns: the list that is shipped, and how a newer one is made.

use std::io::{Read, Write};
use std::sync::{Arc, OnceLock};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::domain::matching::postal::Gazetteer;
use crate::domain::matching::renamed;

/// Made of Japan Post's list by `madoguchi address table`; see `assets/postal/README.md`.
const SHIPPED: &[u8] = include_bytes!("../../assets/postal/towns.tsv.gz");
static LIST: OnceLock<Arc<Gazetteer>> = OnceLock::new();

/// Why a list can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PostalError {
    /// It can't be read or written.
    #[error("{0}")]
    Outside(#[from] std::io::Error),
    /// A row of Japan Post's list isn't what it should be.
    #[error("{0}行目: {1}")]
    Row(u64, &'static str),
    /// It isn't a table.
    #[error("町域表ではありません: {0}")]
    Table(#[from] crate::domain::matching::postal::BadLine),
}

/// The list that is shipped; read at the first call, then shared.
///
/// # Errors
/// When it is damaged.
pub fn shipped() -> Result<Arc<Gazetteer>, PostalError> {
    if let Some(list) = LIST.get() {
        return Ok(Arc::clone(list));
    }
    let mut table = String::new();
    GzDecoder::new(SHIPPED).read_to_string(&mut table)?;
    let mut list = Gazetteer::read(&table)?;
    list.read_renamed(renamed::TABLE)?;
    let list = Arc::new(list);
    Ok(Arc::clone(LIST.get_or_init(|| list)))
}

/// Makes a table of Japan Post's `utf_ken_all.csv` (15 columns, UTF-8, a row for each town and code) and packs it.
///
/// # Errors
/// The first row that isn't one of that list; reading and writing.
pub fn pack(csv: impl Read, to: impl Write) -> Result<Gazetteer, PostalError> {
    let table = table(csv)?;
    let list = Gazetteer::read(&table)?;
    let mut packed = GzEncoder::new(to, Compression::best());
    packed.write_all(table.as_bytes())?;
    packed.finish()?;
    Ok(list)
}

/// A town as it comes together from its rows.
struct Town {
    name: String,
    kana: String,
    codes: Vec<String>,
    chome: bool,
}

fn table(csv: impl Read) -> Result<String, PostalError> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv);
    let mut table = String::from("# Municipalities and towns, made of Japan Post's utf_ken_all.csv\n");
    let mut cities: Vec<(String, Vec<Town>)> = Vec::new();
    for row in rows.records() {
        let row = row.map_err(|e| std::io::Error::other(e.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let wrong = |what| PostalError::Row(line, what);
        let field = |n: usize| row.get(n).ok_or(wrong("列が足りません（utf_ken_all.csv の15列が必要です）"));
        let (area, code, city, town, chome) = (field(0)?, field(2)?, field(7)?, field(8)?, field(11)?);
        let (city_kana, town_kana) = (field(4)?, field(5)?);
        let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(area, 5) || !digits(code, 7) || city.is_empty() {
            return Err(wrong("団体コード・郵便番号・市区町村名のどれかが読めません"));
        }
        let head = format!("={}\t{city}\t{city_kana}", area[..2].trim_start_matches('0'));
        let at = cities.iter().rposition(|(known, _)| *known == head).unwrap_or_else(|| {
            cities.push((head, Vec::new()));
            cities.len() - 1
        });
        let last = &mut cities[at].1;
        let (names, kana) = (names(town), names(town_kana));
        let read = |nth: usize| if names.len() == kana.len() { kana[nth].clone() } else { String::new() };
        for (nth, name) in names.iter().enumerate() {
            match last.iter_mut().find(|t| t.name == *name) {
                Some(known) => {
                    known.codes.push(code.to_owned());
                    known.chome |= chome == "1";
                }
                None => last.push(Town {
                    name: name.clone(),
                    kana: if name.is_empty() { String::new() } else { read(nth) },
                    codes: vec![code.to_owned()],
                    chome: chome == "1",
                }),
            }
        }
    }
    for (head, towns) in cities {
        table.push_str(&head);
        table.push('\n');
        for mut town in towns {
            town.codes.sort_unstable();
            town.codes.dedup();
            let chome = u8::from(town.chome);
            table.push_str(&format!("{}\t{}\t{chome}\t{}\n", town.name, town.codes.join(" "), town.kana));
        }
    }
    Ok(table)
}

/// The towns that a row names, or their readings; none for what is a remark in the place of a name.
fn names(field: &str) -> Vec<String> {
    let name = field.split(['（', '(']).next().unwrap_or_default();
    if name == "以下に掲載がない場合" || name.contains("の次に") {
        return vec![String::new()];
    }
    let name = name.strip_suffix("一円").filter(|rest| !rest.is_empty()).map_or(name, |_| "");
    name.split('、').map(|part| without_lots(part).to_owned()).collect()
}

/// 穴明２２地割 → 穴明: which of them it is belongs to the address.
fn without_lots(name: &str) -> &str {
    let numbered = name.find(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
    match numbered {
        Some(at) if name.contains("地割") || name.contains("チワリ") => {
            name[..at].trim_end_matches('第').trim_end_matches("ダイ")
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(area: &str, code: &str, city: &str, town: &str, chome: &str) -> String {
        let kana = if town.contains('（') { "アサヒガオカ（ソノタ）" } else { "アサヒガオカ" };
        format!("{area},060,{code},ホ,サシ,{kana},北海道,{city},{town},0,0,{chome},0,0,0\n")
    }

    #[test]
    fn rows_of_a_town_come_together_and_remarks_are_no_names() {
        let csv = [
            row("01101", "0600000", "札幌市中央区", "以下に掲載がない場合", "0"),
            row("01101", "0640941", "札幌市中央区", "旭ケ丘（その他）", "1"),
            row("01101", "0640942", "札幌市中央区", "旭ケ丘", "0"),
            row("03366", "0295523", "和賀郡西和賀町", "穴明２２地割、穴明２３地割", "0"),
            row("13421", "1002101", "小笠原村", "小笠原村一円", "0"),
        ];
        let expected = "=1\t札幌市中央区\tサシ\n\t0600000\t0\t\n旭ケ丘\t0640941 0640942\t1\tアサヒガオカ\n\
                        =3\t和賀郡西和賀町\tサシ\n穴明\t0295523\t0\t\n=13\t小笠原村\tサシ\n\t1002101\t0\t\n";
        let made = table(csv.concat().as_bytes()).expect("a table");
        assert_eq!(made.split_once('\n').map(|(_, lines)| lines), Some(expected));
    }

    #[test]
    fn a_row_that_is_no_row_is_named() {
        for (csv, line) in [(row("0110", "0600000", "札幌市", "本町", "0"), 1), ("a,b\n".to_owned(), 1)] {
            let error = table(csv.as_bytes()).expect_err("no table").to_string();
            assert!(error.starts_with(&format!("{line}行目")), "{error}");
        }
    }

    #[test]
    fn the_shipped_list_holds_the_country() {
        let (cities, towns) = shipped().expect("a list").size();
        assert!((1_880..1_910).contains(&cities) && (110_000..130_000).contains(&towns), "{cities} {towns}");
    }
}
