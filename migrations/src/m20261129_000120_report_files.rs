//! The files of a report as they were published, to the byte; the sentences that say why a number moved; and cases unit by
//! unit.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let files = vec![text("period"), text("form"), ColumnDef::new("bytes").binary().not_null().take()];
        create_keyed(manager, "report_files", files, &["period", "form"]).await?;
        let explained = text("explained").default("[]").take();
        manager.alter_table(Table::alter().table("reports").add_column(explained).to_owned()).await?;
        index(manager, "report_cases", &["unit", "month"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_report_cases_unit_month").table("report_cases").to_owned()).await?;
        manager.alter_table(Table::alter().table("reports").drop_column("explained").to_owned()).await?;
        drop(manager, &["report_files"]).await
    }
}
