//! What reports call things, for people.

use super::axis::Axis;
use super::groups::Categories;
use super::kept::{CloseTime, FacilityType};
use super::outcome::{Outcome, Tier};
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

/// What a fact's code is called.
fn chosen(fact: Fact, code: &str) -> Option<String> {
    let Form::One(choices) = fact.form() else { return None };
    choices.iter().find(|(of, _)| *of == code).map(|(_, label)| (*label).to_owned())
}
