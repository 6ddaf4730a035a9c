//! What an operator typed, and what a directory row offers to matching.

use chrono::NaiveDate;

use crate::domain::members::record::{FacilityRecord, MemberRecord, Tenure};

/// The four items as typed (domain section 3); an empty text means that the item was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Day for which eligibility is asked: the call's, or a claim's incident.
    pub call_date: NaiveDate,
    /// Name of the A① member.
    pub name: String,
    /// Name of the facility.
    pub facility: String,
    /// Its address, or postal code.
    pub address: String,
    /// Registry number (6 digits) or member number (10).
    pub number: String,
}

/// One member at one facility. The references are opaque ids that candidates carry back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The person.
    pub member: MemberRecord,
    /// The facility.
    pub facility: FacilityRecord,
    /// What ties them.
    pub tenure: Tenure,
    /// Id of the person in the store.
    pub member_ref: u128,
    /// Id of the facility in the store.
    pub facility_ref: u128,
}

/// Which state of the directory an index was built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectoryMeta {
    /// Version number of the directory.
    pub version: i64,
    /// As-of day of its newest import.
    pub exported_on: NaiveDate,
}
