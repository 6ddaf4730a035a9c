//! The files in which readings wait while the database can't be written: known here, so that a lost one is found.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, "journals", vec![key(), text("place"), at("opened_at"), at("seen_at"), maybe_at("closed_at")])
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["journals"]).await
    }
}
