//! Things with the tickets that they hang on.

use std::collections::{BTreeSet, HashMap};

use crate::domain::id::TicketId;
use crate::domain::tickets::line::TicketLine;
use crate::store::tickets;
use crate::usecase::{Error, Services};

/// Things, each with the ticket that it hangs on, if it does.
pub(in crate::usecase) async fn with_lines<T>(
    services: &Services,
    things: Vec<T>,
    ticket: impl Fn(&T) -> Option<TicketId>,
) -> Result<Vec<(T, Option<TicketLine>)>, Error> {
    // Each is asked for once, however many things hang on it.
    let ids: BTreeSet<TicketId> = things.iter().filter_map(&ticket).collect();
    let lines = by_id(tickets::of_ids(&services.store, ids.into_iter().collect()).await?);
    let with_line = |thing: T| {
        let line = ticket(&thing).and_then(|id| lines.get(&id).cloned());
        (thing, line)
    };
    Ok(things.into_iter().map(with_line).collect())
}

/// Tickets by their ids.
pub(in crate::usecase) fn by_id(lines: Vec<TicketLine>) -> HashMap<TicketId, TicketLine> {
    lines.into_iter().map(|line| (line.id, line)).collect()
}

/// Those tickets whose matter goes on, wherever it goes on: one that went into another has ended with that one.
pub(in crate::usecase) async fn going_on(
    services: &Services,
    ids: Vec<TicketId>,
) -> Result<HashMap<TicketId, TicketLine>, Error> {
    let mut lines = by_id(tickets::of_ids(&services.store, ids).await?);
    let into =
        by_id(tickets::of_ids(&services.store, lines.values().filter_map(|line| line.merged_into).collect()).await?);
    lines.retain(|_, line| !line.merged_into.and_then(|id| into.get(&id)).unwrap_or(line).status.is_end());
    Ok(lines)
}
