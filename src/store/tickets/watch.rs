//! Tickets that people watch without owning them.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, TicketId};
use crate::store::entity::watches;
use crate::store::{Access, StoreError, Tx};

/// The most that somebody watches.
pub const MOST: u64 = 200;

/// Begins to watch; nothing where one does already.
pub async fn begin(tx: &Tx, id: Uuid, ticket: TicketId, who: AccountId, at: DateTime<Utc>) -> Result<(), StoreError> {
    use watches::Column as C;
    let row = watches::ActiveModel {
        id: Set(id),
        ticket_id: Set(ticket.0),
        account_id: Set(who.0),
        since: Set(at),
        seen_at: Set(at),
    };
    let there = OnConflict::columns([C::AccountId, C::TicketId]).do_nothing().to_owned();
    watches::Entity::insert_many([row]).on_conflict(there).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Ends it.
pub async fn end(tx: &Tx, ticket: TicketId, who: AccountId) -> Result<(), StoreError> {
    use watches::Column as C;
    let theirs = watches::Entity::delete_many().filter(C::AccountId.eq(who.0)).filter(C::TicketId.eq(ticket.0));
    theirs.exec(tx.conn()).await?;
    Ok(())
}

/// Notes that one looked at it; false when one doesn't watch it.
pub async fn seen(tx: &Tx, ticket: TicketId, who: AccountId, at: DateTime<Utc>) -> Result<bool, StoreError> {
    use watches::Column as C;
    let done = watches::Entity::update_many()
        .col_expr(C::SeenAt, Expr::value(at))
        .filter(C::AccountId.eq(who.0))
        .filter(C::TicketId.eq(ticket.0))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Whether somebody watches it.
pub async fn is(on: &impl Access, ticket: TicketId, who: AccountId) -> Result<bool, StoreError> {
    use watches::Column as C;
    let query = watches::Entity::find().filter(C::AccountId.eq(who.0)).filter(C::TicketId.eq(ticket.0));
    Ok(query.limit(1).all(on.conn()).await?.len() == 1)
}

/// What somebody watches, and when they looked at it last; the newest first.
pub async fn of(on: &impl Access, who: AccountId) -> Result<Vec<(TicketId, DateTime<Utc>)>, StoreError> {
    use watches::Column as C;
    let query = watches::Entity::find().filter(C::AccountId.eq(who.0)).order_by_desc(C::Id).limit(MOST);
    Ok(query.all(on.conn()).await?.into_iter().map(|row| (TicketId(row.ticket_id), row.seen_at)).collect())
}

/// Forgets who watched a ticket.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    watches::Entity::delete_many().filter(watches::Column::TicketId.eq(ticket)).exec(tx.conn()).await?;
    Ok(())
}
