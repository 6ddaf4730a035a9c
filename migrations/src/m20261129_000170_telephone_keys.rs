//! A call's number stands beside the key of its line; how far what was kept by older foldings is written anew.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "number_digits", "number_key").await?;
        let columns = vec![text("shelf"), number("folding"), text("after")];
        create_keyed(manager, "foldings", columns, &["shelf"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["foldings"]).await?;
        rename(manager, "number_key", "number_digits").await
    }
}

async fn rename(manager: &SchemaManager<'_>, from: &'static str, to: &'static str) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table("calls").rename_column(from, to).to_owned()).await
}
