//! Lists of tickets: what a line says, and which lines are asked for.

use chrono::{DateTime, NaiveDate, Utc};

use super::{StatusKind, TicketNo};
use crate::domain::id::{AccountId, FacilityId, TicketId};
use crate::domain::verification::record::VerificationOutcome;

/// A line of a list.
#[derive(Debug, Clone)]
pub struct TicketLine {
    /// Its id.
    pub id: TicketId,
    /// The number people say.
    pub number: TicketNo,
    /// The facility, once known.
    pub facility_id: Option<FacilityId>,
    /// The facility's name.
    pub facility_name: String,
    /// Incident code.
    pub incident: String,
    /// Severity code.
    pub severity: String,
    /// Where it stands.
    pub status: StatusKind,
    /// Who owns it.
    pub owner_id: Option<AccountId>,
    /// What was recorded about the caller.
    pub verification: VerificationOutcome,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When anything last happened to it.
    pub last_event_at: DateTime<Utc>,
    /// The ticket of the same matter that it went into.
    pub merged_into: Option<TicketId>,
}

/// Whose tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of one person.
    Of(AccountId),
    /// Nobody's.
    Nobody,
    /// Of people who work here no longer at this instant, or no longer on tickets.
    Ended(DateTime<Utc>),
    /// Either: nobody works on them.
    Ownerless(DateTime<Utc>),
}

/// What a list shows. Everything is an enumerated code or an id.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// State codes; empty: all.
    pub states: Vec<StatusKind>,
    /// Incident code.
    pub incident: Option<String>,
    /// Severity code.
    pub severity: Option<String>,
    /// Whose they are.
    pub owner: Option<Whose>,
    /// At which tier.
    pub tier: Option<u8>,
    /// The Tokyo day they were opened on.
    pub opened_on: Option<NaiveDate>,
    /// Numbers older than this.
    pub before: Option<i64>,
}
