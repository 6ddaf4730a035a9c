//! How associations' exports are read.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::store::entity::directory_mappings;
use crate::store::entity::directory_mappings::Column as C;
use crate::store::{Access, StoreError, Tx};

/// A mapping as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMapping {
    /// Its name.
    pub name: String,
    /// Which of those of that name.
    pub version: i64,
    /// What it says.
    pub toml: String,
    /// When it was saved.
    pub saved_at: DateTime<Utc>,
}

fn mapping(row: directory_mappings::Model) -> KeptMapping {
    KeptMapping { name: row.name, version: row.version, toml: row.toml, saved_at: row.saved_at }
}

/// The latest of each name, in the order of the names.
pub async fn mappings(on: &impl Access) -> Result<Vec<KeptMapping>, StoreError> {
    let query = directory_mappings::Entity::find().order_by_asc(C::Name).order_by_desc(C::Version);
    let mut latest: Vec<KeptMapping> = query.all(on.conn()).await?.into_iter().map(mapping).collect();
    latest.dedup_by(|next, first| next.name == first.name);
    Ok(latest)
}

/// The latest of a name.
pub async fn mapping_named(on: &impl Access, name: &str) -> Result<Option<KeptMapping>, StoreError> {
    let query = directory_mappings::Entity::find().filter(C::Name.eq(name)).order_by_desc(C::Version);
    Ok(query.one(on.conn()).await?.map(mapping))
}

/// Adds a version.
pub async fn add_mapping(tx: &Tx, new: &KeptMapping, by: Option<Uuid>) -> Result<(), StoreError> {
    let row = directory_mappings::ActiveModel {
        name: Set(new.name.clone()),
        version: Set(new.version),
        toml: Set(new.toml.clone()),
        saved_at: Set(new.saved_at),
        saved_by: Set(by),
    };
    directory_mappings::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}
