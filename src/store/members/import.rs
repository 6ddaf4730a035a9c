//! Imports of the directory: which there were, and one at a time.

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use crate::domain::members::import_record::ImportRecord;
use crate::store::entity::{category_periods, directory_imports, facilities, members, tenures};
use crate::store::{Access, Store, StoreError, Tx, dialect};

fn import(row: directory_imports::Model) -> ImportRecord {
    ImportRecord {
        version: row.version,
        file_name: row.file_name,
        file_hash: row.file_hash.try_into().unwrap_or_default(),
        exported_on: row.exported_on,
        encoding: row.encoding,
        mapping: row.mapping,
        rows: row.rows,
        added: row.added,
        changed: row.changed,
        gone: row.gone,
        unchanged: row.unchanged,
        repaired: row.repaired,
        rejected: row.rejected,
        imported_at: row.imported_at,
    }
}

/// Keeps other imports out, of this process and others, until it's dropped; `None` while another one is at work.
pub async fn lock(store: &Store) -> Result<Option<ImportLock>, StoreError> {
    Ok(dialect::lock_import(&store.write, store.file.as_deref()).await?.map(ImportLock))
}

/// Held by the one import that is at work.
pub struct ImportLock(#[expect(dead_code, reason = "it is held, not used")] dialect::Turn);

/// Takes away what an import that was killed left behind, at most so many rows; how many it took.
pub async fn clear_unseen(tx: &Tx, version: i64, limit: u64) -> Result<u64, StoreError> {
    let mut gone =
        some_unseen::<members::Entity>(tx, members::Column::Id, members::Column::SinceVersion, version, limit).await?;
    use {category_periods as p, facilities as f, tenures as t};
    gone += some_unseen::<f::Entity>(tx, f::Column::Id, f::Column::SinceVersion, version, limit).await?;
    gone += some_unseen::<t::Entity>(tx, t::Column::Id, t::Column::SinceVersion, version, limit).await?;
    gone += some_unseen::<p::Entity>(tx, p::Column::Id, p::Column::SinceVersion, version, limit).await?;
    Ok(gone)
}

async fn some_unseen<E: EntityTrait>(
    tx: &Tx,
    id: E::Column,
    since: E::Column,
    version: i64,
    limit: u64,
) -> Result<u64, StoreError> {
    let some = E::find().select_only().column(id).filter(since.gt(version)).limit(limit).into_query();
    Ok(E::delete_many().filter(id.in_subquery(some)).exec(tx.conn()).await?.rows_affected)
}

/// The latest import, if there ever was one.
pub async fn latest_import(on: &impl Access) -> Result<Option<ImportRecord>, StoreError> {
    let row =
        directory_imports::Entity::find().order_by_desc(directory_imports::Column::Version).one(on.conn()).await?;
    Ok(row.map(import))
}

/// All imports, newest first.
pub async fn imports(on: &impl Access) -> Result<Vec<ImportRecord>, StoreError> {
    let query = directory_imports::Entity::find().order_by_desc(directory_imports::Column::Version);
    Ok(query.all(on.conn()).await?.into_iter().map(import).collect())
}

/// Adds the record of an import.
pub async fn add_import(tx: &Tx, new: &ImportRecord, by: Option<Uuid>) -> Result<(), StoreError> {
    let row = directory_imports::ActiveModel {
        version: Set(new.version),
        file_name: Set(new.file_name.clone()),
        file_hash: Set(new.file_hash.to_vec()),
        exported_on: Set(new.exported_on),
        encoding: Set(new.encoding.clone()),
        mapping: Set(new.mapping.clone()),
        rows: Set(new.rows),
        added: Set(new.added),
        changed: Set(new.changed),
        gone: Set(new.gone),
        unchanged: Set(new.unchanged),
        repaired: Set(new.repaired),
        rejected: Set(new.rejected),
        imported_at: Set(new.imported_at),
        imported_by: Set(by),
    };
    directory_imports::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}
