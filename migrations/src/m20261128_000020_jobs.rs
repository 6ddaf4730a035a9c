//! What is kept of the runs of each job, server by server.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_keyed(
            manager,
            "job_runs",
            vec![
                text("job"),
                // Empty for what one server does for all.
                text("place"),
                at("began_at"),
                maybe_at("ended_at"),
                maybe_at("succeeded_at"),
                maybe_at("failed_at"),
                maybe_text("fault"),
                number("faults"),
                at("next_at"),
            ],
            &["job", "place"],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["job_runs"]).await
    }
}
