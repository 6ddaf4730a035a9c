//! Hand-overs of shifts.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use crate::domain::desks::handover::Handover;
use crate::domain::id::{AccountId, HandoverId};
use crate::store::entity::handovers;
use crate::store::{Access, StoreError, Tx};

fn handover(row: handovers::Model) -> Result<Handover, StoreError> {
    Ok(Handover {
        id: HandoverId(row.id),
        signed_at: row.signed_at,
        signed_by: AccountId(row.signed_by),
        words: row.words,
        left: serde_json::from_value(row.left_over).map_err(|_| StoreError::Corrupt("handovers.left_over"))?,
        taken_at: row.taken_at,
        taken_by: row.taken_by.map(AccountId),
    })
}

/// Keeps one that was signed.
pub async fn add(tx: &Tx, new: &Handover) -> Result<(), StoreError> {
    let row = handovers::ActiveModel {
        id: Set(new.id.0),
        signed_at: Set(new.signed_at),
        signed_by: Set(new.signed_by.0),
        words: Set(new.words.clone()),
        left_over: Set(json!(new.left)),
        taken_at: Set(new.taken_at),
        taken_by: Set(new.taken_by.map(|by| by.0)),
    };
    handovers::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Notes who took one; false when somebody had.
pub async fn take(tx: &Tx, id: HandoverId, at: DateTime<Utc>, by: AccountId) -> Result<bool, StoreError> {
    use handovers::Column as C;
    let done = handovers::Entity::update_many()
        .col_expr(C::TakenAt, Expr::value(Some(at)))
        .col_expr(C::TakenBy, Expr::value(Some(by.0)))
        .filter(C::Id.eq(id.0))
        .filter(C::TakenAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// One of them.
pub async fn find(on: &impl Access, id: HandoverId) -> Result<Option<Handover>, StoreError> {
    handovers::Entity::find_by_id(id.0).one(on.conn()).await?.map(handover).transpose()
}

/// The one that was signed last.
pub async fn last(on: &impl Access) -> Result<Option<Handover>, StoreError> {
    use handovers::Column as C;
    let query = handovers::Entity::find().order_by_desc(C::SignedAt).order_by_desc(C::Id);
    query.one(on.conn()).await?.map(handover).transpose()
}

/// Those that nobody has taken, and the last ones that somebody has; the newest first.
pub async fn recent(on: &impl Access, since: DateTime<Utc>) -> Result<Vec<Handover>, StoreError> {
    use handovers::Column as C;
    let shown = Condition::any().add(C::TakenAt.is_null()).add(C::SignedAt.gte(since));
    let query = handovers::Entity::find().filter(shown).order_by_desc(C::SignedAt).order_by_desc(C::Id).limit(20);
    query.all(on.conn()).await?.into_iter().map(handover).collect()
}

/// Removes those that were signed before an instant.
pub async fn forget_before(tx: &Tx, at: DateTime<Utc>) -> Result<u64, StoreError> {
    use handovers::Column as C;
    let gone = handovers::Entity::delete_many().filter(C::SignedAt.lt(at)).exec(tx.conn()).await?;
    Ok(gone.rows_affected)
}
