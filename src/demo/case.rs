//! One made-up case as it goes into the memory: a ticket with all that hangs on it, or a call without a ticket.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::domain::calls::Call;
use crate::domain::calls::sheet::SheetField;
use crate::domain::claims::Claim;
use crate::domain::id::{AccountId, CallId, TicketId, VerificationId};
use crate::domain::incidents::evidence::EvidenceItem;
use crate::domain::incidents::fact::Told;
use crate::domain::incidents::{Clock, Indicator};
use crate::domain::referrals::Referral;
use crate::domain::search::SearchText;
use crate::domain::tickets::evidence_gate::EvidenceCheck;
use crate::domain::tickets::remote::Remote;
use crate::domain::tickets::{Entry, Ticket};
use crate::domain::verification::record::Verification;

/// When something was done, and by whom.
pub type Deed = (DateTime<Utc>, AccountId);

/// A case.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// The ticket; none when the call led to none.
    pub ticket: Option<Ticket>,
    /// Its calls, oldest first, each with its review by a supervisor.
    pub calls: Vec<(Call, Option<Deed>)>,
    /// What was typed on the first call, kept for recent cases only.
    pub sheet: Vec<(SheetField, String)>,
    /// Who called, with its review by a supervisor.
    pub verifications: Vec<(Verification, Option<Deed>)>,
    /// The timeline.
    pub entries: Vec<Entry>,
    /// Remote sessions.
    pub remotes: Vec<Remote>,
    /// What was heard before remote support and cleaning.
    pub checks: Vec<EvidenceCheck>,
    /// What is known of its incident.
    pub facts: Vec<Told>,
    /// The clocks of the clinic's duties.
    pub clocks: Vec<Clock>,
    /// What its callers said of the attack.
    pub indicators: Vec<Indicator>,
    /// What the clinic keeps as evidence.
    pub evidence: Vec<EvidenceItem>,
    /// Referrals to firms.
    pub referrals: Vec<Referral>,
    /// Escalations to tier 2.
    pub escalations: Vec<Asked>,
    /// Promised call-backs.
    pub callbacks: Vec<Promised>,
    /// Associations to be asked.
    pub tasks: Vec<Asking>,
    /// The claim for a support payment that came of it.
    pub claim: Option<Claim>,
    /// What a search finds it by, besides its number.
    pub found_by: SearchText,
}

/// An escalation to tier 2.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its id.
    pub id: Uuid,
    /// The ticket.
    pub ticket: TicketId,
    /// When it was asked for, and by whom.
    pub asked: Deed,
    /// Why.
    pub reason: String,
    /// When it was taken, and by whom.
    pub taken: Option<Deed>,
}

/// A promised call-back.
#[derive(Debug, Clone)]
pub struct Promised {
    /// Its id.
    pub id: Uuid,
    /// The ticket.
    pub ticket: TicketId,
    /// The call it was made on.
    pub call: CallId,
    /// By when.
    pub due_at: DateTime<Utc>,
    /// Who is called back.
    pub who: String,
    /// At which number.
    pub number: String,
    /// About what.
    pub note: String,
    /// Who promised.
    pub by: AccountId,
    /// When it was kept, and by whom.
    pub kept: Option<Deed>,
}

/// An association to be asked about a provisional verification.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Its id.
    pub id: Uuid,
    /// The ticket.
    pub ticket: TicketId,
    /// The verification.
    pub verification: VerificationId,
    /// By which day.
    pub due_on: NaiveDate,
    /// When it was noted down.
    pub created_at: DateTime<Utc>,
    /// When it was done, by whom, with which outcome.
    pub done: Option<(Deed, &'static str)>,
}
