//! What a specialist who reads along asks of whoever is on the phone.

use chrono::{DateTime, Utc};

use crate::domain::id::{AccountId, CallId, QuestionId};

/// The most that wait for an answer at one time: more can't be asked in one breath.
pub const MOST_OPEN: usize = 3;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// The call.
    pub call_id: CallId,
    /// What is asked.
    pub words: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// By whom.
    pub asked_by: AccountId,
    /// What the caller said.
    pub answer: String,
    /// When that was written down, and by whom.
    pub answered: Option<(DateTime<Utc>, AccountId)>,
}
