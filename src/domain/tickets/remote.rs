//! Remote support: somebody of the desk works on the caller's screen, with consent.

use chrono::{DateTime, Utc};

use crate::domain::id::{AccountId, RemoteId, TicketId};

/// A remote support session (domain section 4: consent, tool, session, start, end, done, found, outcome).
#[derive(Debug, Clone)]
pub struct Remote {
    /// Its id.
    pub id: RemoteId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Who consented.
    pub consent_by: String,
    /// When.
    pub consent_at: DateTime<Utc>,
    /// With which tool.
    pub tool: String,
    /// The session's code.
    pub session_code: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What was done.
    pub done: String,
    /// What was found.
    pub found: String,
    /// How it ended.
    pub outcome: Option<String>,
    /// Who worked.
    pub operator_id: AccountId,
}
