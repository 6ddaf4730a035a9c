//! What of the directory says otherwise than before, column by column: a file whose columns were swapped, sorted apart or
//! overwritten holds everybody, and would turn genuine callers away all the same.

use std::collections::BTreeMap;

use super::record::{FacilityRecord, MemberRecord};

/// A column of fewer records isn't asked about: somebody always moves.
const FEWEST: usize = 20;

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
        self.note("name", before.name != now.name);
        self.note("member_no", before.member_no.is_some() && before.member_no != now.member_no);
        self.note("registry_no", before.registry_no.is_some() && before.registry_no != now.registry_no);
        self.note("category", before.category.is_some() && before.category != now.category);
        self.note("enrolled_on", before.enrolled_on.is_some() && before.enrolled_on != now.enrolled_on);
        self.note("left_on", before.left_on != now.left_on);
    }

    /// The same of a facility.
    pub fn facility(&mut self, before: &FacilityRecord, now: &FacilityRecord) {
        self.note("facility_name", before.name != now.name);
        self.note("address", before.address != now.address);
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
