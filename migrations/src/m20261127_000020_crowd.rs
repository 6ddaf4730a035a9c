//! At which sources a sign-in name has succeeded, so that strangers' failures don't hold up its owner there.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `subject` is the digest of a name and a source's address together: neither can be read from it.
        create(
            manager,
            "known_sources",
            vec![ColumnDef::new("subject").binary_len(32).not_null().primary_key().take(), at("known_until")],
        )
        .await?;
        index(manager, "known_sources", &["known_until"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["known_sources"]).await
    }
}
