//! A step of a referral, as a timeline tells it.

use serde::{Deserialize, Serialize};

use super::step::Step;
use crate::domain::id::ReferralId;

/// A step that was taken. Fields that serde skips are people's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralEvent {
    /// Which referral.
    pub referral: ReferralId,
    /// The step.
    #[serde(flatten)]
    pub step: Step,
    /// Who said it, and what.
    #[serde(skip)]
    pub words: String,
}

impl ReferralEvent {
    /// The line on the timeline.
    pub fn sentence(&self) -> String {
        let sentence = self.step.sentence();
        if self.words.is_empty() { sentence } else { format!("{sentence}\n{}", self.words) }
    }
}
