//! What somebody is typing into the boxes of a ticket's page.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns =
            vec![id("account_id"), text("form"), text("field"), id("ticket_id"), text("words"), at("saved_at")];
        create_keyed(manager, "drafts", columns, &["account_id", "form", "field"]).await?;
        index(manager, "drafts", &["ticket_id"], false).await?;
        index(manager, "drafts", &["saved_at"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["drafts"]).await
    }
}
