//! The remote sessions that run now are few among many: found without reading through them all.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let running = "CREATE INDEX ix_remote_sessions_running ON remote_sessions (started_at) WHERE ended_at IS NULL";
        manager.get_connection().execute_unprepared(running).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX ix_remote_sessions_running").await?;
        Ok(())
    }
}
