//! What of the directory says otherwise than before, column by column: a file whose columns were swapped, sorted apart or
//! overwritten holds everybody, and would turn genuine callers away all the same.

use std::collections::BTreeMap;

use super::record::{FacilityRecord, MemberRecord};
use crate::domain::search::fold;

/// A column of fewer records isn't asked about: somebody always moves.
const FEWEST: usize = 20;

/// Whether a text says something else: another encoding writes the same in other dashes and forms of letters.
fn is_other(before: &str, now: &str) -> bool {
    before != now && fold(before) != fold(now)
}

/// How many records say otherwise, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turned(BTreeMap<&'static str, usize>);

impl Turned {
    /// Whether so many that say something else may be asked about: more than a tenth of those that stand.
    pub fn is_much(changed: usize, of: usize) -> bool {
        changed >= FEWEST && changed * 10 > of
    }

    /// Notes what of a member says otherwise, of what verification and eligibility hang on.
    pub fn member(&mut self, before: &MemberRecord, now: &MemberRecord) {
        self.note("name", is_other(&before.name, &now.name));
        self.note("member_no", before.member_no.is_some() && before.member_no != now.member_no);
        self.note("registry_no", before.registry_no.is_some() && before.registry_no != now.registry_no);
        self.note("category", before.category.is_some() && before.category != now.category);
        self.note("enrolled_on", before.enrolled_on.is_some() && before.enrolled_on != now.enrolled_on);
        self.note("left_on", before.left_on != now.left_on);
    }

    /// The same of a facility.
    pub fn facility(&mut self, before: &FacilityRecord, now: &FacilityRecord) {
        self.note("facility_name", is_other(&before.name, &now.name));
        self.note("address", is_other(&before.address, &now.address));
    }

    /// The fields of which much says otherwise, of so many that stand.
    pub fn much(self, of: usize) -> impl Iterator<Item = (&'static str, usize)> {
        self.0.into_iter().filter(move |(_, changed)| Self::is_much(*changed, of))
    }

    fn note(&mut self, field: &'static str, is_otherwise: bool) {
        if is_otherwise {
            *self.0.entry(field).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, address: &str) -> FacilityRecord {
        let text = String::new;
        let (name, address) = (name.to_owned(), address.to_owned());
        FacilityRecord {
            facility_key: "F1".into(),
            kind: text(),
            name,
            kana: text(),
            postal_code: text(),
            address,
            phone: text(),
        }
    }

    #[test]
    fn a_column_is_asked_about_when_a_tenth_and_twenty_say_otherwise() {
        let (before, now) = (place("榎本医院", "文京区本駒込９‐８"), place("榎本医院", "文京区本駒込１−１"));
        let much = |moved: usize, of: usize| {
            let mut turned = Turned::default();
            (0..moved).for_each(|_| turned.facility(&before, &now));
            turned.much(of).collect::<Vec<_>>()
        };
        assert_eq!(much(20, 199), [("address", 20)]);
        assert_eq!(much(20, 200), [], "a tenth at most");
        assert_eq!(much(19, 19), [], "a few always move");
    }

    #[test]
    fn the_same_in_other_dashes_and_letters_is_no_change() {
        let mut turned = Turned::default();
        turned.facility(&place("髙田医院", "文京区本駒込９‐８−７"), &place("高田医院", "文京区本駒込９－８－７"));
        assert_eq!(turned, Turned::default());
    }
}
