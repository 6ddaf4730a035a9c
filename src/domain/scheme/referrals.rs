//! `referrals.toml`: what a member is told before a firm is introduced (domain section 5, Q2-4).

use chrono::NaiveDate;
use serde::Deserialize;

use super::hours::day;

/// What the desk says about referrals.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralRules {
    /// What is read out, oldest first.
    pub say: Vec<ReferralSay>,
}

/// What is read out from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralSay {
    /// The first day, its version.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// To the member who is reached, before anything else.
    pub reach: String,
    /// That the fees are their own, and that an insurance may cover them.
    pub fees: String,
    /// What the desk is in it.
    pub neutral: String,
    /// Before something is passed on.
    pub agree: String,
    /// When the member is asked how it goes.
    pub outcome: String,
}

impl ReferralRules {
    /// What is read out on a day.
    pub fn say_on(&self, day: NaiveDate) -> Option<&ReferralSay> {
        self.say.iter().rev().find(|say| say.from <= day)
    }

    /// Contradictions, each `(key, what to do)`.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if self.say.is_empty() {
            faults.push(("say".to_owned(), "読み上げる文がありません".to_owned()));
        }
        for (i, say) in self.say.iter().enumerate() {
            if [&say.reach, &say.fees, &say.neutral, &say.agree, &say.outcome].iter().any(|text| text.trim().is_empty())
            {
                faults.push((format!("say[{i}]"), "読み上げる文が空です".to_owned()));
            }
        }
        if !self.say.is_sorted_by(|a, b| a.from < b.from) {
            faults.push(("say".to_owned(), "読み上げる文は古い順に、日を重ねずに並べてください".to_owned()));
        }
        faults
    }
}
