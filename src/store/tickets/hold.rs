//! Holds: reasons to keep a ticket beyond its period.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::id::{HoldId, TicketId};
use crate::store::entity::holds;
use crate::store::{Access, StoreError, Tx};

/// A hold as kept.
pub use holds::Model as Hold;

/// Places a hold.
///
/// # Errors
/// `Duplicate` when one stands for the same reason.
pub async fn place(tx: &Tx, new: Hold) -> Result<(), StoreError> {
    let row = holds::ActiveModel {
        id: Set(new.id),
        ticket_id: Set(new.ticket_id),
        reason: Set(new.reason),
        note: Set(new.note),
        placed_at: Set(new.placed_at),
        placed_by: Set(new.placed_by),
        lifted_at: Set(new.lifted_at),
        lifted_by: Set(new.lifted_by),
    };
    holds::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A hold of a ticket.
pub async fn find(on: &impl Access, ticket: TicketId, id: HoldId) -> Result<Option<Hold>, StoreError> {
    let query = holds::Entity::find_by_id(id.0).filter(holds::Column::TicketId.eq(ticket.0));
    Ok(query.one(on.conn()).await?)
}

/// Lifts a hold; false when it was already.
pub async fn lift(tx: &Tx, id: HoldId, at: DateTime<Utc>, by: Uuid) -> Result<bool, StoreError> {
    let done = holds::Entity::update_many()
        .col_expr(holds::Column::LiftedAt, Expr::value(Some(at)))
        .col_expr(holds::Column::LiftedBy, Expr::value(Some(by)))
        .filter(holds::Column::Id.eq(id.0))
        .filter(holds::Column::LiftedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// A ticket's holds, oldest first.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<Hold>, StoreError> {
    let query = holds::Entity::find().filter(holds::Column::TicketId.eq(ticket.0));
    Ok(query.order_by_asc(holds::Column::PlacedAt).all(on.conn()).await?)
}
