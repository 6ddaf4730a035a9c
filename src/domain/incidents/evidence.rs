//! What the clinic keeps as evidence: what it is, where it stands, who holds it, in which state, handed to whom.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::said::Said;
use crate::domain::id::{AccountId, EvidenceItemId, TicketId};

/// In which state a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// It runs, and is on the network.
    Running,
    /// It runs, cut off from the network.
    Unplugged,
    /// It's switched off.
    Off,
    /// It's put away, and sealed.
    Sealed,
    /// It was handed to somebody.
    Handed,
    /// It was written down by mistake: its line stays, struck.
    Mistaken,
}

impl ItemState {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Running, Self::Unplugged, Self::Off, Self::Sealed, Self::Handed, Self::Mistaken];

    /// The code in the database and the form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Unplugged => "unplugged",
            Self::Off => "off",
            Self::Sealed => "sealed",
            Self::Handed => "handed",
            Self::Mistaken => "mistaken",
        }
    }

    /// The words on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Running => "稼働中（接続したまま）",
            Self::Unplugged => "稼働中（切り離し済み）",
            Self::Off => "電源断",
            Self::Sealed => "封印・保管",
            Self::Handed => "引渡し済み",
            Self::Mistaken => "誤記（取消）",
        }
    }

    /// Whether there is such a piece; not where it was written down by mistake.
    pub fn is_kept(self) -> bool {
        self != Self::Mistaken
    }

    /// The state of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A piece of evidence at the clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceItem {
    /// Its id.
    pub id: EvidenceItemId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// What it is.
    pub item: String,
    /// What is written on it.
    pub label: String,
    /// Where it stands.
    pub place: String,
    /// Who holds it.
    pub holder: String,
    /// In which state it is.
    pub state: ItemState,
    /// To whom it was handed.
    pub handed_to: String,
    /// When.
    pub handed_at: Option<DateTime<Utc>>,
    /// Goes up with each change.
    pub version: i64,
    /// When it was written down as it stands.
    pub told_at: DateTime<Utc>,
    /// By whom.
    pub told_to: AccountId,
}

impl EvidenceItem {
    /// Its line: what it is, its label and place, who holds it, its state, and to whom it was handed when.
    pub fn line(&self) -> String {
        let of = |what: &str, words: &str| if words.is_empty() { String::new() } else { format!("、{what} {words}") };
        let parts = [
            of("ラベル", &self.label),
            of("場所", &self.place),
            of("保管", &self.holder),
            format!("、{}", self.state.label()),
            of("引渡し先", &self.handed_to),
            of("引渡し日時", &self.handed_at.map(|at| Said::of(at).words()).unwrap_or_default()),
        ];
        format!("{}{}", self.item, parts.concat())
    }
}
