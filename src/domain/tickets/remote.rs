//! Remote support: somebody of the desk works on the caller's screen, with consent.

use chrono::{DateTime, Utc};

use crate::domain::id::{AccountId, RemoteId, TicketId};
use crate::domain::refusal::Refusal;

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

/// The session in which somebody works on the caller's screen now.
pub fn running(sessions: &[Remote]) -> Option<&Remote> {
    sessions.iter().find(|session| session.ended_at.is_none())
}

/// Refuses to begin a session while another runs: one screen, one pair of hands.
///
/// # Errors
/// A conflict.
pub fn may_begin(sessions: &[Remote]) -> Result<(), Refusal> {
    match running(sessions) {
        None => Ok(()),
        Some(_) => Err(Refusal::conflict(
            "remote.running",
            "リモート支援を実施中です。「リモート支援を終える」で結果を記録してから、次の支援を始めてください",
        )),
    }
}

/// Refuses to end a ticket over a session that runs.
///
/// # Errors
/// A conflict.
pub fn none_is_left(sessions: &[Remote]) -> Result<(), Refusal> {
    match running(sessions) {
        None => Ok(()),
        Some(_) => Err(Refusal::conflict(
            "remote.running",
            "リモート支援が終わっていません。相談票の「リモート支援を終える」で結果を記録してから終了してください",
        )),
    }
}
