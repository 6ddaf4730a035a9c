//! What goes over the wire. Times are RFC 3339 in UTC; codes are those of `config/scheme/lists.toml`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::access::field::Field;
use crate::domain::calls::{Call, Disposition, Standing};
use crate::domain::matching::Answer;
use crate::domain::tickets::Entry;
use crate::usecase::calls::search::FoundCalls;
use crate::usecase::rows::TicketLine;
use crate::usecase::tickets::TicketList;
use crate::usecase::tickets::page::TicketView;

/// Who the token is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// What the token is for.
    pub name: String,
    /// Its role.
    pub role: String,
    /// The actions it may use.
    pub actions: Vec<&'static str>,
    /// The fields it sees.
    pub fields: Vec<&'static str>,
}

/// A ticket in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketSummary {
    /// `2026-004512`
    pub number: String,
    /// The facility's name.
    pub facility_name: String,
    /// Incident code.
    pub incident: String,
    /// Severity code.
    pub severity: String,
    /// State code.
    pub state: String,
    /// What was recorded about the caller.
    pub verification: String,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When anything last happened to it.
    pub last_event_at: DateTime<Utc>,
}

impl From<&TicketLine> for TicketSummary {
    fn from(line: &TicketLine) -> Self {
        Self {
            number: line.no().to_string(),
            facility_name: line.facility_name.clone(),
            incident: line.incident.clone(),
            severity: line.severity.clone(),
            state: line.state.clone(),
            verification: line.verification.clone(),
            opened_at: line.opened_at,
            last_event_at: line.last_event_at,
        }
    }
}

/// A page of tickets, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketPage {
    /// The tickets.
    pub tickets: Vec<TicketSummary>,
    /// Send as `before` for older ones; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub older: Option<i64>,
}

impl From<&TicketList> for TicketPage {
    fn from(list: &TicketList) -> Self {
        Self { tickets: list.page.rows.iter().map(TicketSummary::from).collect(), older: list.page.older }
    }
}

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

/// An entry of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryOut {
    /// What kind of thing.
    pub kind: &'static str,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was written down.
    pub entered_at: DateTime<Utc>,
    /// Who wrote it.
    pub entered_by: String,
    /// The words.
    pub body: String,
}

/// A ticket with its timeline. What the token's role doesn't see is absent.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketOut {
    /// `2026-004512`
    pub number: String,
    /// Send with a transition or change: another value means somebody else was first.
    pub version: i64,
    /// Desk code.
    pub desk: String,
    /// The facility's name.
    pub facility_name: String,
    /// Incident code.
    pub incident: String,
    /// Severity code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// State code.
    pub state: &'static str,
    /// What was recorded about the caller.
    pub verification: &'static str,
    /// 1 or 2.
    pub tier: u8,
    /// What the caller told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// What may be done with it now by whoever asks: codes for `transition`.
    pub transitions: Vec<&'static str>,
    /// What happened, by event time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<EntryOut>>,
}

impl From<&TicketView> for TicketOut {
    fn from(view: &TicketView) -> Self {
        let ticket = &view.ticket;
        let told = view.fields.show(Field::TicketNarrative);
        let entry = |e: &Entry| EntryOut {
            kind: e.kind.code(),
            occurred_at: e.occurred_at,
            entered_at: e.entered_at,
            entered_by: view.names.get(&e.entered_by.0).cloned().unwrap_or_default(),
            body: e.body.clone(),
        };
        Self {
            number: ticket.number.to_string(),
            version: ticket.version,
            desk: ticket.desk.clone(),
            facility_name: ticket.facility_name.clone(),
            incident: ticket.incident.clone(),
            severity: view.fields.show(Field::TicketCourse).then(|| ticket.severity.clone()),
            state: ticket.state.code(),
            verification: ticket.verification.code(),
            tier: ticket.tier,
            summary: told.then(|| ticket.summary.clone()),
            opened_at: ticket.opened_at,
            closed_at: ticket.closed_at,
            transitions: view.offers.iter().map(|kind| kind.code()).collect(),
            entries: told.then(|| view.entries.iter().map(entry).collect()),
        }
    }
}

/// Words to search for.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SearchIn {
    /// Words; what is found holds all of them.
    pub q: String,
    /// What is older than this: `older` of the page before.
    pub before: Option<i64>,
}

/// A step in a ticket's life.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TransitionIn {
    /// One of the ticket's `transitions`: `start`, `take`, `close`, `escalate`, `give_back`, `refer`, `watch`, `leave`,
    /// `reopen`.
    pub transition: String,
    /// The version that was seen.
    pub version: i64,
    /// Why, where the transition needs it.
    #[serde(default)]
    pub reason: String,
    /// Result code, for `close`.
    #[serde(default)]
    pub result: String,
    /// `directed`, `out_of_scope`, `not_eligible`, for `leave`.
    #[serde(default)]
    pub exit: String,
}

/// A change of incident, severity or owner.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeIn {
    /// The version that was seen.
    pub version: i64,
    /// What changes.
    #[serde(flatten)]
    pub change: crate::usecase::tickets::TicketChange,
}

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

/// An error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorOut {
    /// The error itself.
    pub error: ErrorBody,
}

/// An error's parts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// A stable code.
    pub code: String,
    /// What happened and what to do, in Japanese.
    pub message: String,
    /// The fields concerned. With 409 `ticket.stale` two of the name `version`: `version.sent` and `version.stands`, each
    /// with the number as its message.
    pub fields: Vec<FieldOut>,
    /// Names the request in the log.
    pub request_id: uuid::Uuid,
}

/// A field that can't be taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldOut {
    /// Its name.
    pub name: String,
    /// A stable code.
    pub code: String,
    /// What to do, in Japanese.
    pub message: String,
}
