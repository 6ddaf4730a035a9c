//! How a call ends: the twelve dispositions (domain section 8), what each means for the ticket, and what else the person
//! at the desk may say.

use serde::{Deserialize, Serialize};

use crate::domain::refusal::Refusal;
use crate::domain::tickets::state::{Exit, StatusKind};

/// 対応結果
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// 1次対応で解決
    Solved,
    /// リモート支援実施
    Remote,
    /// 2次対応依頼
    Escalated,
    /// 折返し予定
    CallBack,
    /// メーカ・通信事業者案内
    Directed,
    /// 相談範囲外
    OutOfScope,
    /// 利用対象外
    NotEligible,
    /// 制度のご案内
    SchemeInfo,
    /// 一時支援金事務局案内
    ClaimsOffice,
    /// ガイドライン相談窓口案内
    GuidelineDesk,
    /// 途中切断
    CutOff,
    /// 間違い・無言・いたずら
    Wrong,
}

/// What becomes of the matter when the call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// A ticket, closed with its result.
    Close,
    /// A ticket that goes to tier 2.
    Escalate,
    /// A ticket that stays with the operator.
    Keep,
    /// A ticket that leaves by the named exit.
    Exit(Exit),
    /// No ticket unless one exists.
    None,
}

/// What the person at the desk says becomes of the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextChoice {
    /// What the disposition means.
    #[default]
    Usual,
    /// It stays with whoever took the call.
    Keep,
    /// It is closed with its result.
    Close,
    /// It goes to tier 2.
    Escalate,
    /// No ticket.
    None,
}

impl NextChoice {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Usual, Self::Keep, Self::Close, Self::Escalate, Self::None];

    /// The code in the forms and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Keep => "keep",
            Self::Close => "close",
            Self::Escalate => "escalate",
            Self::None => "none",
        }
    }

    /// The choice of a form's code; the usual unless it says another.
    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|choice| choice.code() == code).unwrap_or_default()
    }
}

impl Next {
    /// The code of what becomes of the ticket, by which the screens tell what is to be asked.
    pub fn code(self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Escalate => "escalate",
            Self::Keep => "keep",
            Self::Exit(exit) => StatusKind::from(exit).code(),
            Self::None => "none",
        }
    }
}

impl Disposition {
    /// The twelve, in the order of their keys.
    pub const ALL: [Disposition; 12] = [
        Self::Solved,
        Self::Remote,
        Self::Escalated,
        Self::CallBack,
        Self::Directed,
        Self::OutOfScope,
        Self::NotEligible,
        Self::SchemeInfo,
        Self::ClaimsOffice,
        Self::GuidelineDesk,
        Self::CutOff,
        Self::Wrong,
    ];

    /// The code in the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::Remote => "remote",
            Self::Escalated => "escalated",
            Self::CallBack => "call_back",
            Self::Directed => "directed",
            Self::OutOfScope => "out_of_scope",
            Self::NotEligible => "not_eligible",
            Self::SchemeInfo => "scheme_info",
            Self::ClaimsOffice => "claims_office",
            Self::GuidelineDesk => "guideline_desk",
            Self::CutOff => "cut_off",
            Self::Wrong => "wrong",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Solved => "1次対応で解決",
            Self::Remote => "リモート支援実施",
            Self::Escalated => "2次対応依頼",
            Self::CallBack => "折返し予定",
            Self::Directed => "メーカ・通信事業者案内",
            Self::OutOfScope => "相談範囲外",
            Self::NotEligible => "利用対象外",
            Self::SchemeInfo => "制度のご案内",
            Self::ClaimsOffice => "一時支援金事務局案内",
            Self::GuidelineDesk => "ガイドライン相談窓口案内",
            Self::CutOff => "途中切断",
            Self::Wrong => "間違い・無言・いたずら",
        }
    }

    /// The disposition of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.code() == code)
    }

    /// What it means for the ticket, unless the operator says otherwise.
    pub fn next(self) -> Next {
        match self {
            Self::Solved | Self::Remote => Next::Close,
            Self::Escalated => Next::Escalate,
            Self::CallBack => Next::Keep,
            Self::Directed => Next::Exit(Exit::Directed),
            Self::OutOfScope => Next::Exit(Exit::OutOfScope),
            Self::NotEligible => Next::Exit(Exit::NotEligible),
            Self::SchemeInfo | Self::ClaimsOffice | Self::GuidelineDesk | Self::CutOff | Self::Wrong => Next::None,
        }
    }

    /// What becomes of the ticket, by what was chosen beside the disposition.
    ///
    /// # Errors
    /// A fault beside `next` where that says the opposite: what was asked of tier 2 always reaches it, and what goes on
    /// needs a ticket to stand on (domain section 9).
    pub fn next_as(self, choice: NextChoice) -> Result<Next, Refusal> {
        let usual = self.next();
        match (choice, usual) {
            (NextChoice::None, Next::Escalate | Next::Keep) => {
                Err(Refusal::field("next", "next.needs_ticket", "この対応結果では相談票が必要です"))
            }
            (NextChoice::Keep | NextChoice::Close, Next::Escalate) => Err(Refusal::field(
                "next",
                "next.must_escalate",
                "対応結果が「2次対応依頼」の相談票は、必ず2次対応へ送られます。「通話後」を「結果に従う」に戻すか、対応結果を選び直してください",
            )),
            (NextChoice::Usual, _) => Ok(usual),
            (NextChoice::Keep, _) => Ok(Next::Keep),
            (NextChoice::Close, _) => Ok(Next::Close),
            (NextChoice::Escalate, _) => Ok(Next::Escalate),
            (NextChoice::None, _) => Ok(Next::None),
        }
    }

    /// Whether a callback to call back is part of it.
    pub fn needs_callback(self) -> bool {
        self == Self::CallBack
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_disposition_survives_its_code() {
        for d in Disposition::ALL {
            assert_eq!(Disposition::parse(d.code()), Some(d));
        }
    }

    #[test]
    fn what_is_asked_of_tier_two_goes_there_whatever_else_is_chosen_or_is_refused() {
        for choice in NextChoice::ALL {
            match Disposition::Escalated.next_as(choice) {
                Ok(next) => assert_eq!(next, Next::Escalate, "{choice:?}"),
                Err(refusal) => assert_eq!(refusal.fields[0].name, "next", "{choice:?}"),
            }
        }
        for d in Disposition::ALL {
            assert_eq!(d.next_as(NextChoice::Escalate).expect("allowed"), Next::Escalate, "{d:?}");
            assert_eq!(d.next_as(NextChoice::Usual).expect("allowed"), d.next(), "{d:?}");
        }
    }
}
