//! Claims for a support payment.

pub mod erase;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{call_tickets, calls, claims};
use super::{Access, StoreError};
use crate::domain::calls::Disposition;
use crate::domain::claims::{Claim, ClaimState, Pattern, Yen};
use crate::domain::id::{ClaimId, FacilityId, TicketId};

/// The claims received last, newest first.
pub async fn latest(on: &impl Access, limit: u64) -> Result<Vec<Claim>, StoreError> {
    use claims::Column as C;
    let query = claims::Entity::find().order_by_desc(C::ReceivedOn).order_by_desc(C::Id).limit(limit);
    query.all(on.conn()).await?.into_iter().map(claim).collect()
}

/// The claims made for a ticket, oldest first.
pub async fn of_ticket(on: &impl Access, ticket: TicketId) -> Result<Vec<Claim>, StoreError> {
    use claims::Column as C;
    let query = claims::Entity::find().filter(C::TicketId.eq(ticket.0)).order_by_asc(C::ReceivedOn).order_by_asc(C::Id);
    query.all(on.conn()).await?.into_iter().map(claim).collect()
}

/// Whether a ticket concerns the claims office: a claim was made for it, or a caller was pointed there.
pub async fn concern(on: &impl Access, ticket: TicketId) -> Result<bool, StoreError> {
    let claimed = claims::Entity::find().filter(claims::Column::TicketId.eq(ticket.0)).limit(1);
    if claimed.one(on.conn()).await?.is_some() {
        return Ok(true);
    }
    let linked = Query::select()
        .column(call_tickets::Column::CallId)
        .from(call_tickets::Entity)
        .and_where(Expr::col(call_tickets::Column::TicketId).eq(ticket.0))
        .to_owned();
    let pointed = calls::Entity::find()
        .filter(calls::Column::Id.in_subquery(linked))
        .filter(calls::Column::Disposition.eq(Disposition::ClaimsOffice.code()))
        .limit(1);
    Ok(pointed.one(on.conn()).await?.is_some())
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
        amount: Yen(row.amount_yen),
        state: ClaimState::parse(&row.state).ok_or(StoreError::Corrupt("claims.state"))?,
        decided_on: row.decided_on,
        paid_on: row.paid_on,
    })
}
