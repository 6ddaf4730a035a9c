//! What stands in a ticket of other tickets of the same matter: their calls and their timelines, read as one.

use crate::domain::access::actor::may;
use crate::domain::calls::CallLine;
use crate::domain::id::TicketId;
use crate::domain::tickets::evidence_gate::EvidenceCheck;
use crate::domain::tickets::{Entry, Event, Ticket, TicketNo};
use crate::store::tickets::{evidence_gate, merge};
use crate::store::{Store, StoreError, tickets};
use crate::usecase::authorise::Granted;

/// Where a ticket went, and what went into it.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The ticket that it went into.
    pub went_into: Option<TicketNo>,
    /// The tickets that went into it.
    pub numbers: Vec<(TicketId, TicketNo)>,
    /// Their calls.
    pub(super) calls: Vec<CallLine>,
    /// What was heard on them before remote support and cleaning.
    pub(super) checks: Vec<EvidenceCheck>,
    /// Their timelines.
    pub(super) entries: Vec<Entry>,
}

impl Parts {
    /// The number of the part that a line stands on; none of the ticket's own.
    pub fn of(&self, ticket: Option<TicketId>) -> Option<TicketNo> {
        self.numbers.iter().find(|(part, _)| Some(*part) == ticket).map(|(_, number)| *number)
    }
}

/// Gathers them. The ticket's own timeline says whether anything ever went into it, unless `older` lines of it
/// aren't there: of most tickets nothing is asked.
pub(super) async fn gather(
    _: &Granted<may::TicketRead>,
    store: &Store,
    ticket: &Ticket,
    (own, older): (&[Entry], u64),
) -> Result<Parts, StoreError> {
    let mut parts = Parts::default();
    if let Some(into) = ticket.merged_into {
        parts.went_into = tickets::find_by_id(store, into).await?.map(|ticket| ticket.number);
    }
    let tells = |entry: &Entry| matches!(entry.event(), Some(Event::Merged { here: true, .. }));
    if older == 0 && !own.iter().any(tells) {
        return Ok(parts);
    }
    for part in merge::into(store, ticket.id).await? {
        let Some(ticket) = tickets::find_by_id(store, part.ticket_id).await? else { continue };
        let calls = tickets::calls_of(store, part.ticket_id).await?;
        let ids: Vec<_> = calls.iter().map(|call| call.id).collect();
        let theirs = tickets::timeline(store, part.ticket_id, &ids).await?;
        // A call that was about several stands there once.
        let stands = |entry: &Entry| own.iter().chain(&parts.entries).any(|other| other.id == entry.id);
        let theirs: Vec<Entry> = theirs.into_iter().filter(|entry| !stands(entry)).collect();
        parts.entries.extend(theirs);
        parts.calls.extend(calls);
        parts.checks.extend(evidence_gate::of(store, part.ticket_id).await?);
        parts.numbers.push((part.ticket_id, ticket.number));
    }
    Ok(parts)
}
