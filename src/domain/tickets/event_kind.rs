//! What kind of line each event is on the timeline.

use super::entry_kind::EntryKind;
use super::event::Event;

impl Event {
    /// What kind of line it is.
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Written { kind, .. } => *kind,
            Self::CardSaid { .. } | Self::CardTakenBack { .. } => EntryKind::Card,
            Self::EvidenceAsked { .. } | Self::RemoteStarted { .. } | Self::RemoteEnded { .. } => EntryKind::Remote,
            Self::Opened { .. } => EntryKind::Opened,
            Self::Told { .. } | Self::QuestionPinned { .. } | Self::QuestionAnswered { .. } => EntryKind::Note,
            Self::Transitioned { .. } | Self::MoveTakenBack { .. } | Self::AskedAgain { .. } | Self::AskedAgainSeen => {
                EntryKind::Transition
            }
            Self::Verified { .. }
            | Self::NumberHeardAgain
            | Self::AssociationAnswered { .. }
            | Self::MembershipDoubted { .. } => EntryKind::Verified,
            Self::CallbackPromised { .. }
            | Self::CallbackKept { .. }
            | Self::CallbackNotNeeded { .. }
            | Self::CallbackOpenAgain { .. }
            | Self::CallbackTaken { .. }
            | Self::CallbackTried { .. } => EntryKind::Callback,
            Self::CallEnded { .. } => EntryKind::Call,
            Self::Incident(_) => EntryKind::Incident,
            Self::Referral(_) => EntryKind::Referral,
            Self::Changed { .. } | Self::Merged { .. } | Self::Unmerged { .. } => EntryKind::Changed,
            Self::HoldPlaced { .. } | Self::HoldLifted { .. } => EntryKind::Held,
        }
    }
}
