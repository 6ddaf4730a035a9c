//! Of whom an import says nothing, since the rows that speak of them were kept out: what was known of them stands.

use std::collections::HashSet;

use uuid::Uuid;

use crate::domain::members::record::{FacilityRecord, MemberRecord};
use crate::domain::members::unknown::{OfFacility, Unknown};

/// Those who aren't gone, though the file doesn't hold them.
#[derive(Default)]
pub(super) struct Held {
    people: HashSet<Uuid>,
    /// Facilities of which a row may be anybody's.
    facilities: HashSet<Uuid>,
    /// Of some row it can't be told whom it speaks of.
    pub(super) everybody: bool,
}

impl Held {
    pub(super) fn is_person(&mut self, unknown: &mut Unknown, id: Uuid, member: &MemberRecord) -> bool {
        let is_held = unknown.has_person(member);
        if is_held {
            self.people.insert(id);
        }
        is_held
    }

    pub(super) fn is_facility(&mut self, unknown: &mut Unknown, id: Uuid, facility: &FacilityRecord) -> bool {
        let of = unknown.has_facility(&facility.facility_key);
        if of == OfFacility::WithAll {
            self.facilities.insert(id);
        }
        of != OfFacility::Nothing
    }

    /// Whether a tie stands for no other reason than that some row may be anybody's.
    pub(super) fn spares(&self, person: Uuid, facility: Uuid) -> bool {
        self.everybody && !self.people.contains(&person) && !self.facilities.contains(&facility)
    }

    /// Whether a member's tie to a facility stands.
    pub(super) fn holds(&self, person: Uuid, facility: Uuid) -> bool {
        self.everybody || self.people.contains(&person) || self.facilities.contains(&facility)
    }
}
