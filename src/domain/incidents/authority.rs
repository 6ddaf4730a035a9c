//! The police, or another authority, asking for what the desk holds. What a clinic agrees to goes through the clinic;
//! without it a supervisor decides, by the document that asks.

use chrono::{DateTime, Utc};

use crate::domain::codes::codes;
use crate::domain::id::{AccountId, AuthorityRequestId, TicketId};

codes! {
    /// How a request is answered.
    AuthorityAnswer {
        /// The clinic hands it over itself.
        ThroughClinic = "through_clinic", "医療機関を通じて渡す",
        /// In writing, by the document that asked.
        Document = "document", "文書で回答する",
        /// Not at all.
        Refused = "refused", "回答しない",
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityRequest {
    /// Its id.
    pub id: AuthorityRequestId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Who asks: authority, section, officer.
    pub asks: String,
    /// The number of the document that asks; empty where there is none.
    pub document: String,
    /// What for.
    pub wants: String,
    /// Who at the clinic agreed; empty where nobody did.
    pub agreed_by: String,
    /// When it came.
    pub asked_at: DateTime<Utc>,
    /// Who took it.
    pub asked_to: AccountId,
    /// How it's answered.
    pub answered: Option<Answered>,
}

/// How a request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// How.
    pub answer: AuthorityAnswer,
    /// Why.
    pub why: String,
    /// When that was decided.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: AccountId,
}

impl AuthorityRequest {
    /// Whether the clinic agrees.
    pub fn clinic_agrees(&self) -> bool {
        !self.agreed_by.is_empty()
    }
}
