//! In which order a call was tied to its tickets: the last one is where it is recorded.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let place = ColumnDef::new("place").big_integer().not_null().default(0).take();
        add_columns(manager, "call_tickets", vec![place]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "call_tickets", &["place"]).await
    }
}
