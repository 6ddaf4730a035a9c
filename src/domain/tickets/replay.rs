//! A timeline read from its beginning: it alone tells where the ticket stands.

use chrono::{DateTime, Utc};

use super::entry::Entry;
use super::event::Event;
use super::state::StatusKind;
use super::ticket::{Ticket, owner_after, tier_after};
use crate::domain::id::AccountId;

/// What a timeline tells of its ticket's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// The status.
    pub status: StatusKind,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Who moved it there.
    pub by: AccountId,
    /// Whose it is.
    pub owner: Option<AccountId>,
    /// 1, or 2 once tier 2 took it.
    pub tier: u8,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Replayed {
    /// What the ticket itself says.
    pub fn of(ticket: &Ticket) -> Self {
        Self {
            status: ticket.state.kind(),
            since: ticket.state.since,
            by: ticket.state.by,
            owner: ticket.owner_id,
            tier: ticket.tier,
            closed_at: ticket.closed_at,
        }
    }

    fn after(self, event: &Event, entry: &Entry) -> Self {
        let (at, by) = (entry.entered_at, entry.entered_by);
        match event {
            Event::Transitioned { transition, to, .. } => Self {
                status: *to,
                since: at,
                by,
                owner: owner_after(*transition, by, self.owner),
                tier: tier_after(*transition, self.tier),
                closed_at: to.is_end().then_some(at),
            },
            Event::MoveTakenBack { to, since, by, owner, tier, closed_at, .. } => {
                Self { status: *to, since: *since, by: *by, owner: *owner, tier: *tier, closed_at: *closed_at }
            }
            Event::Changed { owner: Some(owner), .. } => Self { owner: Some(*owner), ..self },
            _ => self,
        }
    }
}

/// Reads a ticket's timeline in the order in which it was written; none where its opening isn't on it.
pub fn replay(timeline: &[Entry]) -> Option<Replayed> {
    let mut written: Vec<&Entry> = timeline.iter().collect();
    written.sort_by_key(|entry| (entry.entered_at, entry.id));
    let mut told: Option<Replayed> = None;
    for entry in written {
        let Some(event) = entry.event() else { continue };
        told = match (told, &event) {
            (None, Event::Opened { .. }) => Some(Replayed {
                status: StatusKind::Tier1,
                since: entry.entered_at,
                by: entry.entered_by,
                owner: Some(entry.entered_by),
                tier: 1,
                closed_at: None,
            }),
            (told, event) => told.map(|told| told.after(event, entry)),
        };
    }
    told
}
