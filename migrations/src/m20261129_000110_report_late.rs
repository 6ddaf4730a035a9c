//! Which tickets reports have counted, so that what is found later is counted once; how care was affected, whether there
//! is a backup and how long a case took; what the line did in a month.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ADDED: [&str; 3] = ["effect", "backup", "close_time"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, "report_counted", vec![id("ticket_id").primary_key().take()]).await?;
        for name in ADDED {
            let column = text(name).default("不明").take();
            manager.alter_table(Table::alter().table("report_cases").add_column(column).to_owned()).await?;
        }
        let service = Table::alter().table("report_cuts").add_column(maybe_text("service")).to_owned();
        manager.alter_table(service).await?;
        let counted = "INSERT INTO report_counted (ticket_id) SELECT ticket_id FROM report_cases";
        manager.get_connection().execute_unprepared(counted).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ADDED {
            let gone = Table::alter().table("report_cases").drop_column(name).to_owned();
            manager.alter_table(gone).await?;
        }
        let gone = Table::alter().table("report_cuts").drop_column("service").to_owned();
        manager.alter_table(gone).await?;
        drop(manager, &["report_counted"]).await
    }
}
