//! Dossiers that were handed over, and authorities that asked for what the desk holds.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dossiers = vec![
            key(),
            id("ticket_id"),
            text("recipient"),
            maybe_id("firm_id"),
            text("recipient_name"),
            text("means"),
            text("consent_by"),
            json("content"),
            ColumnDef::new("password").binary().null().take(),
            at("made_at"),
            id("made_by"),
            maybe_at("told_at"),
            text("told_words"),
        ];
        create(manager, "dossiers", dossiers).await?;
        index(manager, "dossiers", &["ticket_id"], false).await?;
        let requests = vec![
            key(),
            id("ticket_id"),
            text("asks"),
            text("document"),
            text("wants"),
            text("agreed_by"),
            at("asked_at"),
            id("asked_to"),
            text("answer"),
            text("why"),
            maybe_at("answered_at"),
            maybe_id("answered_by"),
        ];
        create(manager, "authority_requests", requests).await?;
        index(manager, "authority_requests", &["ticket_id"], false).await?;
        index(manager, "authority_requests", &["answered_at"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["authority_requests", "dossiers"]).await
    }
}
