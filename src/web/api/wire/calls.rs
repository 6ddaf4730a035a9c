//! Calls over the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes;
use crate::domain::calls::disposition::NextChoice;
use crate::domain::calls::{Call, Direction, Disposition, Standing};
use crate::domain::matching::Heard;
use crate::domain::verification::record::{StatedItems, VerificationOutcome};
use crate::usecase::calls as steps;
use crate::usecase::calls::search::FoundCalls;
use crate::usecase::calls::wrap_up;

/// A call that led to no ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallSummary {
    /// Its id.
    pub id: uuid::Uuid,
    /// `inbound` or `outbound`
    pub direction: &'static str,
    /// The other side's number.
    pub number: String,
    /// When it arrived.
    pub arrived_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who called.
    pub caller_name: String,
    /// The caller's standing.
    pub standing: Option<&'static str>,
    /// How it ended.
    pub disposition: Option<&'static str>,
}

/// A page of calls, the last ended first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallPage {
    /// The calls.
    pub calls: Vec<CallSummary>,
    /// Send as `before` for older ones; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub older: Option<i64>,
}

impl From<&FoundCalls> for CallPage {
    fn from(found: &FoundCalls) -> Self {
        let summary = |call: &Call| CallSummary {
            id: call.id.0,
            direction: call.direction.code(),
            number: call.number.clone(),
            arrived_at: call.arrived_at,
            ended_at: call.ended_at,
            caller_name: call.caller_name.clone(),
            standing: call.standing.map(Standing::code),
            disposition: call.disposition.map(Disposition::code),
        };
        Self { calls: found.page.rows.iter().map(summary).collect(), older: found.page.older }
    }
}

/// A finished call, as a script or a telephone system reports it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CallLog {
    /// Who rang whom; inbound unless said.
    #[serde(default = "inbound")]
    #[schema(value_type = codes::Direction)]
    pub direction: Direction,
    /// The other side's number.
    #[serde(default)]
    pub number: String,
    /// When it arrived.
    pub arrived_at: DateTime<Utc>,
    /// When it ended; now unless said.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who called.
    #[serde(default)]
    pub caller_name: String,
    /// The caller's standing.
    #[schema(value_type = Option<codes::Standing>)]
    pub standing: Option<Standing>,
    /// Where to call back.
    #[serde(default)]
    pub callback: String,
    /// A①会員名. Sending any of the four items needs the right `member.verify`.
    #[serde(default)]
    pub member_name: String,
    /// 医療機関・事業所名
    #[serde(default)]
    pub facility: String,
    /// 所在地
    #[serde(default)]
    pub address: String,
    /// 医籍番号または会員番号
    #[serde(default)]
    pub member_number: String,
    /// What is recorded about the caller; unverified unless said.
    #[schema(value_type = Option<codes::VerificationOutcome>)]
    pub recorded: Option<VerificationOutcome>,
    /// Why, where that needs a reason.
    #[serde(default)]
    pub reason: String,
    /// Incident code.
    #[serde(default)]
    pub incident: String,
    /// Severity code.
    #[serde(default)]
    pub severity: String,
    /// What the caller told.
    #[serde(default)]
    pub narrative: String,
    /// Why it was taken outside hours.
    #[serde(default)]
    pub out_of_hours_reason: String,
    /// How it ended, and what becomes of the matter.
    #[serde(flatten)]
    pub conclusion: WrapUp,
}

fn inbound() -> Direction {
    Direction::Inbound
}

/// How a call ends, as asked at its end.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WrapUp {
    /// 対応結果
    #[schema(value_type = codes::Disposition)]
    pub disposition: Disposition,
    /// 苦情: calls the supervisor.
    #[serde(default)]
    pub complaint: bool,
    /// By when the clinic is called back, as Tokyo wall-clock time: `2026-11-22T15:00`.
    #[serde(default)]
    pub callback_at: String,
    /// About what.
    #[serde(default)]
    pub callback_note: String,
    /// When the clinic can be reached, if it was asked: 「平日9-18、水午後休」.
    #[serde(default)]
    pub clinic_hours: String,
    /// What becomes of the ticket; by the disposition unless said.
    #[serde(default)]
    #[schema(value_type = codes::NextChoice)]
    pub next: NextChoice,
    /// Result code, when it is closed.
    #[serde(default)]
    pub result: String,
    /// Why it goes to tier 2, or where the caller was directed.
    #[serde(default)]
    pub next_reason: String,
    /// The number of a ticket that exists, when the call is about that one.
    #[serde(default)]
    pub ticket: String,
    /// What becomes of earlier promises of call-backs, should the ticket end: `wanted`, `made`, `not_needed`.
    #[serde(default)]
    pub promises: String,
}

impl From<CallLog> for steps::CallLog {
    fn from(log: CallLog) -> Self {
        Self {
            direction: log.direction,
            number: log.number,
            arrived_at: log.arrived_at,
            ended_at: log.ended_at,
            caller_name: log.caller_name,
            standing: log.standing,
            callback: log.callback,
            said: StatedItems {
                name: log.member_name,
                facility: log.facility,
                address: log.address,
                number: log.member_number,
                heard: Heard::Once,
            },
            recorded: log.recorded,
            reason: log.reason,
            incident: log.incident,
            severity: log.severity,
            narrative: log.narrative,
            out_of_hours_reason: log.out_of_hours_reason,
            conclusion: log.conclusion.into(),
        }
    }
}

impl From<WrapUp> for wrap_up::WrapUp {
    fn from(said: WrapUp) -> Self {
        Self {
            disposition: said.disposition,
            complaint: said.complaint,
            callback_at: said.callback_at,
            callback_note: said.callback_note,
            clinic_hours: said.clinic_hours,
            next: said.next,
            result: said.result,
            next_reason: said.next_reason,
            ticket: said.ticket,
            promises: said.promises,
            // What a script reports has ended already.
            anyway: true,
        }
    }
}

/// What an ended call answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ended {
    /// The call.
    pub call: uuid::Uuid,
    /// The ticket it ended in, if any: `2026-004512`.
    pub ticket: Option<String>,
}

impl From<steps::Ended> for Ended {
    fn from(ended: steps::Ended) -> Self {
        Self { call: ended.call.0, ticket: ended.ticket }
    }
}
