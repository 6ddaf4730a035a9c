//! Claims for a support payment, as the office and the supervisors see them: no narratives.

use std::collections::HashMap;

use uuid::Uuid;

use super::authorise::authorise;
use super::{Error, Services};
use crate::domain::access::actor::may;
use crate::domain::claims::Claim;
use crate::domain::ctx::Ctx;
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
    let ids: Vec<Uuid> = claims.iter().filter_map(|c| c.ticket_id.map(|t| t.0)).collect();
    home::seen(&by, services, ctx, "claim.list", ids.clone()).await?;
    let lines = tickets::of_ids(&services.store, ids).await?;
    let numbers: HashMap<Uuid, TicketNo> = lines.into_iter().map(|line| (line.id, line.no())).collect();
    Ok(claims
        .into_iter()
        .map(|claim| ClaimLine { number: claim.ticket_id.and_then(|t| numbers.get(&t.0).copied()), claim })
        .collect())
}
