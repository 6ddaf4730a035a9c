//! The files of the directory, so that the one before can be brought back, and what was looked at before an import.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let bytes = |name| ColumnDef::new(name).binary().not_null().take();
        let version = number("version").primary_key().take();
        create(manager, "directory_files", vec![version, bytes("packed")]).await?;
        let looked = vec![
            id("account_id").primary_key().take(),
            bytes("file_hash"),
            day("exported_on"),
            number("version"),
            number("gone"),
            at("looked_at"),
        ];
        create(manager, "directory_previews", looked).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["directory_previews", "directory_files"]).await
    }
}
