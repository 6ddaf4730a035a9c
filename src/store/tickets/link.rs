//! Which calls concern which tickets.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::calls::{CallLine, Standing};
use crate::domain::id::{CallId, TicketId};
use crate::domain::tickets::TicketNo;
use crate::store::entity::{call_tickets, calls, tickets};
use crate::store::{Access, StoreError, Tx, search};

/// The tickets of several calls, as pairs of call and ticket number; of each call the one tied last comes last.
pub async fn of_calls(on: &impl Access, ids: Vec<Uuid>) -> Result<Vec<(Uuid, TicketNo)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let links = call_tickets::Entity::find()
        .filter(call_tickets::Column::CallId.is_in(ids))
        .order_by_asc(call_tickets::Column::Place)
        .all(on.conn())
        .await?;
    let which = tickets::Column::Id.is_in(links.iter().map(|l| l.ticket_id));
    let numbers: Vec<(Uuid, i64)> = tickets::Entity::find()
        .select_only()
        .columns([tickets::Column::Id, tickets::Column::Number])
        .filter(which)
        .into_tuple()
        .all(on.conn())
        .await?;
    let number = |id: Uuid| numbers.iter().find(|(i, _)| *i == id).map(|(_, n)| TicketNo::from_key(*n));
    Ok(links.iter().filter_map(|l| number(l.ticket_id).map(|n| (l.call_id, n))).collect())
}

/// Ties a call to a ticket, which it's found by from now on, and where it is recorded until it is tied to another.
pub async fn link_call(tx: &Tx, call: CallId, ticket: TicketId) -> Result<(), StoreError> {
    use call_tickets::Column as C;
    let last: Option<Option<i64>> = call_tickets::Entity::find()
        .select_only()
        .column_as(C::Place.max(), "last")
        .filter(C::CallId.eq(call.0))
        .into_tuple()
        .one(tx.conn())
        .await?;
    let place = last.flatten().unwrap_or(0) + 1;
    let row = call_tickets::ActiveModel { call_id: Set(call.0), ticket_id: Set(ticket.0), place: Set(place) };
    let again = OnConflict::columns([C::CallId, C::TicketId]).update_column(C::Place).to_owned();
    call_tickets::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    search::forget_call(tx, call).await
}

/// The calls of a ticket, oldest first.
pub async fn calls_of(on: &impl Access, ticket: TicketId) -> Result<Vec<CallLine>, StoreError> {
    let linked = Query::select()
        .column(call_tickets::Column::CallId)
        .from(call_tickets::Entity)
        .and_where(Expr::col(call_tickets::Column::TicketId).eq(ticket.0))
        .to_owned();
    let rows = calls::Entity::find()
        .filter(calls::Column::Id.in_subquery(linked))
        .order_by_asc(calls::Column::ArrivedAt)
        .all(on.conn())
        .await?;
    let line = |call: calls::Model| CallLine {
        id: CallId(call.id),
        arrived_at: call.arrived_at,
        number: call.number,
        callback_number: call.callback_number,
        caller_name: call.caller_name,
        standing: call.caller_standing.as_deref().and_then(Standing::parse),
    };
    Ok(rows.into_iter().map(line).collect())
}
