//! What a clinic keeps as evidence.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let items = vec![
            key(),
            id("ticket_id"),
            text("item"),
            text("label"),
            text("place"),
            text("holder"),
            text("state"),
            text("handed_to"),
            maybe_at("handed_at"),
            number("version"),
            at("told_at"),
            id("told_to"),
        ];
        create(manager, "evidence_items", items).await?;
        index(manager, "evidence_items", &["ticket_id"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["evidence_items"]).await
    }
}
