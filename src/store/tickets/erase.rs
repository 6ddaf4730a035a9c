//! Erasing what is personal in a ticket and in all that hangs on it.

use crate::domain::search::SearchText;
use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::{callback, draft, entry, escalation, evidence_gate, hold, merge, presence, remote, task, watch};
use crate::domain::tickets::{State, TicketNo};
use crate::store::entity::{self, call_tickets, callbacks, tickets, verifications};
use crate::store::referrals::referral;
use crate::store::retention::Candidate;
use crate::store::retention::marks::{self, Shelf};
use crate::store::verification::record;
use crate::store::{Access, StoreError, Tx, calls, claims, incidents, search};

/// What stands in the place of a facility's name.
const ERASED: &str = "（消去済み）";

/// Takes out of a ticket what is personal; false when it moved on, was held or erased meanwhile. Its row comes first:
/// whoever writes on the ticket waits for this transaction then, and learns that it's too late.
pub async fn erase(tx: &Tx, candidate: &Candidate, today: NaiveDate) -> Result<bool, StoreError> {
    use tickets::Column as C;
    let id = candidate.id;
    let row = tickets::Entity::find_by_id(id).filter(C::Version.eq(candidate.version)).one(tx.conn()).await?;
    let Some(row) = row else { return Ok(false) };
    let state: State =
        serde_json::from_value(row.state_evidence).map_err(|_| StoreError::Corrupt("tickets.state_evidence"))?;
    let mark = match row.facility_id {
        Some(facility) => Some(marks::mark(tx, Shelf::Tickets, facility, row.opened_on).await?),
        None => None,
    };
    let done = tickets::Entity::update_many()
        .col_expr(C::FacilityId, Expr::value(mark))
        .col_expr(C::MemberId, Expr::value(None::<Uuid>))
        .col_expr(C::FacilityName, Expr::value(ERASED))
        .col_expr(C::Summary, Expr::value(""))
        .col_expr(C::StateEvidence, Expr::value(json!(state.without_words())))
        .col_expr(C::Version, Expr::value(row.version + 1))
        .col_expr(C::ErasedOn, Expr::value(Some(today)))
        .filter(C::Id.eq(id))
        .filter(C::Version.eq(row.version))
        .filter(C::ClosedAt.is_not_null().or(C::MergedInto.is_not_null()))
        .filter(C::ErasedOn.is_null())
        .exec(tx.conn())
        .await?;
    if done.rows_affected != 1 {
        return Ok(false);
    }
    erase_beside(tx, id, today).await?;
    let tied = calls_left_alone(tx, id).await?;
    calls::erase::erase(tx, &tied, today).await?;
    let number = TicketNo::from_key(row.number);
    search::put(tx, number, &SearchText::of(&[&number])).await?;
    Ok(true)
}

/// What hangs on a ticket.
async fn erase_beside(tx: &Tx, id: Uuid, today: NaiveDate) -> Result<(), StoreError> {
    task::erase(tx, id, today).await?;
    draft::erase(tx, id).await?;
    entry::erase(tx, id).await?;
    remote::erase(tx, id).await?;
    evidence_gate::erase(tx, id).await?;
    escalation::erase(tx, id).await?;
    hold::erase(tx, id).await?;
    merge::erase(tx, id).await?;
    presence::erase(tx, id).await?;
    watch::erase(tx, id).await?;
    incidents::erase(tx, id).await?;
    referral::erase(tx, id).await?;
    claims::erase::forget_ticket(tx, id).await?;
    callback::erase(tx, Condition::all().add(callbacks::Column::TicketId.eq(id))).await?;
    record::erase(tx, Condition::all().add(verifications::Column::TicketId.eq(id))).await
}

/// The calls of a ticket of which every ticket is erased.
async fn calls_left_alone(tx: &Tx, ticket: Uuid) -> Result<Vec<Uuid>, StoreError> {
    use call_tickets::Column as C;
    let same = Expr::col((tickets::Entity, tickets::Column::Id)).equals((call_tickets::Entity, C::TicketId));
    let still = Query::select()
        .expr(Expr::val(1))
        .from(call_tickets::Entity)
        .inner_join(tickets::Entity, same)
        .and_where(
            Expr::col((call_tickets::Entity, C::CallId)).equals((entity::calls::Entity, entity::calls::Column::Id)),
        )
        .and_where(Expr::col((tickets::Entity, tickets::Column::ErasedOn)).is_null())
        .to_owned();
    let its = Query::select()
        .column(C::CallId)
        .from(call_tickets::Entity)
        .and_where(Expr::col(C::TicketId).eq(ticket))
        .to_owned();
    Ok(entity::calls::Entity::find()
        .select_only()
        .column(entity::calls::Column::Id)
        .filter(entity::calls::Column::Id.in_subquery(its))
        .filter(Expr::exists(still).not())
        .into_tuple()
        .all(tx.conn())
        .await?)
}
