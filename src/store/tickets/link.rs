//! Which calls concern which tickets.

use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
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
    let next = Query::select()
        .expr(Expr::val(call.0))
        .expr(Expr::val(ticket.0))
        .expr(Func::coalesce([Expr::col(C::Place).max(), Expr::val(0)]).add(1))
        .from(call_tickets::Entity)
        .and_where(Expr::col(C::CallId).eq(call.0))
        .to_owned();
    let again = OnConflict::columns([C::CallId, C::TicketId]).update_column(C::Place).to_owned();
    let mut tie = Query::insert();
    tie.into_table(call_tickets::Entity).columns([C::CallId, C::TicketId, C::Place]).on_conflict(again);
    tie.select_from(next).map_err(|fault| DbErr::Custom(fault.to_string()))?;
    tx.conn().execute(&tie).await?;
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
