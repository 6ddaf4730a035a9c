//! What happens to the record of an incident, as a timeline tells it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::deadline::DutyEnd;
use super::evidence::ItemState;
use super::indicator::IndicatorKind;
use crate::domain::scheme::incidents::IncidentRules;
use crate::domain::time::tokyo_time;

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
    pub fn sentence(&self, rules: &IncidentRules) -> String {
        let label = |code: &String| rules.duty_label(code).to_owned();
        match self {
            Self::Recorded { words, .. } => format!("インシデント記録\n{words}"),
            Self::ClocksBegan { duties } => {
                format!("期限の確認を開始（要判断）：{}", duties.iter().map(label).collect::<Vec<_>>().join("、"))
            }
            Self::ClockEnded { duty, ended_as, at, words, .. } => {
                let when = tokyo_time(*at).format("%-m月%-d日 %H:%M");
                format!("{}：{}（{when}）\n{words}", label(duty), ended_as.label())
            }
            Self::EvidenceTold { words, .. } => format!("証拠：{words}"),
            Self::IndicatorTold { kind, words, .. } => format!("手がかり：{} {words}", kind.label()),
            Self::IndicatorTakenBack { kind, words, .. } => format!("手がかりを取消：{} {words}", kind.label()),
            Self::CampaignJoined { words, .. } => format!("同じ攻撃としてまとめた：{words}"),
            Self::CampaignLeft { words, .. } => format!("まとめから外した：{words}"),
            Self::ClockResumed { duty, words } => format!("{}：記録を取り消し、期限の確認を再開\n{words}", label(duty)),
        }
    }
}
