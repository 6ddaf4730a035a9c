//! Entries of the append-only timeline: what happened, when it happened, when it was written down.

use crate::domain::search::{Found, SearchText};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::entry_kind::EntryKind;
use super::event::Event;
use crate::domain::id::{AccountId, CallId, EntryId, TicketId};
use crate::domain::scheme::Scheme;

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

impl Found for Entry {
    fn found_by(&self, text: &mut SearchText) {
        text.add(&self.body);
    }
}
