//! The record of an incident and referrals over the wire.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes;
use crate::domain::incidents::{Clock, Fact};
use crate::domain::referrals::Referral;
use crate::domain::refusal::Refusal;
use crate::usecase::incidents::record::{IncidentView, Typed};
use crate::usecase::referrals::NewStep;
use crate::usecase::referrals::show::ReferralsView;

/// What is known of an incident.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncidentOut {
    /// Facts by their codes, as they are kept: send them back as `seen`.
    pub facts: BTreeMap<&'static str, String>,
    /// The clocks of the clinic's duties.
    pub clocks: Vec<ClockOut>,
    /// What callers said of the attack, so that nobody can click it.
    pub indicators: Vec<IndicatorOut>,
    /// What is kept as evidence, a line each.
    pub evidence: Vec<String>,
}

/// A clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockOut {
    /// Code of the duty.
    pub duty: String,
    /// When it was set running here.
    pub began_at: DateTime<Utc>,
    /// `filed` or `not_applicable`, once it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_as: Option<&'static str>,
    /// When it was filed, or decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
}

/// Something that a caller said of the attack.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorOut {
    /// Its id.
    pub id: Uuid,
    /// What kind of thing.
    pub kind: &'static str,
    /// It, defanged.
    pub said: String,
}

impl From<&Clock> for ClockOut {
    fn from(clock: &Clock) -> Self {
        Self {
            duty: clock.duty.clone(),
            began_at: clock.began_at,
            ended_as: clock.ended.as_ref().map(|ended| ended.ended_as.code()),
            ended_at: clock.ended.as_ref().map(|ended| ended.at),
        }
    }
}

impl From<&IncidentView> for IncidentOut {
    fn from(view: &IncidentView) -> Self {
        let indicator = |one: &crate::domain::incidents::Indicator| IndicatorOut {
            id: one.id.0,
            kind: one.kind.code(),
            said: one.shown(),
        };
        Self {
            facts: view.record.known().map(|(fact, kept)| (fact.code(), kept.to_owned())).collect(),
            clocks: view.clocks.iter().map(ClockOut::from).collect(),
            indicators: view.indicators.iter().map(indicator).collect(),
            evidence: view.evidence.iter().map(|item| item.line()).collect(),
        }
    }
}

/// Facts that were told.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct FactsIn {
    /// Facts by their codes; an empty one is forgotten.
    pub facts: BTreeMap<String, String>,
    /// What the sender saw of them, as `facts` of the answer to GET: what somebody else changed since isn't overwritten.
    /// A fact that was empty may be left out.
    pub seen: BTreeMap<String, String>,
}

impl FactsIn {
    /// The facts as the step takes them.
    ///
    /// # Errors
    /// A fault beside each that there is none of.
    pub fn typed(self) -> Result<Vec<Typed>, Refusal> {
        if self.facts.is_empty() {
            let none = "記録する項目がありません。facts に、項目のコードと内容を入れてください";
            return Err(Refusal::field("facts", "facts.missing", none));
        }
        let mut faults = crate::domain::refusal::Faults::default();
        let mut typed = Vec::new();
        for (code, words) in self.facts {
            let unknown =
                || Refusal::field(&code, "fact.unknown", "この項目はありません。GETの答えにあるコードを使ってください");
            if let Some(fact) = faults.take(Fact::parse(&code).ok_or_else(unknown).map(Some)) {
                let shown = self.seen.get(&code).cloned().unwrap_or_default();
                typed.push(Typed { fact, typed: words, shown });
            }
        }
        faults.check()?;
        Ok(typed)
    }
}

/// Something that a caller said of the attack.
#[derive(Debug, Deserialize, ToSchema)]
pub struct IndicatorIn {
    /// What kind of thing.
    #[schema(value_type = codes::IndicatorKind)]
    pub kind: String,
    /// It, as it was said.
    pub said: String,
}

/// A ticket's referrals.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralList {
    /// The first first.
    pub referrals: Vec<ReferralOut>,
}

/// A referral.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralOut {
    /// Its id.
    pub id: Uuid,
    /// `forensic` or `lawyer`.
    pub kind: &'static str,
    /// How far it is.
    pub stage: &'static str,
    /// It can't wait for a firm's hours.
    pub urgent: bool,
    /// Ids of firms that were named and haven't refused.
    pub named: Vec<Uuid>,
    /// The firm that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firm: Option<Uuid>,
    /// How many steps it has: send it with the next one.
    pub steps: usize,
    /// What may come next: codes for `step`.
    pub next: &'static [&'static str],
}

impl From<&ReferralsView> for ReferralList {
    fn from(view: &ReferralsView) -> Self {
        Self { referrals: view.referrals.iter().map(ReferralOut::from).collect() }
    }
}

impl From<&Referral> for ReferralOut {
    fn from(referral: &Referral) -> Self {
        Self {
            id: referral.id.0,
            kind: referral.kind.code(),
            stage: referral.stage.code(),
            urgent: referral.urgent,
            named: referral.named.iter().map(|firm| firm.0).collect(),
            firm: referral.firm.map(|firm| firm.0),
            steps: referral.steps.len(),
            next: referral.next(),
        }
    }
}

/// A step of a referral: `step` with what it needs; the rest may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct StepIn {
    /// How many steps the referral had.
    pub seen: usize,
    /// One of the referral's `next`; `asked` begins one.
    pub step: String,
    /// `forensic` or `lawyer`, for `asked`.
    pub kind: String,
    /// `member` or `staff`, for `asked`.
    pub asked_by: String,
    /// For `asked`.
    pub urgent: bool,
    /// Who said it.
    pub said_by: String,
    /// What else was said, or why.
    pub note: String,
    /// What is to be read out was, for `fees_told`.
    pub told: bool,
    /// Ids, for `proposed`.
    pub firms: Vec<String>,
    /// An id, for `chosen`.
    pub firm: String,
    /// What was agreed for the firm before may be passed to this one too, for `chosen`.
    pub as_agreed: bool,
    /// What may be passed on, for `agreed`.
    pub items: Vec<String>,
    /// Whom the firm asks for, and the number, for `agreed`.
    pub contact: String,
    /// For `contacted`.
    pub how: String,
    /// For `answered`.
    pub answer: String,
    /// `yes` or `no`, for `settled`.
    pub contracted: String,
    /// For `outcome_asked`.
    pub after_days: String,
}

impl From<StepIn> for NewStep {
    fn from(s: StepIn) -> Self {
        Self {
            step: s.step,
            kind: s.kind,
            asked_by: s.asked_by,
            urgent: s.urgent,
            said_by: s.said_by,
            note: s.note,
            told: s.told,
            firms: s.firms,
            firm: s.firm,
            as_agreed: s.as_agreed,
            items: s.items,
            contact: s.contact,
            how: s.how,
            answer: s.answer,
            contracted: s.contracted,
            after_days: s.after_days,
        }
    }
}
