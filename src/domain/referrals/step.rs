//! The steps of a referral: each is something that somebody said or did.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::firm::FirmKind;
use crate::domain::codes::codes;
use crate::domain::id::FirmId;

codes! {
    /// Who asked for it (domain section 5).
    AskedBy {
        /// The member.
        Member = "member", "会員ご本人",
        /// Somebody who says they have the member's agreement.
        Staff = "staff", "施設の職員の方（会員の同意があるとのこと）",
    }
    /// Something that may be passed on.
    Item {
        /// Whom to ask for, and the number.
        Contact = "contact", "折返し先の電話番号",
        /// The facility's name.
        Facility = "facility", "医療機関名",
        /// Its address.
        Address = "address", "所在地",
        /// The member's name.
        Member = "member", "会員のお名前",
        /// What happened, as the ticket has it.
        Summary = "summary", "ご相談の概要",
        /// The facts of the incident.
        Facts = "facts", "インシデント記録",
        /// What is kept as evidence.
        Evidence = "evidence", "証拠の一覧",
    }
    /// How an attempt to reach a firm ended.
    Attempt {
        /// Somebody was told.
        Reached = "reached", "電話で話せた",
        /// Somebody wrote to it, as its register entry says.
        Written = "written", "メールで依頼した",
        /// Busy.
        Busy = "busy", "話し中",
        /// Nobody answered.
        NoAnswer = "no_answer", "応答なし",
        /// It was closed.
        Closed = "closed", "受付時間外",
    }
    /// What a firm answered.
    Answer {
        /// It takes it on.
        Accepted = "accepted", "引き受ける",
        /// It doesn't.
        Declined = "declined", "引き受けない",
        /// It can't now.
        NoCapacity = "no_capacity", "対応できる余裕がない",
    }
}

impl Attempt {
    /// Whether the firm knows of it now.
    pub fn got_through(self) -> bool {
        matches!(self, Self::Reached | Self::Written)
    }
}

/// A step, without people's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// It was asked for.
    Asked {
        /// What kind of help.
        kind: FirmKind,
        /// By whom.
        by: AskedBy,
        /// It can't wait for the firm's hours.
        urgent: bool,
    },
    /// The member was reached at the directory's number, and agrees.
    MemberReached,
    /// The member can't be reached: one of two who answer for it, with the reason.
    Vouched,
    /// The other of the two.
    Seconded,
    /// Told that the fees are their own, and that an insurance of theirs may cover them (Q2-4).
    FeesTold {
        /// Which words, by their day.
        told: NaiveDate,
    },
    /// Firms were named.
    Proposed {
        /// Which.
        firms: Vec<FirmId>,
    },
    /// The member chose.
    Chosen {
        /// Which.
        firm: FirmId,
        /// What was agreed for the firm before may be passed to this one too.
        as_agreed: bool,
    },
    /// What may be passed on was agreed, item by item; it's frozen with this step.
    Agreed {
        /// What.
        items: Vec<Item>,
    },
    /// Somebody tried to reach the firm.
    Contacted {
        /// How it ended.
        how: Attempt,
    },
    /// The firm answered.
    Answered {
        /// What.
        answer: Answer,
    },
    /// Member and firm have a contract, or won't have one.
    Settled {
        /// Whether they have.
        contracted: bool,
    },
    /// The member was asked how it goes.
    OutcomeAsked {
        /// The day it was due, counted from the introduction.
        after_days: u32,
    },
    /// Nothing more is to be asked.
    Finished,
    /// The member wants it no more, or nobody is found.
    Withdrawn,
}

impl Step {
    /// Every step's code, in the order of a referral's life.
    pub const CODES: [&'static str; 14] = [
        "asked",
        "member_reached",
        "vouched",
        "seconded",
        "fees_told",
        "proposed",
        "chosen",
        "agreed",
        "contacted",
        "answered",
        "settled",
        "outcome_asked",
        "finished",
        "withdrawn",
    ];

    /// Its code in the form and the database.
    pub fn code(&self) -> &'static str {
        let at = match self {
            Self::Asked { .. } => 0,
            Self::MemberReached => 1,
            Self::Vouched => 2,
            Self::Seconded => 3,
            Self::FeesTold { .. } => 4,
            Self::Proposed { .. } => 5,
            Self::Chosen { .. } => 6,
            Self::Agreed { .. } => 7,
            Self::Contacted { .. } => 8,
            Self::Answered { .. } => 9,
            Self::Settled { .. } => 10,
            Self::OutcomeAsked { .. } => 11,
            Self::Finished => 12,
            Self::Withdrawn => 13,
        };
        Self::CODES[at]
    }

    /// Its line, without people's words.
    pub fn sentence(&self) -> String {
        match self {
            Self::Asked { kind, by, urgent } => {
                let urgent = if *urgent { "（至急）" } else { "" };
                format!("{}の紹介の依頼{urgent}：{}から", kind.label(), by.label())
            }
            Self::MemberReached => "名簿の電話番号で会員ご本人の同意を確認".to_owned(),
            Self::Vouched => "会員ご本人につながらず、別の担当者の確認を依頼".to_owned(),
            Self::Seconded => "2人目の担当者が確認".to_owned(),
            Self::FeesTold { told } => {
                format!("費用が医療機関のご負担となることをご案内（{}版）", told.format("%Y-%m-%d"))
            }
            Self::Proposed { firms } => format!("候補を{}件ご案内", firms.len()),
            Self::Chosen { as_agreed: true, .. } => "次の候補を選択（お伝えする内容は同じ）".to_owned(),
            Self::Chosen { .. } => "紹介先を選択".to_owned(),
            Self::Agreed { items } => {
                let items: Vec<&str> = items.iter().map(|item| item.label()).collect();
                format!("お伝えする内容への同意：{}", items.join("、"))
            }
            Self::Contacted { how } => format!("事業者へ連絡：{}", how.label()),
            Self::Answered { answer } => format!("事業者の回答：{}", answer.label()),
            Self::Settled { contracted: true } => "会員と事業者が契約".to_owned(),
            Self::Settled { .. } => "契約には至らず".to_owned(),
            Self::OutcomeAsked { after_days } => format!("紹介から{after_days}日後の経過確認"),
            Self::Finished => "紹介の完了".to_owned(),
            Self::Withdrawn => "紹介の取りやめ".to_owned(),
        }
    }
}
