//! What reports call things, for people.

use std::collections::BTreeSet;

use super::axis::Axis;
use super::file::WITHHELD;
use super::groups::Categories;
use super::kept::{CloseTime, FacilityType};
use super::outcome::{Outcome, Tier};
use super::report::Report;
use super::tables::Key;
use crate::domain::calls::Standing;
use crate::domain::incidents::Fact;
use crate::domain::incidents::fact::Form;
use crate::domain::scheme::{Lists, Term};

/// What a category is called.
pub fn word(axis: Axis, category: u8, categories: &Categories, lists: &Lists) -> String {
    let code = categories.words(axis).get(usize::from(category)).map_or("", String::as_str);
    let of = |terms: &[Term]| terms.iter().find(|term| term.code == code).map(|term| term.label.clone());
    let label = match axis.base() {
        Axis::Incident => of(&lists.incident),
        Axis::Severity => of(&lists.severity),
        Axis::Desk => of(&lists.desk),
        Axis::FacilityType => FacilityType::parse(code).map(|of| of.label().to_owned()),
        Axis::Outcome => Outcome::parse(code).map(|of| of.label().to_owned()),
        Axis::Standing => Standing::ALL.into_iter().find(|of| of.code() == code).map(|of| of.label().to_owned()),
        Axis::Effect => chosen(Fact::Care, code),
        Axis::Backup => chosen(Fact::Backup, code),
        Axis::CloseTime => CloseTime::parse(code).map(|of| of.label().to_owned()),
        Axis::Tier => Tier::parse(code).map(|of| of.label().to_owned()),
        _ => None,
    };
    label.unwrap_or_else(|| code.to_owned())
}

/// What a cell counts: all, or the cases of a category of its first axis.
pub fn counted(key: &Key, categories: &Categories, lists: &Lists) -> String {
    match key.at.first() {
        Some((axis, category)) => format!("{}「{}」", axis.label(), word(*axis, *category, categories, lists)),
        None => "相談件数".to_owned(),
    }
}

/// What the codes of a report's files are called: the code of a dimension and its name, the code of a category and its name.
pub fn legend(report: &Report, categories: &Categories, lists: &Lists) -> Vec<[String; 4]> {
    let axes: BTreeSet<Axis> = report.tables.iter().flat_map(|table| table.axes.iter().copied()).collect();
    let of = |axis: Axis| {
        let codes = (0u8..).zip(categories.words(axis));
        let row = move |(category, code): (u8, &String)| {
            let name = word(axis, category, categories, lists);
            [axis.dimension().to_owned(), axis.label().to_owned(), code.clone(), name]
        };
        codes.map(row).collect::<Vec<_>>()
    };
    let measure = |code: &str, name: &str| ["measure", "数えるもの", code, name].map(str::to_owned);
    let mark = ["value", "値", WITHHELD, "公表していない値（理由によらず同じ印）"].map(str::to_owned);
    let first = [measure("cases", "相談件数"), measure("facilities", "相談のあった施設"), mark];
    let mut rows: Vec<[String; 4]> = first.into_iter().chain(axes.into_iter().flat_map(of)).collect();
    // A dimension may be told at several finenesses.
    let mut seen = BTreeSet::new();
    rows.retain(|row| seen.insert(row.clone()));
    rows
}

/// What a fact's code is called.
fn chosen(fact: Fact, code: &str) -> Option<String> {
    let Form::One(choices) = fact.form() else { return None };
    choices.iter().find(|(of, _)| *of == code).map(|(_, label)| (*label).to_owned())
}
