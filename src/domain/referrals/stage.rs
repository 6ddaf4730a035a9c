//! How far a referral is.

/// How far a referral is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Staff asked: the member is to be reached.
    ToReach,
    /// Nobody reached the member: a second person is to look at it.
    ToSecond,
    /// Fees are to be told.
    ToTell,
    /// Firms are to be named.
    ToPropose,
    /// The member is to choose.
    ToChoose,
    /// What may be passed on is to be agreed.
    ToAgree,
    /// The firm is to be reached.
    ToContact,
    /// The firm is to answer.
    ToAnswer,
    /// The firm took it on: the rest is between member and firm, and asked after.
    Introduced,
    /// Nothing more to ask.
    Finished,
    /// The member wants it no more, or nobody was found.
    Withdrawn,
}

impl Stage {
    /// All.
    pub const ALL: [Self; 11] = [
        Self::ToReach,
        Self::ToSecond,
        Self::ToTell,
        Self::ToPropose,
        Self::ToChoose,
        Self::ToAgree,
        Self::ToContact,
        Self::ToAnswer,
        Self::Introduced,
        Self::Finished,
        Self::Withdrawn,
    ];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::ToReach => "to_reach",
            Self::ToSecond => "to_second",
            Self::ToTell => "to_tell",
            Self::ToPropose => "to_propose",
            Self::ToChoose => "to_choose",
            Self::ToAgree => "to_agree",
            Self::ToContact => "to_contact",
            Self::ToAnswer => "to_answer",
            Self::Introduced => "introduced",
            Self::Finished => "finished",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What is to be done there.
    pub fn label(self) -> &'static str {
        match self {
            Self::ToReach => "会員ご本人への確認待ち",
            Self::ToSecond => "2人目の確認待ち",
            Self::ToTell => "費用のご案内待ち",
            Self::ToPropose => "候補のご案内待ち",
            Self::ToChoose => "会員の選択待ち",
            Self::ToAgree => "お伝えする内容の同意待ち",
            Self::ToContact => "事業者への連絡待ち",
            Self::ToAnswer => "事業者の回答待ち",
            Self::Introduced => "紹介済み",
            Self::Finished => "完了",
            Self::Withdrawn => "取りやめ",
        }
    }

    /// The stage of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// Whether nothing follows.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Finished | Self::Withdrawn)
    }
}
