//! Ids are types: a ticket's id can't be handed in where a call's is wanted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { id.0 }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> { Uuid::parse_str(s).map(Self) }
        }
    )+};
}

typed_id!(
    /// A staff account.
    AccountId,
    /// An API token.
    TokenId,
    /// One conversation.
    CallId,
    /// One matter of one facility.
    TicketId,
    /// An entry of a timeline.
    EntryId,
    /// What a caller said, and what it was held against.
    VerificationId,
    /// A member of the directory.
    MemberId,
    /// A facility of the directory.
    FacilityId,
    /// An escalation to tier 2.
    EscalationId,
    /// A remote support session.
    RemoteId,
    /// What was heard before remote support or cleaning.
    EvidenceCheckId,
    /// A piece of evidence at a clinic.
    EvidenceItemId,
    /// What a caller said of an attack.
    IndicatorId,
    /// Tickets that a person holds for one attack.
    CampaignId,
    /// A dossier that was made for somebody.
    DossierId,
    /// An authority's request for what the desk holds.
    AuthorityRequestId,
    /// A forensic firm or a lawyer of the register.
    FirmId,
    /// A referral of a member to one.
    ReferralId,
    /// A shift's hand-over.
    HandoverId,
    /// A promised call-back.
    CallbackId,
    /// A claim for a support payment.
    ClaimId,
    /// Something to be done by a day.
    TaskId,
    /// That a ticket went into another.
    MergeId,
    /// A question pinned to a call's sheet.
    QuestionId,
    /// A reason to keep a ticket beyond its period.
    HoldId,
    /// A passkey of an account.
    PasskeyId,
);
