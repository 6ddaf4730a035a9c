//! Searches and writes at an even pace: PostgreSQL's full-text index takes each document at once.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A list of documents still to be taken in is read through by every search, and taken in by whichever write
    /// happens to fill it: both wait for it now and then.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        fast_update(manager, "off").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        fast_update(manager, "on").await
    }
}

async fn fast_update(manager: &SchemaManager<'_>, to: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DatabaseBackend::Sqlite {
        return Ok(());
    }
    let connection = manager.get_connection();
    connection.execute_unprepared(&format!("ALTER INDEX ix_search_docs_tokens SET (fastupdate = {to})")).await?;
    connection.execute_unprepared("SELECT gin_clean_pending_list('ix_search_docs_tokens')").await.map(|_| ())
}
