//! What a person records about who is calling. The engine decides; a person records (domain section 9).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::id::{AccountId, CallId, FacilityId, MemberId, TicketId, VerificationId};
use crate::domain::matching::{Decision, Heard, ItemMark};
use crate::domain::refusal::Refusal;
use crate::domain::search::{Found, SearchText};

/// What was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationOutcome {
    /// 確認済み
    Verified,
    /// 仮受付
    Provisional,
    /// 未確認
    Unverified,
    /// 利用対象外
    NotEligible,
}

impl VerificationOutcome {
    /// All four.
    pub const ALL: [VerificationOutcome; 4] = [Self::Verified, Self::Provisional, Self::Unverified, Self::NotEligible];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            VerificationOutcome::Verified => "verified",
            VerificationOutcome::Provisional => "provisional",
            VerificationOutcome::Unverified => "unverified",
            VerificationOutcome::NotEligible => "not_eligible",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            VerificationOutcome::Verified => "確認済み",
            VerificationOutcome::Provisional => "仮受付",
            VerificationOutcome::Unverified => "未確認",
            VerificationOutcome::NotEligible => "利用対象外",
        }
    }

    /// What a code means; an unknown one is not verified.
    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|r| r.code() == code).unwrap_or(VerificationOutcome::Unverified)
    }

    /// Whether remote sessions and referrals are open (domain section 9).
    pub fn opens_remote(self) -> bool {
        matches!(self, VerificationOutcome::Verified | VerificationOutcome::Provisional)
    }
}

/// So many misses within an hour by one person or script, and the supervisor is told (`quality.md` section 4), before
/// they are slowed and stopped (`tries`).
pub const MISSES_AN_HOUR: u64 = 30;

/// Whether a person may record this upon that decision, and what it needs:
/// verified only upon eligible; provisional upon pending, or upon needs_check with a reason;
/// not eligible only upon not_eligible, or with a reason. Who may override (a supervisor) may record verified upon
/// anything, with a reason; a second supervisor reviews it (`quality.md` section 4).
pub fn record(
    decision: Decision,
    recorded: VerificationOutcome,
    reason: &str,
    may_override: bool,
) -> Result<(), Refusal> {
    let reasoned = !reason.trim().is_empty();
    match (recorded, decision) {
        (VerificationOutcome::Unverified, _) | (VerificationOutcome::Verified, Decision::Eligible) => Ok(()),
        (VerificationOutcome::Verified, _) if may_override && reasoned => Ok(()),
        (VerificationOutcome::Verified, _) if may_override => Err(Refusal::field(
            "reason",
            "verification.reason_missing",
            "特例で確認済みにする理由を選んでください。あとで別のスーパーバイザーが確認します",
        )),
        (VerificationOutcome::Verified, _) => Err(Refusal::conflict(
            "verification.not_eligible",
            "4項目が一致していないため「確認済み」にはできません。相違・未確認の項目をもう一度お尋ねいただくか、理由を添えて仮受付にしてください",
        )),
        (VerificationOutcome::Provisional, Decision::Eligible | Decision::Pending) => Ok(()),
        (VerificationOutcome::Provisional, Decision::NeedsCheck) if reasoned => Ok(()),
        (VerificationOutcome::Provisional, Decision::NeedsCheck) => Err(Refusal::field(
            "reason",
            "verification.reason_missing",
            "仮受付の理由を選んでください（手続き中、番号が手元にない、名簿に未掲載 など）",
        )),
        (VerificationOutcome::Provisional, Decision::NotEligible) => Err(Refusal::conflict(
            "verification.not_a1",
            "この日はA①会員ではないため仮受付にできません。スーパーバイザーに相談してください",
        )),
        (VerificationOutcome::NotEligible, Decision::NotEligible) => Ok(()),
        (VerificationOutcome::NotEligible, _) if reasoned => Ok(()),
        (VerificationOutcome::NotEligible, _) => {
            Err(Refusal::field("reason", "verification.reason_missing", "利用対象外とする理由を選んでください"))
        }
    }
}

/// What the caller said, item by item. Empty is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedItems {
    /// A①会員名
    pub name: String,
    /// 医療機関・事業所名
    pub facility: String,
    /// 所在地
    pub address: String,
    /// 医籍番号または会員番号
    pub number: String,
    /// How often the number was said, as it was recorded.
    #[serde(default)]
    pub heard: Heard,
}

impl Found for StatedItems {
    /// Not by the number: it opens remote support, and whoever looks for it is counted elsewhere.
    fn found_by(&self, text: &mut SearchText) {
        text.add(&self.name);
        text.add(&self.facility);
        text.add(&self.address);
    }
}

/// The marks of the four items, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// A①会員名
    pub name: ItemMark,
    /// 医療機関・事業所名
    pub facility: ItemMark,
    /// 所在地
    pub address: ItemMark,
    /// Number.
    pub number: ItemMark,
}

/// A recorded verification: what was said, against which directory, with which result, and who decided.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Its id.
    pub id: VerificationId,
    /// The call it was made on.
    pub call_id: CallId,
    /// The ticket it was made for, once there is one.
    pub ticket_id: Option<TicketId>,
    /// What was said.
    pub said: StatedItems,
    /// What agreed.
    pub marks: Marks,
    /// What the engine decided.
    pub decision: Decision,
    /// What the person recorded.
    pub recorded: VerificationOutcome,
    /// Why, where a reason is needed.
    pub reason: String,
    /// The record it was held against.
    pub member_id: Option<MemberId>,
    /// The facility of that record.
    pub facility_id: Option<FacilityId>,
    /// The directory's version.
    pub directory_version: i64,
    /// The day it holds for.
    pub as_of: NaiveDate,
    /// When it was recorded.
    pub decided_at: DateTime<Utc>,
    /// By whom.
    pub decided_by: AccountId,
}

impl Verification {
    /// Whether it was recorded about whom these four items name: what was typed over them since is somebody else's.
    pub fn is_about(&self, said: &StatedItems) -> bool {
        let items = |said: &StatedItems| {
            [&said.name, &said.facility, &said.address, &said.number].map(|text| text.trim().to_owned())
        };
        items(&self.said) == items(said)
    }

    /// Whether both were recorded about one facility, as it was said: a first try and its correction.
    pub fn same_facility(&self, other: &Self) -> bool {
        self.said.facility.trim() == other.said.facility.trim()
    }

    /// Whether a supervisor decided otherwise than the rules.
    pub fn is_override(&self) -> bool {
        self.recorded == VerificationOutcome::Verified && self.decision != Decision::Eligible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_four_agreeing_items_make_a_verification_and_a_provisional_one_needs_a_reason() {
        let ok = |d, r, why: &str| record(d, r, why, false).is_ok();
        assert!(ok(Decision::Eligible, VerificationOutcome::Verified, ""));
        assert!(!ok(Decision::Pending, VerificationOutcome::Verified, "急ぎ"));
        assert!(!ok(Decision::NeedsCheck, VerificationOutcome::Verified, "急ぎ"));
        assert!(ok(Decision::Pending, VerificationOutcome::Provisional, ""));
        assert!(!ok(Decision::NeedsCheck, VerificationOutcome::Provisional, " "));
        assert!(ok(Decision::NeedsCheck, VerificationOutcome::Provisional, "番号が手元にない"));
        assert!(!ok(Decision::NotEligible, VerificationOutcome::Provisional, "急ぎ"));
        assert!(ok(Decision::NotEligible, VerificationOutcome::NotEligible, ""));
    }

    #[test]
    fn who_may_override_records_verified_upon_anything_with_a_reason() {
        for decision in [Decision::Pending, Decision::NeedsCheck, Decision::NotEligible] {
            assert!(record(decision, VerificationOutcome::Verified, "医師会に電話で確認", true).is_ok());
            assert!(record(decision, VerificationOutcome::Verified, " ", true).is_err());
        }
        assert!(record(Decision::NotEligible, VerificationOutcome::Provisional, "急ぎ", true).is_err());
    }
}
