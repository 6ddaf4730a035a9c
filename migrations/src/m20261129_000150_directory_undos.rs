//! What takes an import of the directory back, in place of the file of the import before: that file knows nothing of those
//! whose rows it had to keep out, nor of what earlier imports had shown of a member's categories.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["directory_files"]).await?;
        let columns = vec![number("version").primary_key().take(), bytes("packed")];
        create(manager, "directory_undos", columns).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["directory_undos"]).await?;
        create(manager, "directory_files", vec![number("version").primary_key().take(), bytes("packed")]).await
    }
}

fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary().not_null().take()
}
