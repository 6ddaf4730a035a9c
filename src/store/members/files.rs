//! The files of the directory that can be brought back, and what was looked at before an import.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::store::entity::{directory_files, directory_previews};
use crate::store::{Access, StoreError, Tx};

/// Keeps the file of an import, packed, beside the one before; older ones go.
pub async fn keep_file(tx: &Tx, version: i64, packed: Vec<u8>) -> Result<(), StoreError> {
    use directory_files::Column as C;
    directory_files::Entity::delete_many().filter(C::Version.lt(version - 1)).exec(tx.conn()).await?;
    let row = directory_files::ActiveModel { version: Set(version), packed: Set(packed) };
    directory_files::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The file of an import, packed, if it's kept.
pub async fn file(on: &impl Access, version: i64) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(directory_files::Entity::find_by_id(version).one(on.conn()).await?.map(|row| row.packed))
}

/// Whether the file of an import is kept.
pub async fn has_file(on: &impl Access, version: i64) -> Result<bool, StoreError> {
    Ok(directory_files::Entity::find_by_id(version).count(on.conn()).await? > 0)
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
