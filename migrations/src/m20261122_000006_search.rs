//! The search index of tickets: one document a ticket, bigram tokens in the engine's own full-text index.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `number` is the ticket's; `body` the normalised text, against which hits are checked again.
        create(
            manager,
            "search_docs",
            vec![ColumnDef::new("number").big_integer().not_null().primary_key().take(), text("body")],
        )
        .await?;
        let connection = manager.get_connection();
        match manager.get_database_backend() {
            DatabaseBackend::Sqlite => {
                connection
                    .execute_unprepared(
                        "CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='', contentless_delete=1, \
                     detail=none, tokenize=\"unicode61 remove_diacritics 0\")",
                    )
                    .await?;
            }
            _ => {
                connection.execute_unprepared("ALTER TABLE search_docs ADD COLUMN tokens tsvector").await?;
                connection
                    .execute_unprepared("CREATE INDEX ix_search_docs_tokens ON search_docs USING gin (tokens)")
                    .await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Sqlite {
            manager.get_connection().execute_unprepared("DROP TABLE search_index").await?;
        }
        drop(manager, &["search_docs"]).await
    }
}
