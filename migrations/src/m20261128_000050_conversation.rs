//! A conversation about several clinics: each clinic has its own record, which names the first of the conversation.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let part = ColumnDef::new("part").big_integer().not_null().default(1).take();
        add_columns(manager, "calls", vec![maybe_id("part_of"), part]).await?;
        index(manager, "calls", &["part_of", "part"], true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ux_calls_part_of_part").table("calls").to_owned()).await?;
        drop_columns(manager, "calls", &["part", "part_of"]).await
    }
}
