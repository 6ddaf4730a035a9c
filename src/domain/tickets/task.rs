//! Something to be done by a day, and what may come of it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::id::{TaskId, TicketId, VerificationId};

/// What kind of thing is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    /// An association is asked whether a procedure is under way (domain section 3).
    ConfirmMembership,
    /// The same, once a newer directory says that somebody has to ask now.
    MembershipInDoubt,
    /// Tier 2's specialist is told that a call asked for them again (domain section 9).
    AskedAgain,
}

impl TaskKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::ConfirmMembership, Self::MembershipInDoubt, Self::AskedAgain];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::ConfirmMembership => "confirm_membership",
            Self::MembershipInDoubt => "membership_in_doubt",
            Self::AskedAgain => "asked_again",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::ConfirmMembership => "医師会に確認",
            Self::MembershipInDoubt => "至急 医師会に確認",
            Self::AskedAgain => "通話から2次対応への依頼",
        }
    }

    /// The kind of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What may come of it.
    pub fn outcomes(self) -> &'static [&'static str] {
        match self {
            Self::ConfirmMembership | Self::MembershipInDoubt => &["手続き中と確認", "手続きなし", "確認不要"],
            Self::AskedAgain => &["承知した"],
        }
    }

    /// Whether it asks an association about a membership.
    pub fn is_about_membership(self) -> bool {
        self != Self::AskedAgain
    }
}

/// Something to be done by a day.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The ticket it hangs on, if any.
    pub ticket_id: Option<TicketId>,
    /// The verification it follows up.
    pub verification_id: Option<VerificationId>,
    /// What kind.
    pub kind: TaskKind,
    /// By which Tokyo day.
    pub due_on: NaiveDate,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// With which outcome.
    pub outcome: String,
    /// The newest version of the directory it was looked at with; at first the one it was made upon.
    pub looked_at: i64,
}
