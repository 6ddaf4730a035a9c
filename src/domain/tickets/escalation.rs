//! A ticket that waits for tier 2, or was taken by it.

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
