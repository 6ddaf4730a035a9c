//! A case as reports count it.

use super::axis::Axis;
use super::period::Period;

/// A case: categories by their places in the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// The month in which it was received.
    pub month: Period,
    /// The facility's prefecture, from 0; 47 where it isn't known.
    pub prefecture: u8,
    /// Kind of incident.
    pub incident: u8,
    /// Kind of facility.
    pub facility_type: u8,
    /// How it ended, or where it stands.
    pub outcome: u8,
    /// Which desk.
    pub desk: u8,
    /// How grave.
    pub severity: u8,
    /// Who called.
    pub standing: u8,
    /// How care was affected.
    pub effect: u8,
    /// Whether there is a backup.
    pub backup: u8,
    /// How long it took.
    pub close_time: u8,
}

impl Case {
    /// Its category on an axis that isn't one of groups.
    pub fn on(&self, axis: Axis) -> Option<u8> {
        Some(match axis {
            Axis::Prefecture => self.prefecture,
            Axis::Incident => self.incident,
            Axis::FacilityType => self.facility_type,
            Axis::Outcome => self.outcome,
            Axis::Desk => self.desk,
            Axis::Severity => self.severity,
            Axis::Standing => self.standing,
            Axis::Effect => self.effect,
            Axis::Backup => self.backup,
            Axis::CloseTime => self.close_time,
            _ => return None,
        })
    }
}
