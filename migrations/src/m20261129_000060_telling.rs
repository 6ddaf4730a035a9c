//! The lines of a long timeline that tell where its ticket stands are found without reading the others.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// Notes, which make a timeline long, cost the index nothing.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX ix_entries_telling ON entries (ticket_id) \
            WHERE kind IN ('card', 'changed', 'opened', 'transition')";
        manager.get_connection().execute_unprepared(index).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX ix_entries_telling").await.map(|_| ())
    }
}
