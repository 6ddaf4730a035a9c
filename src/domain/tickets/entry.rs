//! Entries of the append-only timeline: what happened, when it happened, when it was written down.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::Event;
use crate::domain::id::{AccountId, CallId, EntryId, TicketId};
use crate::domain::scheme::Scheme;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A note.
    Note,
    /// First advice given.
    Advice,
    /// A line said to the caller and what was heard back (a card).
    Card,
    /// Remote support.
    Remote,
    /// The ticket was opened.
    Opened,
    /// The state changed.
    Transition,
    /// The caller was verified, or not.
    Verified,
    /// A call-back was promised, or kept.
    Callback,
    /// A call was taken or made.
    Call,
    /// Incident, severity or owner changed.
    Changed,
    /// It is kept beyond its period, or is no longer.
    Held,
}

impl EntryKind {
    /// All kinds.
    pub const ALL: [EntryKind; 11] = [
        Self::Note,
        Self::Advice,
        Self::Card,
        Self::Remote,
        Self::Opened,
        Self::Transition,
        Self::Verified,
        Self::Callback,
        Self::Call,
        Self::Changed,
        Self::Held,
    ];
    /// The kinds a person writes by hand.
    pub const BY_HAND: [EntryKind; 3] = [Self::Note, Self::Advice, Self::Call];

    /// The code in the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Advice => "advice",
            Self::Card => "card",
            Self::Remote => "remote",
            Self::Opened => "opened",
            Self::Transition => "transition",
            Self::Verified => "verified",
            Self::Callback => "callback",
            Self::Call => "call",
            Self::Changed => "changed",
            Self::Held => "held",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Note => "記録",
            Self::Advice => "助言",
            Self::Card => "ご案内",
            Self::Remote => "リモート支援",
            Self::Opened => "受付",
            Self::Transition => "状態",
            Self::Verified => "会員確認",
            Self::Callback => "折返し",
            Self::Call => "通話",
            Self::Changed => "変更",
            Self::Held => "保全",
        }
    }

    /// The kind of a code; an unknown one is shown as a note.
    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|k| k.code() == code).unwrap_or(Self::Note)
    }

    /// The kind of a code that people may write by hand.
    pub fn by_hand(code: &str) -> Option<Self> {
        Self::BY_HAND.into_iter().find(|k| k.code() == code)
    }
}

/// One entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The ticket; none while the call it was said on has no ticket.
    pub ticket_id: Option<TicketId>,
    /// The call it was said on.
    pub call_id: Option<CallId>,
    /// What kind of thing.
    pub kind: EntryKind,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was written down.
    pub entered_at: DateTime<Utc>,
    /// By whom.
    pub entered_by: AccountId,
    /// The words.
    pub body: String,
    /// Codes that go with it.
    pub data: Value,
}

/// On which timeline an event stands: a ticket's, a call's, or a ticket's and said on a call.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// A ticket's.
    Ticket(TicketId),
    /// A call's, which may have no ticket, or several.
    Call(CallId),
    /// A ticket's, said on a call.
    Both(TicketId, CallId),
}

impl Place {
    /// The ticket, if it's one's.
    pub fn ticket(self) -> Option<TicketId> {
        match self {
            Self::Ticket(id) | Self::Both(id, _) => Some(id),
            Self::Call(_) => None,
        }
    }

    /// The call, if it was said on one.
    pub fn call(self) -> Option<CallId> {
        match self {
            Self::Call(id) | Self::Both(_, id) => Some(id),
            Self::Ticket(_) => None,
        }
    }
}

impl Entry {
    /// The line of an event that happens and is written down at the same moment.
    pub fn of(id: EntryId, place: Place, event: &Event, scheme: &Scheme, at: DateTime<Utc>, by: AccountId) -> Self {
        Self {
            id,
            ticket_id: place.ticket(),
            call_id: place.call(),
            kind: event.kind(),
            occurred_at: at,
            entered_at: at,
            entered_by: by,
            body: event.sentence(scheme),
            data: event.data(),
        }
    }

    /// The event, without people's words; none of what was written before events had a type.
    pub fn event(&self) -> Option<Event> {
        Event::read(&self.data)
    }

    /// Minutes between the event and its writing down, when it's worth saying (five or more).
    pub fn late_minutes(&self) -> Option<i64> {
        let minutes = (self.entered_at - self.occurred_at).num_minutes();
        (minutes >= 5).then_some(minutes)
    }
}
