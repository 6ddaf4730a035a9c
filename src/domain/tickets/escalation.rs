//! A ticket that waits for tier 2, or was taken by it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

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
        let requested_at = DateTime::from_timestamp_micros(micros).ok_or(NoPlace)?;
        Ok(Self { severity, requested_at, id: part()?.parse().map_err(|_| NoPlace)? })
    }
}
