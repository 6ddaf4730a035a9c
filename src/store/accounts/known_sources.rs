//! At which sources sign-in names have succeeded. Kept here, so that all instances know; digests only.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::store::entity::known_sources;
use crate::store::{Access, StoreError, Tx};

/// Whether this name has succeeded at this source, and that still counts.
pub async fn is_known(on: &impl Access, subject: [u8; 32], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let kept = known_sources::Entity::find_by_id(subject.to_vec()).filter(known_sources::Column::KnownUntil.gt(now));
    Ok(kept.count(on.conn()).await? > 0)
}

/// Notes that a name has succeeded at a source: known until then.
pub async fn remember(tx: &Tx, subject: [u8; 32], until: DateTime<Utc>) -> Result<(), StoreError> {
    let row = known_sources::ActiveModel { subject: Set(subject.to_vec()), known_until: Set(until) };
    let again =
        OnConflict::column(known_sources::Column::Subject).update_column(known_sources::Column::KnownUntil).to_owned();
    known_sources::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Forgets those that count no longer.
pub async fn forget_over(tx: &Tx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let over = known_sources::Column::KnownUntil.lte(now);
    Ok(known_sources::Entity::delete_many().filter(over).exec(tx.conn()).await?.rows_affected)
}
