//! Memberships to be confirmed are looked at again with each new directory.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The newest version of the directory that the task was looked at with.
        let column = ColumnDef::new("looked_at").big_integer().not_null().default(0).take();
        add_columns(manager, "tasks", vec![column]).await?;
        manager
            .get_connection()
            .execute_unprepared("CREATE INDEX ix_tasks_open ON tasks (looked_at) WHERE done_at IS NULL")
            .await
            .map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX ix_tasks_open").await?;
        drop_columns(manager, "tasks", &["looked_at"]).await
    }
}
