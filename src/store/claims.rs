//! Claims for a support payment.

use sea_orm::{EntityTrait, QueryOrder, QuerySelect};

use super::entity::claims;
use super::{Access, StoreError};
use crate::domain::claims::{Claim, ClaimState, Pattern};
use crate::domain::id::{ClaimId, FacilityId, TicketId};

/// The claims received last, newest first.
pub async fn latest(on: &impl Access, limit: u64) -> Result<Vec<Claim>, StoreError> {
    use claims::Column as C;
    let query = claims::Entity::find().order_by_desc(C::ReceivedOn).order_by_desc(C::Id).limit(limit);
    query.all(on.conn()).await?.into_iter().map(claim).collect()
}

fn claim(row: claims::Model) -> Result<Claim, StoreError> {
    Ok(Claim {
        id: ClaimId(row.id),
        ticket_id: row.ticket_id.map(TicketId),
        facility_id: FacilityId(row.facility_id),
        pattern: Pattern::parse(&row.pattern).ok_or(StoreError::Corrupt("claims.pattern"))?,
        closed_days: u32::try_from(row.closed_days).map_err(|_| StoreError::Corrupt("claims.closed_days"))?,
        incident_on: row.incident_on,
        received_on: row.received_on,
        scheme_year: i32::try_from(row.scheme_year).map_err(|_| StoreError::Corrupt("claims.scheme_year"))?,
        amount_yen: row.amount_yen,
        state: ClaimState::parse(&row.state).ok_or(StoreError::Corrupt("claims.state"))?,
        decided_on: row.decided_on,
        paid_on: row.paid_on,
    })
}
