//! Where a ticket stands (domain sections 8 and 9). A status carries its evidence; how one becomes another says
//! `transition.rs`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::id::AccountId;

/// Where a ticket stands: what, since when, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The status with its evidence.
    #[serde(flatten)]
    pub at: Status,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Who moved it there.
    pub by: AccountId,
    /// Where it stood before, so that the move can be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Before>>,
}

/// Where a ticket stood before its last move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The status with its evidence.
    #[serde(flatten)]
    pub at: Status,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Who had moved it there.
    pub by: AccountId,
    /// Whose it was.
    pub owner: Option<AccountId>,
    /// At which tier it was.
    pub tier: u8,
    /// When it had ended, where a reopening is taken back.
    pub closed_at: Option<DateTime<Utc>>,
}

/// The statuses of a ticket, each with what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// 受付
    Received,
    /// 1次対応中
    Tier1,
    /// 2次対応依頼中
    Escalated {
        /// Why tier 2 is needed.
        reason: String,
    },
    /// 2次対応中
    Tier2 {
        /// Who took it.
        specialist: AccountId,
    },
    /// 専門事業者紹介中
    Referring,
    /// 経過確認中
    FollowUp {
        /// What is waited for.
        reason: String,
    },
    /// 対応完了
    Done {
        /// Result code.
        result: String,
    },
    /// 利用対象外, 相談範囲外, メーカ・通信事業者案内
    Left {
        /// By which exit.
        exit: Exit,
        /// Where the caller was directed, or why.
        reason: String,
    },
}

/// The three exits of a ticket (domain section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// 利用対象外: not an A① facility.
    NotEligible,
    /// 相談範囲外: PC operation and set-up (Q2-1).
    OutOfScope,
    /// メーカ・通信事業者案内: no attack; directed to the maker or the carrier (Q2-1).
    Directed,
}

impl Exit {
    /// The three, in the order in which they are offered.
    pub const ALL: [Exit; 3] = [Self::Directed, Self::OutOfScope, Self::NotEligible];

    /// The exit of the code of its status.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|exit| StatusKind::from(*exit).code() == code)
    }
}

/// A status without its evidence: what lists filter by, and what stands in the database and the API as its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
    /// 受付
    Received,
    /// 1次対応中
    Tier1,
    /// 2次対応依頼中
    Escalated,
    /// 2次対応中
    Tier2,
    /// 専門事業者紹介中
    Referring,
    /// 経過確認中
    FollowUp,
    /// 対応完了
    Done,
    /// 利用対象外
    NotEligible,
    /// 相談範囲外
    OutOfScope,
    /// メーカ・通信事業者案内
    Directed,
}

impl StatusKind {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 10] = [
        Self::Received,
        Self::Tier1,
        Self::Escalated,
        Self::Tier2,
        Self::Referring,
        Self::FollowUp,
        Self::Done,
        Self::NotEligible,
        Self::OutOfScope,
        Self::Directed,
    ];

    /// Those at which nobody is working any more: 対応完了 and the three exits.
    pub const ENDS: [Self; 4] = [Self::Done, Self::NotEligible, Self::OutOfScope, Self::Directed];

    /// The code in the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Tier1 => "tier1",
            Self::Escalated => "escalated",
            Self::Tier2 => "tier2",
            Self::Referring => "referring",
            Self::FollowUp => "follow_up",
            Self::Done => "done",
            Self::NotEligible => "not_eligible",
            Self::OutOfScope => "out_of_scope",
            Self::Directed => "directed",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Received => "受付",
            Self::Tier1 => "1次対応中",
            Self::Escalated => "2次対応依頼中",
            Self::Tier2 => "2次対応中",
            Self::Referring => "専門事業者紹介中",
            Self::FollowUp => "経過確認中",
            Self::Done => "対応完了",
            Self::NotEligible => "利用対象外",
            Self::OutOfScope => "相談範囲外",
            Self::Directed => "メーカ・通信事業者案内",
        }
    }

    /// The status of a code; none of an unknown one.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether nobody is working on it any more.
    pub fn is_end(self) -> bool {
        Self::ENDS.contains(&self)
    }

    /// Those at which somebody is still to do something.
    pub fn open() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| !kind.is_end())
    }
}

impl From<Exit> for StatusKind {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::NotEligible => Self::NotEligible,
            Exit::OutOfScope => Self::OutOfScope,
            Exit::Directed => Self::Directed,
        }
    }
}

impl Status {
    /// The same without its evidence.
    pub fn kind(&self) -> StatusKind {
        match self {
            Self::Received => StatusKind::Received,
            Self::Tier1 => StatusKind::Tier1,
            Self::Escalated { .. } => StatusKind::Escalated,
            Self::Tier2 { .. } => StatusKind::Tier2,
            Self::Referring => StatusKind::Referring,
            Self::FollowUp { .. } => StatusKind::FollowUp,
            Self::Done { .. } => StatusKind::Done,
            Self::Left { exit, .. } => (*exit).into(),
        }
    }
}

impl State {
    /// The status without its evidence.
    pub fn kind(&self) -> StatusKind {
        self.at.kind()
    }

    /// The code in the database and the API.
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// The word on the screens.
    pub fn label(&self) -> &'static str {
        self.kind().label()
    }

    /// Whether it has ended.
    pub fn is_end(&self) -> bool {
        self.kind().is_end()
    }

    /// The same without the words that people wrote.
    pub fn without_words(self) -> Self {
        let none = String::new;
        let at = match self.at {
            Status::Escalated { .. } => Status::Escalated { reason: none() },
            Status::FollowUp { .. } => Status::FollowUp { reason: none() },
            Status::Left { exit, .. } => Status::Left { exit, reason: none() },
            other => other,
        };
        Self { at, before: None, ..self }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A state of each kind, with evidence.
    pub(crate) fn at(kind: StatusKind) -> State {
        let by = AccountId(uuid::Uuid::nil());
        let text = String::from("x");
        let at = match kind {
            StatusKind::Received => Status::Received,
            StatusKind::Tier1 => Status::Tier1,
            StatusKind::Escalated => Status::Escalated { reason: text },
            StatusKind::Tier2 => Status::Tier2 { specialist: by },
            StatusKind::Referring => Status::Referring,
            StatusKind::FollowUp => Status::FollowUp { reason: text },
            StatusKind::Done => Status::Done { result: text },
            StatusKind::NotEligible => Status::Left { exit: Exit::NotEligible, reason: text },
            StatusKind::OutOfScope => Status::Left { exit: Exit::OutOfScope, reason: text },
            StatusKind::Directed => Status::Left { exit: Exit::Directed, reason: text },
        };
        State { at, since: DateTime::from_timestamp(1_790_000_000, 0).expect("a time"), by, before: None }
    }

    #[test]
    fn a_state_survives_being_stored_and_a_kind_its_code() {
        for kind in StatusKind::ALL {
            let state = at(kind);
            let text = serde_json::to_string(&state).expect("json");
            assert_eq!(serde_json::from_str::<State>(&text).expect("state"), state);
            assert_eq!((state.kind(), StatusKind::parse(kind.code())), (kind, Some(kind)));
            assert_eq!(serde_json::to_value(kind).expect("json"), kind.code());
        }
        assert_eq!(StatusKind::parse("station"), None);
    }
}
