//! What happens to the record of an incident, as a timeline tells it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::authority::AuthorityAnswer;
use super::deadline::DutyEnd;
use super::evidence::ItemState;
use super::handing::Recipient;
use super::indicator::IndicatorKind;
use super::said::Said;
use crate::domain::scheme::Scheme;

/// Something that happened. Fields that serde skips are people's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum IncidentEvent {
    /// Facts were told, or told otherwise.
    Recorded {
        /// Codes of the facts.
        facts: Vec<String>,
        /// What was told, a fact a line.
        #[serde(skip)]
        words: String,
    },
    /// Duties' clocks run from now on: each may apply.
    ClocksBegan {
        /// Codes of the duties.
        duties: Vec<String>,
    },
    /// A duty's clock ended.
    ClockEnded {
        /// Code of the duty.
        duty: String,
        /// How.
        ended_as: DutyEnd,
        /// When it was filed, or decided.
        at: DateTime<Utc>,
        /// What was read out, by its day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<NaiveDate>,
        /// Who at the clinic, and the receipt's number.
        #[serde(skip)]
        words: String,
    },
    /// What the clinic keeps as evidence was told, or told otherwise.
    EvidenceTold {
        /// The piece.
        item: Uuid,
        /// In which state it is.
        state: ItemState,
        /// Its line.
        #[serde(skip)]
        words: String,
    },
    /// What a caller can say of the attack was told.
    IndicatorTold {
        /// The indicator.
        indicator: Uuid,
        /// What kind of thing.
        kind: IndicatorKind,
        /// It, so that nobody can click it.
        #[serde(skip)]
        words: String,
    },
    /// It was told by mistake.
    IndicatorTakenBack {
        /// The indicator.
        indicator: Uuid,
        /// What kind of thing.
        kind: IndicatorKind,
        /// It, so that nobody can click it.
        #[serde(skip)]
        words: String,
    },
    /// A person holds the ticket for one of a campaign.
    CampaignJoined {
        /// Which.
        campaign: Uuid,
        /// Its name.
        #[serde(skip)]
        words: String,
    },
    /// A person holds it for one no more.
    CampaignLeft {
        /// Which.
        campaign: Uuid,
        /// Its name, and why.
        #[serde(skip)]
        words: String,
    },
    /// Something new of the campaign that the ticket is in: the clinic is to be told.
    CampaignFollowUp {
        /// Which.
        campaign: Uuid,
        /// What.
        #[serde(skip)]
        words: String,
    },
    /// An item of a paper was dictated to the clinic.
    Dictated {
        /// Code of the paper.
        paper: String,
        /// Code of its item.
        item: String,
    },
    /// It wasn't: that was pressed by mistake.
    DictationTakenBack {
        /// Code of the paper.
        paper: String,
        /// Code of its item.
        item: String,
    },
    /// A dossier was made for somebody, with the clinic's consent.
    DossierMade {
        /// Which.
        dossier: Uuid,
        /// For whom.
        recipient: Recipient,
        /// By which means, and who consented.
        #[serde(skip)]
        words: String,
    },
    /// Its password was told, apart from it.
    PasswordTold {
        /// Which dossier.
        dossier: Uuid,
        /// To whom, and how.
        #[serde(skip)]
        words: String,
    },
    /// The police, or another authority, asked for what the desk holds.
    AuthorityAsked {
        /// The request.
        request: Uuid,
        /// The clinic agreed that it's answered.
        clinic_agrees: bool,
        /// Who asked, by which document, for what.
        #[serde(skip)]
        words: String,
    },
    /// A supervisor decided how it's answered.
    AuthorityAnswered {
        /// The request.
        request: Uuid,
        /// How.
        answer: AuthorityAnswer,
        /// Why.
        #[serde(skip)]
        words: String,
    },
    /// An end was recorded by mistake: the clock runs again.
    ClockResumed {
        /// Code of the duty.
        duty: String,
        /// Why.
        #[serde(skip)]
        words: String,
    },
}

impl IncidentEvent {
    /// The line on the timeline.
    pub fn sentence(&self, scheme: &Scheme) -> String {
        let rules = &scheme.incidents;
        let of_paper = |paper: &str, item: &str| match scheme.papers.by_code(paper) {
            Some(of) => format!("{}「{}」", of.label, of.item(item).map_or(item, |item| item.label.as_str())),
            None => paper.to_owned(),
        };
        let label = |code: &String| rules.duty_label(code).to_owned();
        match self {
            Self::Recorded { words, .. } => format!("インシデント記録\n{words}"),
            Self::ClocksBegan { duties } => {
                format!("期限の確認を開始（要判断）：{}", duties.iter().map(label).collect::<Vec<_>>().join("、"))
            }
            Self::ClockEnded { duty, ended_as, at, words, .. } => {
                let when = Said::of(*at).words();
                format!("{}：{}（{when}）\n{words}", label(duty), ended_as.label())
            }
            Self::EvidenceTold { words, .. } => format!("証拠：{words}"),
            Self::IndicatorTold { kind, words, .. } => format!("手がかり：{} {words}", kind.label()),
            Self::IndicatorTakenBack { kind, words, .. } => format!("手がかりを取消：{} {words}", kind.label()),
            Self::CampaignJoined { words, .. } => format!("同じ攻撃としてまとめた：{words}"),
            Self::CampaignLeft { words, .. } => format!("まとめから外した：{words}"),
            Self::CampaignFollowUp { words, .. } => format!("同じ攻撃の続報（先方へお伝えください）：{words}"),
            Self::Dictated { paper, item } => format!("読み上げ：{}", of_paper(paper, item)),
            Self::DictationTakenBack { paper, item } => format!("読み上げを取消：{}", of_paper(paper, item)),
            Self::DossierMade { recipient, words, .. } => format!("引渡し資料を作成：{}\n{words}", recipient.label()),
            Self::PasswordTold { words, .. } => format!("引渡し資料のパスワードを伝達\n{words}"),
            Self::AuthorityAsked { clinic_agrees, words, .. } => {
                let agrees = if *clinic_agrees { "医療機関の同意あり" } else { "医療機関の同意なし" };
                format!("捜査機関などからの照会（{agrees}）\n{words}")
            }
            Self::AuthorityAnswered { answer, words, .. } => format!("照会への回答：{}\n{words}", answer.label()),
            Self::ClockResumed { duty, words } => format!("{}：記録を取り消し、期限の確認を再開\n{words}", label(duty)),
        }
    }
}
