//! How associations' exports are read, by name and version, and with which an import was.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![text("name"), number("version"), text("toml"), at("saved_at"), maybe_id("saved_by")];
        create_keyed(manager, "directory_mappings", columns, &["name", "version"]).await?;
        add_columns(manager, "directory_imports", vec![later_text("mapping")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "directory_imports", &["mapping"]).await?;
        drop(manager, &["directory_mappings"]).await
    }
}
