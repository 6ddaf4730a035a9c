//! Holds: reasons to keep a ticket beyond its period (`retention.toml`, `hold_reason`).

use chrono::{DateTime, Utc};

use crate::domain::id::{AccountId, HoldId, TicketId};

/// A reason to keep a ticket beyond its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The code of the reason.
    pub reason: String,
    /// What was noted beside it.
    pub note: String,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// By whom.
    pub placed_by: AccountId,
    /// When it was lifted, and by whom; none while it stands.
    pub lifted: Option<(DateTime<Utc>, AccountId)>,
}
