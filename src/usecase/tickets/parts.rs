//! What stands in a ticket of other tickets of the same matter: their calls and their timelines, read as one.

use crate::domain::access::actor::may;
use crate::domain::access::field::Field;
use crate::domain::tickets::{Event, TicketNo};
use crate::store::tickets::merge;
use crate::store::{Store, StoreError, tickets};
use crate::usecase::authorise::Granted;
use crate::usecase::tickets::page::TicketView;

/// Adds to a page what went into its ticket, and where its ticket went.
pub(super) async fn gather(
    _: &Granted<may::TicketRead>,
    store: &Store,
    view: &mut TicketView,
) -> Result<(), StoreError> {
    if !view.fields.show(Field::TicketNarrative) {
        return Ok(());
    }
    if let Some(into) = view.ticket.merged_into {
        view.went_into = tickets::find_by_id(store, into).await?.map(|ticket| ticket.number);
    }
    // Its own timeline says whether anything ever did: of most tickets nothing is asked.
    let ever = |event: Option<Event>| matches!(event, Some(Event::Merged { here: true, .. }));
    if !view.entries.iter().any(|entry| ever(entry.event())) {
        return Ok(());
    }
    for part in merge::into(store, view.ticket.id).await? {
        let Some(ticket) = tickets::find_by_id(store, part.ticket_id).await? else { continue };
        let calls = tickets::calls_of(store, part.ticket_id).await?;
        let ids: Vec<_> = calls.iter().map(|call| call.id).collect();
        let known: Vec<_> = view.entries.iter().map(|entry| entry.id).collect();
        let theirs = tickets::timeline(store, part.ticket_id, &ids).await?;
        view.entries.extend(theirs.into_iter().filter(|entry| !known.contains(&entry.id)));
        view.calls.extend(
            calls.into_iter().filter(|call| view.calls.iter().all(|other| other.id != call.id)).collect::<Vec<_>>(),
        );
        view.parts.push((part.ticket_id, ticket.number));
    }
    view.entries.sort_by_key(|entry| (entry.occurred_at, entry.entered_at, entry.id));
    Ok(())
}

impl TicketView {
    /// The number of the part that a line stands on; none of the ticket's own.
    pub fn part_of(&self, ticket: Option<crate::domain::id::TicketId>) -> Option<TicketNo> {
        let id = ticket?;
        self.parts.iter().find(|(part, _)| *part == id).map(|(_, number)| *number)
    }
}
