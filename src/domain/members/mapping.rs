//! How an association's export is read: the names of its columns, its own words, and how many facilities a row has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::category::Category;
use super::header::{Columns, FIELDS, OF_FACILITY, Place, REQUIRED, fold, header_of, slot};
use super::record::{FacilityRole, ProcedureKind};

/// Rows at the beginning of a file among which the headers are looked for: titles may stand above them.
pub(super) const HEADER_WITHIN: usize = 10;

/// Facilities a row may have, for a proposal.
pub const FACILITIES: usize = 9;

/// How an association's export is read. Fields that it doesn't name have the header of contracts section 1.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// A row without anything of a member continues the one above.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub continues: bool,
    /// A field's columns by their headers; none: the export doesn't have it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Headers>,
    /// What a field is in every row, where it has no column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<String, String>,
    /// By field: words of the export, and ours.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    /// Where a row has several facilities: the columns of each that are its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facility: Vec<BTreeMap<String, Headers>>,
}

/// The headers of a field's columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Headers {
    /// One column; no name: none.
    One(String),
    /// Several, whose cells are put together.
    Together(Vec<String>),
}

impl Headers {
    /// Each column's header.
    pub fn names(&self) -> Vec<&str> {
        let names: Vec<&str> = match self {
            Self::One(name) => vec![name],
            Self::Together(names) => names.iter().map(String::as_str).collect(),
        };
        names.into_iter().filter(|name| !name.is_empty()).collect()
    }
}

/// Why a mapping can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MappingProblem {
    /// It isn't TOML of this shape.
    #[error("対応表が読めません: {0}")]
    Unreadable(String),
    /// A field that there isn't.
    #[error("対応表の「{0}」という項目はありません。使えるのは次の項目です: {1}")]
    UnknownField(String, String),
    /// A field of the member among those of a facility.
    #[error("対応表の [[facility]] には施設の項目だけを書けます（「{0}」は会員の項目です）")]
    NotOfFacility(String),
    /// One of our words that there isn't.
    #[error("対応表の {0} の「{1}」という値はありません。使えるのは次の値です: {2}")]
    UnknownWord(String, String, String),
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// When it's no TOML of this shape, or names fields or words that there aren't.
    pub fn of_toml(text: &str) -> Result<Self, MappingProblem> {
        let mapping: Self = toml::from_str(text).map_err(|e| MappingProblem::Unreadable(e.message().to_owned()))?;
        mapping.check()?;
        Ok(mapping)
    }

    /// As TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    fn check(&self) -> Result<(), MappingProblem> {
        let named = self.columns.keys().chain(self.fixed.keys()).chain(self.words.keys());
        for field in named.chain(self.facility.iter().flat_map(BTreeMap::keys)) {
            if slot(field).is_none() {
                let fields: Vec<String> = FIELDS.iter().map(|(name, header)| format!("{name}（{header}）")).collect();
                return Err(MappingProblem::UnknownField(field.clone(), fields.join("、")));
            }
        }
        for field in self.facility.iter().flat_map(BTreeMap::keys) {
            if slot(field).is_none_or(|at| at < OF_FACILITY) {
                return Err(MappingProblem::NotOfFacility(field.clone()));
            }
        }
        for (field, ours) in self.words.iter().flat_map(|(field, words)| words.values().map(move |ours| (field, ours)))
        {
            let words = words_of(FIELDS[slot(field).unwrap_or_default()].0);
            if !words.is_empty() && !words.contains(&ours.as_str()) && !ours.is_empty() {
                return Err(MappingProblem::UnknownWord(field.clone(), ours.clone(), words.join("、")));
            }
        }
        Ok(())
    }

    /// Finds each field's columns in a header row, once for each facility that a row may have.
    ///
    /// # Errors
    /// The headers of required fields that are missing.
    pub(super) fn locate(&self, header_row: &[String]) -> Result<Vec<Columns>, Vec<String>> {
        let folded: Vec<String> = header_row.iter().map(|header| fold(header)).collect();
        let none = BTreeMap::new();
        let facilities: Vec<&BTreeMap<String, Headers>> =
            if self.facility.is_empty() { vec![&none] } else { self.facility.iter().collect() };
        let mut missing = Vec::new();
        let mut of = |own: &BTreeMap<String, Headers>| {
            let places = FIELDS.iter().map(|(field, header)| self.place(own, (field, header), &folded, &mut missing));
            let places: Vec<Place> = places.collect();
            let is_own = |field: &str| of_table(own, field).is_some();
            let own = FIELDS.iter().zip(&places).filter(|((field, _), _)| is_own(field));
            Columns { own: own.flat_map(|(_, place)| place.cells.iter().copied()).collect(), places }
        };
        let columns = facilities.into_iter().map(&mut of).collect();
        missing.dedup();
        if missing.is_empty() { Ok(columns) } else { Err(missing) }
    }

    fn place(
        &self,
        own: &BTreeMap<String, Headers>,
        (field, header): (&str, &str),
        folded: &[String],
        missing: &mut Vec<String>,
    ) -> Place {
        let named = of_table(own, field).or_else(|| of_table(&self.columns, field));
        let fixed = of_table(&self.fixed, field).cloned().unwrap_or_default();
        let words = of_table(&self.words, field).into_iter().flatten();
        let words = words.map(|(theirs, ours)| (fold(theirs), ours.clone())).collect();
        let names = named.map_or_else(|| vec![header], Headers::names);
        let is_needed = REQUIRED.contains(&field) && fixed.is_empty();
        let mut cells = Vec::with_capacity(names.len());
        for name in &names {
            match column(folded, name) {
                Found::At(at) => cells.push(at),
                Found::Several(n) => missing.push(format!("{name}（同じ見出しの列が{n}つあり、どれか分かりません）")),
                Found::Nowhere if named.is_some() || is_needed => missing.push((*name).to_owned()),
                Found::Nowhere => {}
            }
        }
        if names.is_empty() && is_needed {
            missing.push(header_of(field).to_owned());
        }
        Place { cells, fixed, words }
    }
}

/// Where the column of a name is.
enum Found {
    At(usize),
    /// That many columns are called so, and which is meant isn't said.
    Several(usize),
    Nowhere,
}

/// The column of a header; of several that are called the same, `header#2` is the second. A header that isn't there
/// has no letters: `#1` is the first column without one.
fn column(folded: &[String], name: &str) -> Found {
    let places = |header: &str| -> Vec<usize> {
        let header = fold(header);
        folded.iter().enumerate().filter(|(_, there)| **there == header).map(|(at, _)| at).collect()
    };
    match places(name)[..] {
        [at] => return Found::At(at),
        [] => {}
        ref several => return Found::Several(several.len()),
    }
    let Some((header, number)) = name.rsplit_once('#') else { return Found::Nowhere };
    let nth = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    nth.and_then(|nth| places(header).get(nth).copied()).map_or(Found::Nowhere, Found::At)
}

/// By what name each column of a header row can be told from the others.
pub(super) fn names_of(headers: &[&str]) -> Vec<String> {
    let folded: Vec<String> = headers.iter().map(|header| fold(header)).collect();
    let nth = |at: usize| folded[..=at].iter().filter(|there| **there == folded[at]).count();
    let is_alone = |at: usize| folded.iter().filter(|there| **there == folded[at]).count() == 1;
    let name = |(at, header): (usize, &&str)| {
        if is_alone(at) && !folded[at].is_empty() { (*header).to_owned() } else { format!("{header}#{}", nth(at)) }
    };
    headers.iter().enumerate().map(name).collect()
}

/// What a table says of a field, by its name or its header of contracts section 1.
fn of_table<'a, T>(table: &'a BTreeMap<String, T>, field: &str) -> Option<&'a T> {
    table.get(field).or_else(|| table.get(header_of(field)))
}

/// Our words for a field that has words of its own.
pub fn words_of(field: &str) -> Vec<&'static str> {
    match field {
        "category" | "category_before" | "applied_category" => Category::ALL.map(Category::label).to_vec(),
        "role" => {
            [FacilityRole::Opener, FacilityRole::Manager, FacilityRole::Employee].map(FacilityRole::label).to_vec()
        }
        "procedure" => [ProcedureKind::Enrolment, ProcedureKind::Move].map(ProcedureKind::label).to_vec(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
