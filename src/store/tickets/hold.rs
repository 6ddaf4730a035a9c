//! Holds: reasons to keep a ticket beyond its period.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::id::{AccountId, HoldId, TicketId};
use crate::domain::tickets::hold::Hold;
use crate::store::entity::holds;
use crate::store::{Access, StoreError, Tx};

fn hold(row: holds::Model) -> Hold {
    Hold {
        id: HoldId(row.id),
        ticket_id: TicketId(row.ticket_id),
        reason: row.reason,
        note: row.note,
        placed_at: row.placed_at,
        placed_by: AccountId(row.placed_by),
        lifted: row.lifted_at.zip(row.lifted_by.map(AccountId)),
    }
}

/// Places a hold.
///
/// # Errors
/// `Duplicate` when one stands for the same reason.
pub async fn place(tx: &Tx, new: &Hold) -> Result<(), StoreError> {
    let row = holds::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.0),
        reason: Set(new.reason.clone()),
        note: Set(new.note.clone()),
        placed_at: Set(new.placed_at),
        placed_by: Set(new.placed_by.0),
        lifted_at: Set(new.lifted.map(|(at, _)| at)),
        lifted_by: Set(new.lifted.map(|(_, by)| by.0)),
    };
    holds::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A hold of a ticket.
pub async fn find(on: &impl Access, ticket: TicketId, id: HoldId) -> Result<Option<Hold>, StoreError> {
    let query = holds::Entity::find_by_id(id.0).filter(holds::Column::TicketId.eq(ticket.0));
    Ok(query.one(on.conn()).await?.map(hold))
}

/// Lifts a hold; false when it was already.
pub async fn lift(tx: &Tx, id: HoldId, at: DateTime<Utc>, by: AccountId) -> Result<bool, StoreError> {
    let done = holds::Entity::update_many()
        .col_expr(holds::Column::LiftedAt, Expr::value(Some(at)))
        .col_expr(holds::Column::LiftedBy, Expr::value(Some(by.0)))
        .filter(holds::Column::Id.eq(id.0))
        .filter(holds::Column::LiftedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// A ticket's holds, oldest first.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<Hold>, StoreError> {
    let query = holds::Entity::find().filter(holds::Column::TicketId.eq(ticket.0));
    let rows = query.order_by_asc(holds::Column::PlacedAt).all(on.conn()).await?;
    Ok(rows.into_iter().map(hold).collect())
}

/// Takes the words out of a ticket's holds.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    let all = holds::Entity::update_many().filter(holds::Column::TicketId.eq(ticket));
    all.col_expr(holds::Column::Note, Expr::value("")).exec(tx.conn()).await?;
    Ok(())
}
