//! The search index of calls that led to no ticket: one document a call, beside that of the tickets.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `number` sorts by when the call ended and is the row of the index; `body` the normalised text.
        create(
            manager,
            "call_docs",
            vec![
                ColumnDef::new("number").big_integer().not_null().auto_increment().primary_key().take(),
                id("call_id"),
                text("body"),
            ],
        )
        .await?;
        index(manager, "call_docs", &["call_id"], true).await?;
        let connection = manager.get_connection();
        match manager.get_database_backend() {
            DatabaseBackend::Sqlite => {
                connection
                    .execute_unprepared(
                        "CREATE VIRTUAL TABLE call_index USING fts5(tokens, content='', contentless_delete=1, \
                     detail=none, tokenize=\"unicode61 remove_diacritics 0\")",
                    )
                    .await?;
            }
            _ => {
                connection.execute_unprepared("ALTER TABLE call_docs ADD COLUMN tokens tsvector").await?;
                connection
                    .execute_unprepared("CREATE INDEX ix_call_docs_tokens ON call_docs USING gin (tokens)")
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Sqlite {
            manager.get_connection().execute_unprepared("DROP TABLE call_index").await?;
        }
        drop(manager, &["call_docs"]).await
    }
}
