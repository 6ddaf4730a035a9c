//! Claims for a support payment, as the office and the supervisors see them: no narratives.

use std::collections::HashMap;

use super::authorise::authorise;
use super::{Error, Services};
use crate::domain::access::actor::may;
use crate::domain::claims::Claim;
use crate::domain::ctx::Ctx;
use crate::domain::id::TicketId;
use crate::domain::tickets::TicketNo;
use crate::store::{claims, tickets};
use crate::usecase::desks::home;

/// How many claims a list shows.
const SHOWN: u64 = 100;

/// A claim with the number of its ticket.
pub struct ClaimLine {
    /// The claim.
    pub claim: Claim,
    /// Its ticket's number, if it has one.
    pub number: Option<TicketNo>,
}

/// The claims received last, newest first.
pub async fn latest(services: &Services, ctx: &Ctx) -> Result<Vec<ClaimLine>, Error> {
    let by = authorise::<may::ClaimRead>(ctx)?;
    let claims = claims::latest(&services.store, SHOWN).await?;
    let ids: Vec<TicketId> = claims.iter().filter_map(|claim| claim.ticket_id).collect();
    home::seen(&by, services, ctx, "claim.list", ids.clone()).await?;
    let lines = tickets::of_ids(&services.store, ids).await?;
    let numbers: HashMap<TicketId, TicketNo> = lines.into_iter().map(|line| (line.id, line.number)).collect();
    Ok(claims
        .into_iter()
        .map(|claim| ClaimLine { number: claim.ticket_id.and_then(|t| numbers.get(&t).copied()), claim })
        .collect())
}
