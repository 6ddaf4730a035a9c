//! What had been typed into a form of a ticket's page when it was refused: it stands there again, and nowhere else.

use crate::domain::refusal::Refusal;
use crate::usecase::tickets::evidence_gate::NewCheck;
use crate::usecase::tickets::hold::NewHold;
use crate::usecase::tickets::merge::NewMerge;
use crate::usecase::tickets::remote::{RemoteEnd, RemoteStart};
use crate::usecase::tickets::{NewEntry, TicketChange};

/// The form that was refused, with its words.
#[derive(Debug, Clone, Default)]
pub enum Typed {
    /// None was.
    #[default]
    Nothing,
    /// An entry of the timeline.
    Entry(NewEntry),
    /// A transition.
    Transition(TypedTransition),
    /// Incident, severity, owner.
    Change(TicketChange),
    /// What was heard before it, or before cleaning; and what was being typed of a session's end meanwhile.
    Evidence(NewCheck, RemoteEnd),
    /// Beginning remote support.
    RemoteStart(RemoteStart),
    /// Ending it.
    RemoteEnd(RemoteEnd),
    /// Keeping the ticket beyond its period.
    Hold(NewHold),
    /// Letting it go into another.
    Merge(NewMerge),
}

/// A transition as typed: its code and the words that one or the other needs.
#[derive(Debug, Clone, Default)]
pub struct TypedTransition {
    /// The code.
    pub transition: String,
    /// Why.
    pub reason: String,
    /// Result code.
    pub result: String,
    /// Exit code.
    pub exit: String,
    /// What becomes of promises.
    pub promises: String,
}

impl Typed {
    /// All that had been typed in words, field by field.
    pub(super) fn words(&self) -> Vec<&str> {
        let words: Vec<&String> = match self {
            Self::Nothing | Self::Change(_) => Vec::new(),
            Self::Entry(new) => vec![&new.body],
            Self::Transition(typed) => vec![&typed.reason],
            Self::Evidence(new, end) => vec![&new.reason, &end.done, &end.removed, &end.found, &end.outcome],
            Self::RemoteStart(start) => vec![&start.consent_by, &start.scope, &start.session_code],
            Self::RemoteEnd(end) => vec![&end.done, &end.removed, &end.found, &end.outcome],
            Self::Hold(new) => vec![&new.note],
            Self::Merge(new) => vec![&new.into, &new.why],
        };
        words.into_iter().map(String::as_str).filter(|word| !word.is_empty()).collect()
    }
}

/// One form of the page: the words it was sent with and why it was refused, if it is the one that was.
pub(super) struct Held<'a, T> {
    typed: Option<&'a T>,
    refusal: Option<&'a Refusal>,
}

impl<'a, T> Held<'a, T> {
    /// The form that `typed` holds, if it is the one asked for.
    pub(super) fn of(typed: Option<&'a T>, refusal: Option<&'a Refusal>) -> Self {
        Self { typed, refusal: refusal.filter(|_| typed.is_some()) }
    }

    /// Whether it was refused.
    pub(super) fn refused(&self) -> bool {
        self.refusal.is_some()
    }

    /// A field's words.
    pub(super) fn text(&self, field: impl Fn(&'a T) -> &'a String) -> &'a str {
        self.typed.map_or("", |typed| field(typed).as_str())
    }

    /// A field's words, or what stands there when the form wasn't sent.
    pub(super) fn text_or(&self, field: impl Fn(&'a T) -> &'a String, otherwise: &'a str) -> &'a str {
        self.typed.map_or(otherwise, |typed| field(typed).as_str())
    }

    /// Whether a box was ticked.
    pub(super) fn ticked(&self, field: impl Fn(&T) -> bool) -> bool {
        self.typed.is_some_and(field)
    }

    /// What was wrong with a field.
    pub(super) fn about(&self, name: &str) -> Option<&'a str> {
        self.refusal.and_then(|refusal| refusal.about(name))
    }
}
