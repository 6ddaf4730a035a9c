//! A ticket that waits for tier 2, or was taken by it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Utc};

use crate::domain::id::{AccountId, EscalationId, TicketId};

/// An escalation to tier 2.
#[derive(Debug, Clone)]
pub struct Escalation {
    /// Its id.
    pub id: EscalationId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// By whom.
    pub requested_by: AccountId,
    /// Why.
    pub reason: String,
    /// When it was taken.
    pub taken_at: Option<DateTime<Utc>>,
    /// By whom.
    pub taken_by: Option<AccountId>,
}

/// A place in tier 2's queue, where a page of it goes on. It stays where it is, whatever becomes of the ticket that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePlace {
    /// The ticket's severity then.
    pub severity: String,
    /// When tier 2 was asked.
    pub requested_at: DateTime<Utc>,
    /// The escalation.
    pub id: EscalationId,
}

impl fmt::Display for QueuePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.severity, self.requested_at.timestamp_micros(), self.id)
    }
}

/// A text that names no place in the queue.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no place in the queue")]
pub struct NoPlace;

impl FromStr for QueuePlace {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(NoPlace);
        let severity = part()?.to_owned();
        let micros = part()?.parse().map_err(|_| NoPlace)?;
        // Nobody was asked before there were computers, nor in a year that a database can't tell.
        let told = |at: &DateTime<Utc>| (1970..10_000).contains(&at.year());
        let requested_at = DateTime::from_timestamp_micros(micros).filter(told).ok_or(NoPlace)?;
        Ok(Self { severity, requested_at, id: part()?.parse().map_err(|_| NoPlace)? })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_place_reads_back_and_nonsense_is_none() {
        let requested_at = DateTime::from_timestamp_micros(1_763_775_600_123_456).expect("a time");
        let place = QueuePlace { severity: "urgent".into(), requested_at, id: EscalationId(Uuid::from_u128(7)) };
        assert_eq!(place.to_string().parse(), Ok(place.clone()));
        let id = place.id;
        for text in ["", "x", "urgent", "urgent.1", "urgent.1.x", "urgent.一.7"] {
            assert_eq!(text.parse::<QueuePlace>(), Err(NoPlace), "{text}");
        }
        for micros in [i64::MIN, -1, -200_000_000_000_000_000, 260_000_000_000_000_000, i64::MAX] {
            assert_eq!(format!("urgent.{micros}.{id}").parse::<QueuePlace>(), Err(NoPlace), "{micros}");
        }
    }
}
