//! Tickets over the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::access::field::Field;
use crate::domain::tickets::Entry;
use crate::domain::tickets::line::TicketLine;
use crate::usecase::tickets::page::TicketView;
use crate::usecase::tickets::{self as steps, TicketList};

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
            number: line.number.to_string(),
            facility_name: line.facility_name.clone(),
            incident: line.incident.clone(),
            severity: line.severity.clone(),
            state: line.status.code().to_owned(),
            verification: line.verification.code().to_owned(),
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
    /// The number of the ticket that it went into: work goes on there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
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
            desk: ticket.desk.code().to_owned(),
            facility_name: ticket.facility_name.clone(),
            incident: ticket.incident.clone(),
            severity: view.fields.show(Field::TicketCourse).then(|| ticket.severity.clone()),
            state: ticket.state.code(),
            verification: ticket.verification.code(),
            tier: ticket.tier,
            summary: told.then(|| ticket.summary.clone()),
            opened_at: ticket.opened_at,
            closed_at: ticket.closed_at,
            merged_into: view.parts.went_into.map(|into| into.to_string()),
            transitions: view.offers.iter().map(|kind| kind.code()).collect(),
            entries: told.then(|| view.entries.iter().map(entry).collect()),
        }
    }
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
    /// What becomes of promised call-backs that are still open, when it ends: `wanted`, `made`, `not_needed`.
    #[serde(default)]
    pub promises: String,
}

/// A change of incident, severity or owner.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeIn {
    /// The version that was seen.
    pub version: i64,
    /// What changes.
    #[serde(flatten)]
    pub change: TicketChange,
}

/// What can be changed about a ticket besides its state.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct TicketChange {
    /// Incident code.
    pub incident: String,
    /// Severity code.
    pub severity: String,
    /// Make it one's own.
    pub take_over: bool,
}

impl From<TicketChange> for steps::TicketChange {
    fn from(TicketChange { incident, severity, take_over }: TicketChange) -> Self {
        Self { incident, severity, take_over }
    }
}

/// A note, advice or call written by hand.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewEntry {
    /// `note`, `advice` or `call`; a note unless said.
    #[serde(default)]
    pub kind: String,
    /// When it happened, as Tokyo wall-clock time; now unless said.
    #[serde(default)]
    pub occurred_at: String,
    /// The words.
    pub body: String,
}

impl From<NewEntry> for steps::NewEntry {
    fn from(NewEntry { kind, occurred_at, body }: NewEntry) -> Self {
        Self { kind, occurred_at, body }
    }
}

/// What a deed on a ticket answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// The ticket's number.
    pub number: String,
}

impl From<steps::Done> for Done {
    fn from(done: steps::Done) -> Self {
        Self { number: done.number }
    }
}
