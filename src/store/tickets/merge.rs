//! Tickets of one matter.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::id::{AccountId, MergeId, TicketId};
use crate::domain::tickets::merge::Merge;
use crate::store::entity::merges;
use crate::store::{Access, StoreError, Tx};

/// Adds one.
pub async fn add(tx: &Tx, new: &Merge) -> Result<(), StoreError> {
    let row = merges::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.0),
        into_id: Set(new.into_id.0),
        why: Set(new.why.clone()),
        merged_at: Set(new.merged_at),
        merged_by: Set(new.merged_by.0),
        undone_at: Set(None),
        undone_by: Set(None),
    };
    merges::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// What stands in a ticket now, the first first.
pub async fn into(on: &impl Access, into: TicketId) -> Result<Vec<Merge>, StoreError> {
    use merges::Column as C;
    let query = merges::Entity::find().filter(C::IntoId.eq(into.0)).filter(C::UndoneAt.is_null());
    let merge = |row: merges::Model| Merge {
        id: MergeId(row.id),
        ticket_id: TicketId(row.ticket_id),
        into_id: TicketId(row.into_id),
        why: row.why,
        merged_at: row.merged_at,
        merged_by: AccountId(row.merged_by),
    };
    Ok(query.order_by_asc(C::Id).all(on.conn()).await?.into_iter().map(merge).collect())
}

/// Undoes the one that stands for a ticket; false when none does.
pub async fn undo(tx: &Tx, ticket: TicketId, at: DateTime<Utc>, by: AccountId) -> Result<bool, StoreError> {
    use merges::Column as C;
    let done = merges::Entity::update_many()
        .col_expr(C::UndoneAt, Expr::value(Some(at)))
        .col_expr(C::UndoneBy, Expr::value(Some(by.0)))
        .filter(C::TicketId.eq(ticket.0))
        .filter(C::UndoneAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes people's words out.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use merges::Column as C;
    let all = merges::Entity::update_many().col_expr(C::Why, Expr::value(""));
    all.filter(C::TicketId.eq(ticket)).exec(tx.conn()).await?;
    Ok(())
}
