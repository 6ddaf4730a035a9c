//! The forms of a ticket's page, one struct each. What a form doesn't send counts as left empty.

use serde::Deserialize;

use crate::usecase::tickets::evidence_gate::NewCheck;
use crate::usecase::tickets::hold::NewHold;
use crate::usecase::tickets::remote::{RemoteEnd, RemoteStart};
use crate::usecase::tickets::{NewEntry, TicketChange};
use crate::view::tickets::typed::TypedTransition;

/// The version of the ticket that the page showed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(from = "String")]
pub(super) struct Version(pub i64);

impl Default for Version {
    /// No ticket has it: whoever sends none saw none.
    fn default() -> Self {
        Self(-1)
    }
}

impl From<String> for Version {
    fn from(text: String) -> Self {
        text.parse().map_or_else(|_| Self::default(), Self)
    }
}

/// A box that was ticked.
fn ticked(value: &str) -> bool {
    value == "yes"
}

/// A note, advice or call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EntryForm {
    kind: String,
    occurred_at: String,
    body: String,
}

impl From<EntryForm> for NewEntry {
    fn from(EntryForm { kind, occurred_at, body }: EntryForm) -> Self {
        Self { kind, occurred_at, body }
    }
}

/// A transition.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TransitionForm {
    transition: String,
    reason: String,
    result: String,
    exit: String,
    promises: String,
    pub(super) version: Version,
}

impl From<TransitionForm> for TypedTransition {
    fn from(TransitionForm { transition, reason, result, exit, promises, .. }: TransitionForm) -> Self {
        Self { transition, reason, result, exit, promises }
    }
}

/// Incident, severity, owner.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    incident: String,
    severity: String,
    take_over: String,
    pub(super) version: Version,
}

impl From<ChangeForm> for TicketChange {
    fn from(ChangeForm { incident, severity, take_over, .. }: ChangeForm) -> Self {
        Self { incident, severity, take_over: ticked(&take_over) }
    }
}

/// The beginning of remote support.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RemoteStartForm {
    consent_by: String,
    consented: String,
    scope: String,
    tool: String,
    session_code: String,
}

impl From<RemoteStartForm> for RemoteStart {
    fn from(RemoteStartForm { consent_by, consented, scope, tool, session_code }: RemoteStartForm) -> Self {
        Self { consent_by, consented: ticked(&consented), scope, tool, session_code }
    }
}

/// Its end.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RemoteEndForm {
    done: String,
    removed: String,
    found: String,
    ended_as: String,
    outcome: String,
}

impl From<RemoteEndForm> for RemoteEnd {
    fn from(RemoteEndForm { done, removed, found, ended_as, outcome }: RemoteEndForm) -> Self {
        Self { done, removed, found, ended_as, outcome }
    }
}

/// What was heard before remote support, or before cleaning; beside it what was being typed of the session's end.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EvidenceForm {
    purpose: String,
    server: String,
    locked: String,
    cut_off: String,
    reason: String,
    #[serde(flatten)]
    end: RemoteEndForm,
}

impl EvidenceForm {
    pub(super) fn into_parts(self) -> (NewCheck, RemoteEnd) {
        let Self { purpose, server, locked, cut_off, reason, end } = self;
        (NewCheck { purpose, server, locked, cut_off, reason }, end.into())
    }
}

/// A reason to keep the ticket beyond its period.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HoldForm {
    hold_reason: String,
    note: String,
    pub(super) version: Version,
}

impl From<HoldForm> for NewHold {
    fn from(HoldForm { hold_reason, note, .. }: HoldForm) -> Self {
        Self { reason: hold_reason, note }
    }
}

/// Why nobody was reached.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TriedForm {
    pub(super) how: String,
}

/// What came of a task.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TaskForm {
    pub(super) outcome: String,
}
