//! Who has a ticket open. A page says so every few seconds; who hasn't said so for a while is gone.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::id::{AccountId, TicketId};
use crate::store::entity::presences;
use crate::store::{Access, StoreError, Tx};

/// Somebody has a ticket open, and types or doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// Who.
    pub account_id: AccountId,
    /// Whether something is being typed.
    pub typing: bool,
}

/// Notes that somebody has it open.
pub async fn put(tx: &Tx, id: Uuid, ticket: TicketId, who: &Presence, at: DateTime<Utc>) -> Result<(), StoreError> {
    use presences::Column as C;
    let row = presences::ActiveModel {
        id: Set(id),
        ticket_id: Set(ticket.0),
        account_id: Set(who.account_id.0),
        seen_at: Set(at),
        typing: Set(who.typing),
    };
    let again = OnConflict::columns([C::TicketId, C::AccountId]).update_columns([C::SeenAt, C::Typing]).to_owned();
    presences::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Who has it open since an instant, whoever came first first.
pub async fn of(on: &impl Access, ticket: TicketId, since: DateTime<Utc>) -> Result<Vec<Presence>, StoreError> {
    use presences::Column as C;
    let query = presences::Entity::find().filter(C::TicketId.eq(ticket.0)).filter(C::SeenAt.gte(since));
    let rows = query.order_by_asc(C::Id).all(on.conn()).await?;
    let presence = |row: presences::Model| Presence { account_id: AccountId(row.account_id), typing: row.typing };
    Ok(rows.into_iter().map(presence).collect())
}

/// Forgets who was there before an instant.
pub async fn forget_older(tx: &Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let gone = presences::Entity::delete_many().filter(presences::Column::SeenAt.lt(before)).exec(tx.conn()).await?;
    Ok(gone.rows_affected)
}

/// Forgets who had a ticket open.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    presences::Entity::delete_many().filter(presences::Column::TicketId.eq(ticket)).exec(tx.conn()).await?;
    Ok(())
}
