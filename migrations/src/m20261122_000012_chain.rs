//! The audit's chain: a digest of what each entry says, and quick ways to what isn't sealed and to the last seal.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Empty for entries from before: the sealer makes theirs.
        add_columns(manager, "audit_entries", vec![ColumnDef::new("digest").binary_len(32).null().take()]).await?;
        index(manager, "audit_entries", &["seq"], true).await?;
        let connection = manager.get_connection();
        connection
            .execute_unprepared("CREATE INDEX ix_audit_entries_unsealed ON audit_entries (id) WHERE seq IS NULL")
            .await?;

        // Who looked through the audit, until when, and what they noted.
        create(
            manager,
            "audit_reviews",
            vec![
                key(),
                at("from_at"),
                at("until_at"),
                id("reviewed_by"),
                at("reviewed_at"),
                text("note"),
                text("head"),
            ],
        )
        .await?;
        index(manager, "audit_reviews", &["until_at"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["audit_reviews"]).await?;
        let connection = manager.get_connection();
        for index in ["ix_audit_entries_unsealed", "ux_audit_entries_seq"] {
            connection.execute_unprepared(&format!("DROP INDEX {index}")).await?;
        }
        drop_columns(manager, "audit_entries", &["digest"]).await
    }
}
