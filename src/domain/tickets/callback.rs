//! A call-back that was promised.

use chrono::{DateTime, Utc};

use crate::domain::id::{AccountId, CallId, CallbackId, TicketId};

/// A promised call-back.
#[derive(Debug, Clone)]
pub struct Callback {
    /// Its id.
    pub id: CallbackId,
    /// The ticket it hangs on, if any.
    pub ticket_id: Option<TicketId>,
    /// The call it was made on.
    pub call_id: CallId,
    /// By when.
    pub due_at: DateTime<Utc>,
    /// Who is called back.
    pub who: String,
    /// At which number.
    pub number: String,
    /// About what.
    pub note: String,
    /// Who promised.
    pub made_by: AccountId,
    /// When it was kept.
    pub kept_at: Option<DateTime<Utc>>,
}
