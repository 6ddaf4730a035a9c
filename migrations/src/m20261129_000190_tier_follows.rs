//! Which tier a case reached follows from its outcome; what was kept of it by itself goes.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "report_cases", &["tier"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "report_cases", vec![ColumnDef::new("tier").text().not_null().default("1").take()]).await
    }
}
