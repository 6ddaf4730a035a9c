//! What takes imports of the directory back, and what was looked at before one.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::store::entity::{directory_previews, directory_undos};
use crate::store::{Access, StoreError, Tx};

/// Imports that can be taken back, one after the other.
const KEPT: usize = 3;

/// Keeps what takes an import back, packed, beside those of the last few before.
pub async fn keep_undo(tx: &Tx, version: i64, packed: Vec<u8>) -> Result<(), StoreError> {
    let row = directory_undos::ActiveModel { version: Set(version), packed: Set(packed) };
    directory_undos::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    let newest = directory_undos::Entity::find().select_only().column(directory_undos::Column::Version);
    let newest: Vec<i64> = newest.order_by_desc(directory_undos::Column::Version).into_tuple().all(tx.conn()).await?;
    match newest.get(KEPT) {
        Some(oldest) => forget_undos(tx, *oldest).await,
        None => Ok(()),
    }
}

/// What takes an import back, packed, if it's kept.
pub async fn undo(on: &impl Access, version: i64) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(directory_undos::Entity::find_by_id(version).one(on.conn()).await?.map(|row| row.packed))
}

/// The last import that can be taken back: all after it are already, or are what took them back.
pub async fn last_undo(on: &impl Access) -> Result<Option<i64>, StoreError> {
    use directory_undos::Column as C;
    let query = directory_undos::Entity::find().select_only().column_as(C::Version.max(), "last");
    Ok(query.into_tuple().one(on.conn()).await?.flatten())
}

/// An import was taken back.
pub async fn undone(tx: &Tx, version: i64) -> Result<(), StoreError> {
    directory_undos::Entity::delete_by_id(version).exec(tx.conn()).await?;
    Ok(())
}

/// Forgets what takes an import back, and those before.
pub(super) async fn forget_undos(tx: &Tx, until: i64) -> Result<(), StoreError> {
    directory_undos::Entity::delete_many().filter(directory_undos::Column::Version.lte(until)).exec(tx.conn()).await?;
    Ok(())
}

/// What somebody looked at before an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// SHA-256 of the file.
    pub file_hash: [u8; 32],
    /// The day the association exported it.
    pub exported_on: NaiveDate,
    /// The version that the import would make.
    pub version: i64,
    /// Pairs that it would let go.
    pub gone: i64,
}

/// Remembers what somebody looked at, in place of what they looked at before.
pub async fn keep_preview(tx: &Tx, by: Uuid, preview: &Preview, at: DateTime<Utc>) -> Result<(), StoreError> {
    use directory_previews::Column as C;
    let row = directory_previews::ActiveModel {
        account_id: Set(by),
        file_hash: Set(preview.file_hash.to_vec()),
        exported_on: Set(preview.exported_on),
        version: Set(preview.version),
        gone: Set(preview.gone),
        looked_at: Set(at),
    };
    let anew = OnConflict::column(C::AccountId)
        .update_columns([C::FileHash, C::ExportedOn, C::Version, C::Gone, C::LookedAt])
        .to_owned();
    directory_previews::Entity::insert(row).on_conflict(anew).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// What somebody looked at last, if anything.
pub async fn preview(on: &impl Access, by: Uuid) -> Result<Option<Preview>, StoreError> {
    let row = directory_previews::Entity::find_by_id(by).one(on.conn()).await?;
    Ok(row.map(|row| Preview {
        file_hash: row.file_hash.try_into().unwrap_or_default(),
        exported_on: row.exported_on,
        version: row.version,
        gone: row.gone,
    }))
}
