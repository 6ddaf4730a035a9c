//! A proposal of how an export of unknown headers is read: by what the columns are called, and by what stands in them.

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;
use unicode_normalization::UnicodeNormalization;

use super::category::Category;
use super::header::{FIELDS, OF_FACILITY, REQUIRED, fold, header_of, slot};
use super::mapping::{FACILITIES, HEADER_WITHIN, Headers, Mapping, names_of, words_of};
use super::problem::FileProblem;
use super::record::{FacilityRole, ProcedureKind};
use super::sheet::Sheet;
use super::tell::{by_content, by_name};

/// Rows that are looked at.
const ROWS: usize = 500;
/// Examples shown of a column.
const EXAMPLES: usize = 3;
/// Words of the export of which ours are asked for, a field.
const WORDS: usize = 30;

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// What stands in it, first rows first.
    pub examples: Vec<String>,
    /// Which field it's thought to be, and of which facility of the row, from 1.
    pub field: Option<(&'static str, usize)>,
}

/// A word of the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The field.
    pub field: &'static str,
    /// As the export writes it.
    pub theirs: String,
    /// Ours, if it can be told.
    pub ours: Option<&'static str>,
}

/// How an export may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Words that aren't ours.
    pub words: Vec<Word>,
    /// Rows seem to continue those above.
    pub continues: bool,
    /// What a field is in every row, where it has no column.
    pub fixed: BTreeMap<String, String>,
}

/// What a person says instead.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The field of each column by its place: `name`, or `address@2` of a row's second facility; others are none.
    pub columns: BTreeMap<usize, String>,
    /// The export's words and ours: field, theirs, ours.
    pub words: Vec<(String, String, String)>,
    /// Rows continue those above.
    pub continues: bool,
    /// What a field is in every row.
    pub fixed: BTreeMap<String, String>,
}

impl Said {
    fn field(&self, column: usize) -> Option<(&'static str, usize)> {
        let said = self.columns.get(&column)?;
        let (field, of) = said.split_once('@').unwrap_or((said, "1"));
        let of = of.parse().ok().filter(|of| (1..=FACILITIES).contains(of))?;
        slot(field).map(|slot| (FIELDS[slot].0, of))
    }

    fn word(&self, word: &mut Word) {
        let of = |(field, theirs, _): &&(String, String, String)| field == word.field && *theirs == word.theirs;
        if let Some((_, _, said)) = self.words.iter().find(of) {
            word.ours = words_of(word.field).into_iter().find(|ours| ours == said);
        }
    }
}

/// Looks at a file; of a spreadsheet at the sheet of a name. What a person said stands.
///
/// # Errors
/// When nothing can be read.
pub fn propose(bytes: &[u8], sheet: &str, said: Option<&Said>) -> Result<Proposal, FileProblem> {
    let mut sheet = Sheet::open(bytes, sheet)?;
    let (mut rows, mut record) = (Vec::new(), StringRecord::new());
    while rows.len() < ROWS && sheet.next(&mut record)?.is_some() {
        rows.push(record.clone());
    }
    let known = |row: &StringRecord| row.iter().filter(|header| by_name(header).is_some()).count();
    let filled = |row: &StringRecord| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let first = rows.iter().take(HEADER_WITHIN).enumerate();
    let Some((at, _)) = first.max_by_key(|(at, row)| (known(row), filled(row), std::cmp::Reverse(*at))) else {
        return Err(FileProblem::Empty.beside(sheet.others));
    };
    if known(&rows[at]) == 0 && rows[at].iter().any(reads_like_data) {
        return Err(FileProblem::NoHeader.beside(sheet.others));
    }
    let below: Vec<StringRecord> = rows.split_off(at + 1);
    let headers: Vec<String> = rows[at].iter().map(|header| header.trim().to_owned()).collect();
    let cells = |column: usize| below.iter().filter_map(move |row| row.get(column)).map(str::trim);
    let mut columns: Vec<Column> = headers
        .iter()
        .enumerate()
        .map(|(column, header)| Column {
            header: header.clone(),
            examples: cells(column).filter(|cell| !cell.is_empty()).take(EXAMPLES).map(str::to_owned).collect(),
            field: said.map_or_else(|| by_name(header), |said| said.field(column)),
        })
        .collect();
    if said.is_none() {
        guess(&mut columns, cells);
    }
    let words = columns.iter().enumerate().flat_map(|(at, column)| unknown_words(column, cells(at)));
    let mut words: Vec<Word> = words.collect();
    let continues = said.map_or_else(|| continues(&columns, &below), |said| said.continues);
    let mut fixed = BTreeMap::new();
    if let Some(said) = said {
        words.iter_mut().for_each(|word| said.word(word));
        let has_column = |field: &String| columns.iter().any(|column| column.field.is_some_and(|(of, _)| of == *field));
        let is_known = |field: &String, value: &str| slot(field).is_some() && !has_column(field) && !value.is_empty();
        let given = said.fixed.iter().filter(|(field, value)| is_known(field, value.trim()));
        fixed = given.map(|(field, value)| (field.clone(), value.trim().to_owned())).collect();
    }
    Ok(Proposal { columns, words, continues, fixed })
}

/// Whether a cell is a number of people or places, or a date: no column is called so.
fn reads_like_data(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits >= 5 && cell.chars().all(|c| c.is_ascii_digit() || "-/.年月日".contains(c))
}

/// Fields of columns whose names don't tell, by what stands in them.
fn guess<'a, I: Iterator<Item = &'a str>>(columns: &mut [Column], cells: impl Fn(usize) -> I) {
    only_once(columns);
    let mut taken: BTreeSet<&str> = columns.iter().filter_map(|column| column.field).map(|(field, _)| field).collect();
    for (at, column) in columns.iter_mut().enumerate().filter(|(_, column)| column.field.is_none()) {
        let found = by_content(&cells(at).collect::<Vec<_>>()).filter(|field| taken.insert(field));
        column.field = found.map(|field| (field, 1));
    }
}

/// Parts of names and addresses are put together; of anything else, one column is enough: the first.
fn only_once(columns: &mut [Column]) {
    let mut seen = BTreeSet::new();
    for column in columns {
        let parts = ["name", "kana", "address"];
        let is_part = |(field, _): (&str, usize)| parts.contains(&field) && header_of(field) != fold(&column.header);
        column.field = column.field.filter(|field| seen.insert(*field) || is_part(*field));
    }
}

/// Words in a column that has words of its own, and that aren't ours.
fn unknown_words<'a>(column: &Column, cells: impl Iterator<Item = &'a str>) -> Vec<Word> {
    let Some((field, _)) = column.field else { return Vec::new() };
    let ours = words_of(field);
    if ours.is_empty() {
        return Vec::new();
    }
    let is_ours = |word: &str| match field {
        "role" => FacilityRole::parse(word).is_some(),
        "procedure" => ProcedureKind::parse(word).is_some(),
        _ => Category::parse(word).is_some(),
    };
    let words: BTreeSet<&str> = cells.filter(|word| !word.is_empty() && !is_ours(word)).collect();
    let guess = |word: &str| match field {
        "role" if ["理事長", "代表", "院長", "経営"].iter().any(|part| word.contains(part)) => Some("開設者"),
        "role" => Some("勤務"),
        "procedure" => None,
        _ => category_in(word).map(Category::label),
    };
    let word = |theirs: &str| Word { field, theirs: theirs.to_owned(), ours: guess(theirs) };
    words.into_iter().take(WORDS).map(word).collect()
}

/// The category that a word says in other words: 「Ａ１会員（開業）2010」, 「正会員A②(B)」.
fn category_in(word: &str) -> Option<Category> {
    let folded: String = word.nfkc().filter(|c| !"() 　[]".contains(*c)).map(|c| c.to_ascii_uppercase()).collect();
    [Category::A2B, Category::A2C, Category::A1].into_iter().find(|category| folded.contains(category.code()))
}

/// Whether rows hold a facility and nothing of a member, below one that holds both.
fn continues(columns: &[Column], rows: &[StringRecord]) -> bool {
    let of = |is: &dyn Fn(usize) -> bool| -> Vec<usize> {
        let known = columns.iter().enumerate().filter_map(|(at, column)| Some((at, slot(column.field?.0)?)));
        known.filter(|(_, slot)| is(*slot)).map(|(at, _)| at).collect()
    };
    let (member, facility) = (of(&|slot| slot < OF_FACILITY), of(&|slot| slot >= OF_FACILITY));
    let says = |row: &StringRecord, cells: &[usize]| {
        cells.iter().any(|at| row.get(*at).is_some_and(|cell| !cell.trim().is_empty()))
    };
    !member.is_empty() && rows.iter().skip(1).any(|row| !says(row, &member) && says(row, &facility))
}

impl Proposal {
    /// The mapping that it comes to. Without a column of its own, a member goes by the registry number and a facility by
    /// name and address.
    pub fn mapping(&self) -> Mapping {
        let mut by_field: BTreeMap<(usize, &str), Vec<String>> = BTreeMap::new();
        let headers: Vec<&str> = self.columns.iter().map(|column| column.header.as_str()).collect();
        for (column, name) in self.columns.iter().zip(names_of(&headers)) {
            if let Some((field, of)) = column.field {
                by_field.entry((of, field)).or_default().push(name);
            }
        }
        let several = by_field.keys().any(|(of, _)| *of > 1);
        let (continues, fixed) = (self.continues, self.fixed.clone());
        let mut mapping = Mapping { continues, fixed, ..Mapping::default() };
        for ((of, field), headers) in by_field {
            let headers = match headers.len() {
                1 => Headers::One(headers.into_iter().next().unwrap_or_default()),
                _ => Headers::Together(headers),
            };
            if several && slot(field).is_some_and(|at| at >= OF_FACILITY) && (of > 1 || self.is_of_each(field)) {
                mapping.facility.resize(mapping.facility.len().max(of), BTreeMap::new());
                mapping.facility[of - 1].insert(field.to_owned(), headers);
            } else {
                mapping.columns.insert(field.to_owned(), headers);
            }
        }
        // A gap in their numbers.
        mapping.facility.retain(|own| !own.is_empty());
        self.keys(&mut mapping);
        for word in &self.words {
            if let Some(ours) = word.ours {
                mapping.words.entry(word.field.to_owned()).or_default().insert(word.theirs.clone(), ours.to_owned());
            }
        }
        // Fields that an export needn't have, and hasn't.
        for (field, header) in FIELDS {
            let is_there =
                mapping.columns.contains_key(field) || mapping.facility.iter().any(|own| own.contains_key(field));
            let is_there = is_there || mapping.fixed.contains_key(field);
            if !is_there
                && !REQUIRED.contains(&field)
                && self.columns.iter().any(|column| fold(&column.header) == header)
            {
                mapping.columns.insert(field.to_owned(), Headers::One(String::new()));
            }
        }
        mapping
    }

    /// Fields that are needed and that it doesn't know.
    pub fn missing(&self) -> Vec<&'static str> {
        let mapping = self.mapping();
        let is_there = |field: &str| {
            mapping.columns.contains_key(field)
                || mapping.fixed.contains_key(field)
                || (!mapping.facility.is_empty() && mapping.facility.iter().all(|own| own.contains_key(field)))
        };
        REQUIRED.into_iter().filter(|field| !is_there(field)).collect()
    }

    /// Whether each facility of a row has a column of its own for a field.
    fn is_of_each(&self, field: &str) -> bool {
        self.columns.iter().any(|column| column.field.is_some_and(|(of, number)| of == field && number > 1))
    }

    fn keys(&self, mapping: &mut Mapping) {
        if let (None, Some(number)) = (mapping.columns.get("person_key"), mapping.columns.get("registry_no").cloned()) {
            mapping.columns.insert("person_key".to_owned(), number);
        }
        let by_name_and_address = |own: &BTreeMap<String, Headers>, common: &BTreeMap<String, Headers>| {
            let of = |field: &str| own.get(field).or_else(|| common.get(field));
            let parts: Vec<&str> =
                [of("facility_name")?, of("address")?].into_iter().flat_map(Headers::names).collect();
            Some(Headers::Together(parts.into_iter().map(str::to_owned).collect()))
        };
        let key = || "facility_key".to_owned();
        if mapping.columns.contains_key("facility_key") {
            return;
        }
        if mapping.facility.is_empty() {
            if let Some(parts) = by_name_and_address(&BTreeMap::new(), &mapping.columns) {
                mapping.columns.insert(key(), parts);
            }
            return;
        }
        for own in mapping.facility.iter_mut().filter(|own| !own.contains_key("facility_key")) {
            if let Some(parts) = by_name_and_address(own, &mapping.columns) {
                own.insert(key(), parts);
            }
        }
    }
}

#[cfg(test)]
#[path = "propose_tests.rs"]
mod tests;
