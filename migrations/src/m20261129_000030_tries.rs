//! Call-backs that were tried in vain.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tries = ColumnDef::new("tries").big_integer().not_null().default(0).take();
        add_columns(manager, "callbacks", vec![tries, maybe_at("tried_at"), later_text("tried_as")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "callbacks", &["tries", "tried_at", "tried_as"]).await
    }
}
