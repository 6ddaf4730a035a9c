//! Where a matter stands on several tickets: what the record of each knows.

use crate::domain::access::actor::may;
use crate::domain::tickets::{Ticket, TicketNo};
use crate::store::incidents::{clock, evidence, indicator, record};
use crate::store::tickets::merge;
use crate::store::{Store, tickets};
use crate::usecase::Error;
use crate::usecase::authorise::Granted;

/// Where else the matter of a ticket is written down.
#[derive(Debug, Clone, Default)]
pub struct Elsewhere {
    /// The ticket that it went into: its record goes on there.
    pub went_into: Option<TicketNo>,
    /// The tickets that went into it.
    pub parts: Vec<PartRecord>,
}

/// How much the record of a ticket knows that went into another.
#[derive(Debug, Clone)]
pub struct PartRecord {
    /// Its number.
    pub number: TicketNo,
    /// Facts that were told.
    pub facts: usize,
    /// What callers said of the attack.
    pub indicators: usize,
    /// Pieces of evidence.
    pub evidence: usize,
    /// Clocks that run.
    pub running: usize,
}

/// Looks.
pub(super) async fn elsewhere(
    _: &Granted<may::TicketWork>,
    store: &Store,
    ticket: &Ticket,
) -> Result<Elsewhere, Error> {
    let mut elsewhere = Elsewhere::default();
    if let Some(into) = ticket.merged_into {
        elsewhere.went_into = tickets::find_by_id(store, into).await?.map(|ticket| ticket.number);
    }
    for part in merge::into(store, ticket.id).await? {
        let Some(part) = tickets::find_by_id(store, part.ticket_id).await? else { continue };
        let running = clock::of(store, part.id).await?.into_iter().filter(|clock| clock.ended.is_none());
        elsewhere.parts.push(PartRecord {
            number: part.number,
            facts: record::known(store, part.id).await?.known().count(),
            indicators: indicator::of(store, part.id).await?.len(),
            evidence: evidence::of(store, part.id).await?.len(),
            running: running.count(),
        });
    }
    Ok(elsewhere)
}
