//! The table of a ticket's life: each transition, from where, to where, by which right, with which words, and what it
//! does to the queue of tier 2 (domain sections 8 and 9). `ticket.rs` takes a ticket on by it.

use serde::{Deserialize, Serialize};

use super::state::{Exit, Status, StatusKind};
use crate::domain::access::actor::Action;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;

/// A step in a ticket's life, with the words it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transition {
    /// Tier 1 begins, or goes on after a follow-up.
    Start,
    /// Tier 2 is asked to take it.
    Escalate {
        /// Why.
        reason: String,
    },
    /// The same at the end of a call about a ticket that is followed up or referred (domain section 9).
    EscalateFromCall {
        /// Why.
        reason: String,
    },
    /// Tier 2 takes it.
    Take,
    /// Back to tier 1.
    GiveBack {
        /// Why.
        reason: String,
    },
    /// A firm or lawyer is being found.
    Refer,
    /// Wait and ask again.
    Watch {
        /// What is to be asked.
        reason: String,
    },
    /// 対応完了
    Close {
        /// Result code.
        result: String,
    },
    /// By one of the three exits.
    Leave {
        /// Which.
        exit: Exit,
        /// Where to, or why.
        reason: String,
    },
    /// The clinic came back with the same matter.
    Reopen {
        /// Why.
        reason: String,
    },
}

/// A transition without its words: what is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransitionKind {
    /// Tier 1 begins, or goes on after a follow-up.
    Start,
    /// Tier 2 takes it.
    Take,
    /// 対応完了
    Close,
    /// Tier 2 is asked to take it.
    Escalate,
    /// The same at the end of a call.
    EscalateFromCall,
    /// Back to tier 1.
    GiveBack,
    /// A firm or lawyer is being found.
    Refer,
    /// Wait and ask again.
    Watch,
    /// By one of the three exits.
    Leave,
    /// The clinic came back with the same matter.
    Reopen,
}

/// What a person types or chooses with a transition: as a form or the API sends it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Words<'a> {
    /// Why, what for, or where to.
    pub reason: &'a str,
    /// Result code.
    pub result: &'a str,
    /// Exit code.
    pub exit: &'a str,
}

/// What a transition asks of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// Words, with what their field is called.
    Reason(&'static str),
    /// A result of the scheme's list.
    Result,
    /// One of the three exits, and where to or why.
    Exit,
}

/// What a transition does to the queue of tier 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueChange {
    /// It is asked for.
    Asked {
        /// Why.
        reason: String,
    },
    /// It was taken: it waits no longer.
    Taken,
    /// It was given back.
    Returned {
        /// Why.
        reason: String,
    },
    /// It was asked for by mistake.
    Unasked,
    /// It was taken by mistake: it waits again.
    Untaken,
    /// It was given back by mistake: tier 2 has it again.
    Unreturned,
}

impl TransitionKind {
    /// What is usually done next with a ticket that stands there: the one act that a page puts first.
    pub fn first_at(status: StatusKind) -> Option<Self> {
        match status {
            StatusKind::Received => Some(Self::Start),
            StatusKind::Escalated => Some(Self::Take),
            _ => None,
        }
    }

    /// All of them, in the order in which a page offers them.
    pub const ALL: [Self; 10] = [
        Self::Start,
        Self::Take,
        Self::Escalate,
        Self::EscalateFromCall,
        Self::GiveBack,
        Self::Refer,
        Self::Watch,
        Self::Leave,
        Self::Reopen,
        Self::Close,
    ];

    /// The code in the API, the forms and the timeline.
    pub fn code(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Take => "take",
            Self::Close => "close",
            Self::Escalate => "escalate",
            Self::EscalateFromCall => "escalate_from_call",
            Self::GiveBack => "give_back",
            Self::Refer => "refer",
            Self::Watch => "watch",
            Self::Leave => "leave",
            Self::Reopen => "reopen",
        }
    }

    /// The transition of a code; none of an unknown one.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The word on the button, and on the timeline.
    pub fn label(self) -> &'static str {
        match self {
            Self::Start => "1次対応を始める",
            Self::Take => "引き受ける",
            Self::Close => "対応を完了する",
            Self::Escalate => "2次対応を依頼する",
            Self::EscalateFromCall => "通話から2次対応を依頼する",
            Self::GiveBack => "1次対応に戻す",
            Self::Refer => "専門事業者を紹介する",
            Self::Watch => "経過を確認する",
            Self::Leave => "案内・対象外として終える",
            Self::Reopen => "再開する",
        }
    }

    /// What it asks of a person.
    pub fn asks(self) -> Asks {
        match self {
            Self::Start | Self::Take | Self::Refer => Asks::Nothing,
            Self::Close => Asks::Result,
            Self::Escalate | Self::EscalateFromCall => Asks::Reason("依頼理由"),
            Self::GiveBack => Asks::Reason("戻す理由"),
            Self::Watch => Asks::Reason("経過確認の内容"),
            Self::Leave => Asks::Exit,
            Self::Reopen => Asks::Reason("再開する理由"),
        }
    }

    /// The statuses it may leave from (domain section 9).
    pub fn from(self) -> &'static [StatusKind] {
        use StatusKind::{Escalated, FollowUp, Received, Referring, Tier1, Tier2};
        match self {
            Self::Start => &[Received, FollowUp],
            Self::Take => &[Escalated, FollowUp],
            Self::Close => &[Tier1, Tier2, Referring, FollowUp],
            Self::Escalate | Self::Leave => &[Tier1],
            Self::EscalateFromCall => &[FollowUp, Referring],
            Self::GiveBack => &[Escalated, Tier2],
            Self::Refer => &[Tier2],
            Self::Watch => &[Tier1, Tier2, Referring],
            Self::Reopen => &StatusKind::ENDS,
        }
    }

    /// Who may: work on tickets, asking tier 2, or tier 2's own.
    pub fn right(self) -> Action {
        match self {
            Self::Take | Self::GiveBack | Self::Refer => Action::Tier2,
            Self::Escalate | Self::EscalateFromCall => Action::Escalate,
            Self::Start | Self::Close | Self::Watch | Self::Leave | Self::Reopen => Action::TicketWork,
        }
    }

    /// What taking it back does to the queue of tier 2.
    pub(super) fn taken_back(self) -> Option<QueueChange> {
        match self {
            Self::Escalate | Self::EscalateFromCall => Some(QueueChange::Unasked),
            Self::Take => Some(QueueChange::Untaken),
            Self::GiveBack => Some(QueueChange::Unreturned),
            Self::Start | Self::Close | Self::Refer | Self::Watch | Self::Leave | Self::Reopen => None,
        }
    }

    /// Whether it takes a call that ends, and is never offered beside.
    pub fn takes_a_call(self) -> bool {
        self == Self::EscalateFromCall
    }
}

impl Transition {
    /// The same without its words.
    pub fn kind(&self) -> TransitionKind {
        match self {
            Self::Start => TransitionKind::Start,
            Self::Escalate { .. } => TransitionKind::Escalate,
            Self::EscalateFromCall { .. } => TransitionKind::EscalateFromCall,
            Self::Take => TransitionKind::Take,
            Self::GiveBack { .. } => TransitionKind::GiveBack,
            Self::Refer => TransitionKind::Refer,
            Self::Watch { .. } => TransitionKind::Watch,
            Self::Close { .. } => TransitionKind::Close,
            Self::Leave { .. } => TransitionKind::Leave,
            Self::Reopen { .. } => TransitionKind::Reopen,
        }
    }

    /// What a form or the API asks for.
    ///
    /// # Errors
    /// `transition.unknown` for a code that nothing offers; a fault beside `exit` for an unknown exit.
    pub fn parse(code: &str, words: Words<'_>) -> Result<Self, Refusal> {
        let unknown = || Refusal::invalid("transition.unknown", "この操作はありません。画面を読み直してください");
        let kind = TransitionKind::parse(code).filter(|kind| !kind.takes_a_call()).ok_or_else(unknown)?;
        let reason = words.reason.trim().to_owned();
        Ok(match kind {
            TransitionKind::Start => Self::Start,
            TransitionKind::Take => Self::Take,
            TransitionKind::Close => Self::Close { result: words.result.to_owned() },
            TransitionKind::Escalate => Self::Escalate { reason },
            TransitionKind::EscalateFromCall => Self::EscalateFromCall { reason },
            TransitionKind::GiveBack => Self::GiveBack { reason },
            TransitionKind::Refer => Self::Refer,
            TransitionKind::Watch => Self::Watch { reason },
            TransitionKind::Leave => {
                let unknown = || Refusal::field("exit", "choice.unknown", "終わり方を選んでください");
                Self::Leave { exit: Exit::parse(words.exit).ok_or_else(unknown)?, reason }
            }
            TransitionKind::Reopen => Self::Reopen { reason },
        })
    }

    /// The words that go with it: a reason or a result code.
    pub fn words(&self) -> &str {
        match self {
            Self::Escalate { reason }
            | Self::EscalateFromCall { reason }
            | Self::GiveBack { reason }
            | Self::Watch { reason }
            | Self::Leave { reason, .. }
            | Self::Reopen { reason } => reason,
            Self::Close { result } => result,
            Self::Start | Self::Take | Self::Refer => "",
        }
    }

    /// Why, as somebody said it: what a ticket is found by. A result is a code.
    pub fn reason(&self) -> &str {
        match self {
            Self::Close { .. } => "",
            other => other.words(),
        }
    }

    /// The status it leads to, without its evidence.
    pub fn leads_to(&self) -> StatusKind {
        match self {
            Self::Start | Self::Reopen { .. } | Self::GiveBack { .. } => StatusKind::Tier1,
            Self::Escalate { .. } | Self::EscalateFromCall { .. } => StatusKind::Escalated,
            Self::Take => StatusKind::Tier2,
            Self::Refer => StatusKind::Referring,
            Self::Watch { .. } => StatusKind::FollowUp,
            Self::Close { .. } => StatusKind::Done,
            Self::Leave { exit, .. } => (*exit).into(),
        }
    }

    /// A transition that asks for words has them.
    pub(super) fn needs(&self) -> Result<(), Refusal> {
        let (field, message) = match self.kind() {
            TransitionKind::Start | TransitionKind::Take | TransitionKind::Refer => return Ok(()),
            TransitionKind::Escalate | TransitionKind::EscalateFromCall => {
                ("reason", "2次対応の依頼理由を入力してください")
            }
            TransitionKind::GiveBack => ("reason", "1次対応に戻す理由を入力してください"),
            TransitionKind::Watch => ("reason", "経過確認の内容を入力してください"),
            TransitionKind::Close => ("result", "結果を選んでください"),
            TransitionKind::Leave => ("reason", "案内先または理由を入力してください"),
            TransitionKind::Reopen => ("reason", "再開する理由を入力してください"),
        };
        if self.words().trim().is_empty() {
            return Err(Refusal::field(field, "transition.words_missing", message));
        }
        Ok(())
    }

    /// The status it leads to, with its evidence.
    pub(super) fn to(self, who: AccountId) -> Status {
        match self {
            Self::Start | Self::Reopen { .. } | Self::GiveBack { .. } => Status::Tier1,
            Self::Escalate { reason } | Self::EscalateFromCall { reason } => Status::Escalated { reason },
            Self::Take => Status::Tier2 { specialist: who },
            Self::Refer => Status::Referring,
            Self::Watch { reason } => Status::FollowUp { reason },
            Self::Close { result } => Status::Done { result },
            Self::Leave { exit, reason } => Status::Left { exit, reason },
        }
    }

    /// What it does to the queue of tier 2.
    pub(super) fn queue(&self) -> Option<QueueChange> {
        match self {
            Self::Escalate { reason } | Self::EscalateFromCall { reason } => {
                Some(QueueChange::Asked { reason: reason.clone() })
            }
            Self::Take => Some(QueueChange::Taken),
            Self::GiveBack { reason } => Some(QueueChange::Returned { reason: reason.clone() }),
            _ => None,
        }
    }
}
