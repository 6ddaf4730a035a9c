//! Hand-overs of shifts.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let handovers = vec![
            key(),
            at("signed_at"),
            id("signed_by"),
            text("words"),
            // How much was left, counted.
            json("left_over"),
            maybe_at("taken_at"),
            maybe_id("taken_by"),
        ];
        create(manager, "handovers", handovers).await?;
        index(manager, "handovers", &["signed_at"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["handovers"]).await
    }
}
