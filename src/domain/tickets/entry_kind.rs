//! The kinds of lines on a timeline.

use serde::{Deserialize, Serialize};

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A note.
    Note,
    /// First advice given.
    Advice,
    /// A line said to the caller and what was heard back (a card).
    Card,
    /// Remote support.
    Remote,
    /// The ticket was opened.
    Opened,
    /// The state changed.
    Transition,
    /// The caller was verified, or not.
    Verified,
    /// A call-back was promised, or kept.
    Callback,
    /// A call was taken or made.
    Call,
    /// Incident, severity or owner changed.
    Changed,
    /// The record of the incident, or a clock of it.
    Incident,
    /// A step of a referral to a firm.
    Referral,
    /// It is kept beyond its period, or is no longer.
    Held,
}

/// What a reader of a long timeline may want to see alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryGroup {
    /// What was told and done.
    Done,
    /// Where the ticket went, and who was verified.
    Course,
    /// Calls and promises.
    Calls,
}

impl EntryGroup {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Done, Self::Course, Self::Calls];

    /// The code on the page.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Course => "course",
            Self::Calls => "calls",
        }
    }

    /// The word on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Done => "相談と対応",
            Self::Course => "状態・会員確認",
            Self::Calls => "通話・お約束",
        }
    }
}

impl EntryKind {
    /// To which group of a timeline it belongs.
    pub fn group(self) -> EntryGroup {
        match self {
            Self::Note | Self::Advice | Self::Card | Self::Remote | Self::Opened => EntryGroup::Done,
            Self::Incident | Self::Referral => EntryGroup::Done,
            Self::Transition | Self::Verified | Self::Changed | Self::Held => EntryGroup::Course,
            Self::Callback | Self::Call => EntryGroup::Calls,
        }
    }

    /// All kinds.
    pub const ALL: [EntryKind; 13] = [
        Self::Note,
        Self::Advice,
        Self::Card,
        Self::Remote,
        Self::Opened,
        Self::Transition,
        Self::Verified,
        Self::Callback,
        Self::Call,
        Self::Changed,
        Self::Incident,
        Self::Referral,
        Self::Held,
    ];
    /// The kinds a person writes by hand.
    pub const BY_HAND: [EntryKind; 3] = [Self::Note, Self::Advice, Self::Call];

    /// The code in the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Advice => "advice",
            Self::Card => "card",
            Self::Remote => "remote",
            Self::Opened => "opened",
            Self::Transition => "transition",
            Self::Verified => "verified",
            Self::Callback => "callback",
            Self::Call => "call",
            Self::Changed => "changed",
            Self::Incident => "incident",
            Self::Referral => "referral",
            Self::Held => "held",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Note => "記録",
            Self::Advice => "助言",
            Self::Card => "ご案内",
            Self::Remote => "リモート支援",
            Self::Opened => "受付",
            Self::Transition => "状態",
            Self::Verified => "会員確認",
            Self::Callback => "折返し",
            Self::Call => "通話",
            Self::Changed => "変更",
            Self::Incident => "インシデント記録",
            Self::Referral => "専門事業者紹介",
            Self::Held => "保全",
        }
    }

    /// The kind of a code; an unknown one is shown as a note.
    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|k| k.code() == code).unwrap_or(Self::Note)
    }

    /// The kind of a code that people may write by hand.
    pub fn by_hand(code: &str) -> Option<Self> {
        Self::BY_HAND.into_iter().find(|k| k.code() == code)
    }
}
