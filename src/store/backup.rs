//! What a backup needs of the memory: the database as a whole.

use std::path::Path;

use super::dialect::whole;
use super::{Store, StoreError};

/// The last migration that this version knows.
pub fn schema() -> String {
    use migrations::{Migrator, MigratorTrait};
    Migrator::migrations().last().map(|migration| migration.name().to_owned()).unwrap_or_default()
}

/// Whether this version knows a migration.
pub fn knows(schema: &str) -> bool {
    use migrations::{Migrator, MigratorTrait};
    Migrator::migrations().iter().any(|migration| migration.name() == schema)
}

/// `sqlite` or `postgres`.
pub fn engine(store: &Store) -> &'static str {
    whole::name(store.write.pool())
}

/// Copies a SQLite database as it stands into a new file.
pub async fn copy(store: &Store, to: &Path) -> Result<(), StoreError> {
    let to = to.to_str().ok_or(StoreError::Unreachable("バックアップ先の名前に使えない文字があります".into()))?;
    Ok(whole::copy(store.write.pool(), to).await?)
}

/// Whether the database holds together.
pub async fn is_whole(store: &Store) -> Result<bool, StoreError> {
    Ok(whole::is_whole(store.write.pool()).await?)
}

/// Whether a PostgreSQL database holds nothing yet.
pub async fn is_bare(url: &str) -> Result<bool, StoreError> {
    whole::is_bare(url).await
}

/// Takes everything out of a PostgreSQL database that was bare before.
pub async fn clear(url: &str) -> Result<(), StoreError> {
    whole::clear(url).await
}
