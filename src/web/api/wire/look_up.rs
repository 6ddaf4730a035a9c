//! What a caller said, and what the directory says to it, over the wire.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::matching::Answer;

/// What a caller said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct LookUpIn {
    /// The day it holds for; today unless said.
    pub call_date: Option<NaiveDate>,
    /// A①会員名
    pub name: String,
    /// 医療機関・事業所名
    pub facility: String,
    /// 所在地
    pub address: String,
    /// 医籍番号または会員番号
    pub number: String,
}

/// What the directory says to it. No stored value is ever sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpOut {
    /// `eligible`, `pending`, `needs_check`, `not_eligible`.
    pub decision: &'static str,
    /// Why.
    pub reason: &'static str,
    /// The four items of the best candidate.
    pub items: ItemsOut,
    /// How many candidates there are, at most five.
    pub candidates: usize,
    /// What to ask next, in words.
    pub ask_next: Option<String>,
    /// The directory's version.
    pub directory_version: i64,
}

/// `agrees`, `differs`, `not_given` or `not_on_file`, item by item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemsOut {
    /// A①会員名
    pub name: &'static str,
    /// 医療機関・事業所名
    pub facility: &'static str,
    /// 所在地
    pub address: &'static str,
    /// Number.
    pub number: &'static str,
}

impl LookUpOut {
    /// The answer of a directory's version.
    pub fn of(answer: &Answer, directory_version: i64) -> Self {
        let items = &answer.items;
        Self {
            decision: answer.decision.code(),
            reason: answer.reason.code(),
            items: ItemsOut {
                name: items.name.code(),
                facility: items.facility.code(),
                address: items.address.code(),
                number: items.number.code(),
            },
            candidates: answer.candidates.len(),
            ask_next: answer.ask_next.clone(),
            directory_version,
        }
    }
}
