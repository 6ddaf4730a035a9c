//! A token is tied to the person who answers for it: who made it, or who was named at the console.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "created_by", "person_id").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "person_id", "created_by").await
    }
}

async fn rename(manager: &SchemaManager<'_>, from: &str, to: &str) -> Result<(), DbErr> {
    let sql = format!("ALTER TABLE tokens RENAME COLUMN {from} TO {to}");
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}
