//! The audit as it is read: its lines, which of them are asked for, and reviews of it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::domain::id::AccountId;
use crate::domain::tickets::TicketNo;

/// A line of the audit. Its words are codes of the version that wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    /// The entry.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What kind of actor: `account`, `token`, `system`, `stranger`.
    pub actor_kind: String,
    /// Which.
    pub actor_id: Option<Uuid>,
    /// What was done: `ticket.view`.
    pub action: String,
    /// To what kind of thing.
    pub object_kind: String,
    /// To which.
    pub object_id: Option<Uuid>,
    /// How it ended: `done`, `refused`, `failed`.
    pub result: String,
    /// From which network address.
    pub peer: String,
    /// In which request.
    pub request_id: Uuid,
    /// Codes and numbers beside.
    pub detail: Value,
    /// Its place in the chain, once it's sealed.
    pub seq: Option<i64>,
}

/// What a thing is called that the audit names by its id: a number or a name of the desk's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// A ticket.
    Ticket(TicketNo),
    /// Something of a ticket: a promise, a check, a claim.
    OfTicket(TicketNo),
    /// A call, by when it came.
    Call(DateTime<Utc>),
    /// A facility, by its number in the directory.
    Facility(String),
    /// A member, by the number in the directory.
    Member(String),
    /// An account, a token, a firm, a campaign.
    Name(String),
}

/// Which entries: everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Who acted.
    pub actor: Option<Uuid>,
    /// How it ended: `done`, `refused`, `failed`.
    pub result: Option<String>,
    /// The thing, person or facility it was about or touched.
    pub subject: Option<Uuid>,
    /// Older than this entry.
    pub before: Option<(DateTime<Utc>, Uuid)>,
}

/// Somebody looked through the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: Uuid,
    /// From when on.
    pub from_at: DateTime<Utc>,
    /// Until when.
    pub until_at: DateTime<Utc>,
    /// Who.
    pub reviewed_by: AccountId,
    /// When.
    pub reviewed_at: DateTime<Utc>,
    /// What they noted.
    pub note: String,
    /// The chain's head that they saw.
    pub head: String,
}
