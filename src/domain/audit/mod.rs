//! The audit: who did what to what, when, with what result. It names ids and codes, never copies a value.

pub mod chain;
pub mod line;
pub mod words;

use serde_json::Value;
use uuid::Uuid;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Refused for want of the right.
    Refused,
    /// Failed: wrong password, bad input that matters.
    Failed,
}

impl Outcome {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        }
    }
}

/// Something the audit can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// Its kind: `ticket`, `call`, `facility` …
    pub kind: &'static str,
    /// Its id, where it has one.
    pub id: Option<Uuid>,
}

impl Object {
    /// A thing with an id.
    pub fn new(kind: &'static str, id: impl Into<Uuid>) -> Self {
        Self { kind, id: Some(id.into()) }
    }

    /// A kind of thing: a list, a page, a file.
    pub fn kind(kind: &'static str) -> Self {
        Self { kind, id: None }
    }
}

/// An entry to be written. Actor, instant and peer come from the context.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// A dotted verb: `ticket.view`, `member.lookup`.
    pub action: &'static str,
    /// On what.
    pub object: Object,
    /// How it ended.
    pub outcome: Outcome,
    /// Codes, counts and ids that help a reviewer. No personal values.
    pub detail: Value,
    /// Whose data it touched besides the object itself.
    pub subjects: Vec<Object>,
}

impl AuditEntry {
    /// A deed that was done.
    pub fn done(action: &'static str, object: Object) -> Self {
        Self { action, object, outcome: Outcome::Done, detail: Value::Object(Default::default()), subjects: Vec::new() }
    }

    /// With an outcome other than done.
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// With details (codes and counts only).
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// With the people and facilities whose data it touched.
    pub fn subjects(mut self, subjects: impl IntoIterator<Item = Object>) -> Self {
        self.subjects.extend(subjects);
        self
    }
}
