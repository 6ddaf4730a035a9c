//! Working together: who looks at a ticket, what is asked of whoever is on the phone, tickets of one matter, tickets
//! that people watch.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let presences = vec![key(), id("ticket_id"), id("account_id"), at("seen_at"), flag("typing")];
        create(manager, "presences", presences).await?;
        index(manager, "presences", &["ticket_id", "account_id"], true).await?;
        index(manager, "presences", &["seen_at"], false).await?;
        let questions = vec![
            key(),
            id("call_id"),
            text("words"),
            at("asked_at"),
            id("asked_by"),
            text("answer"),
            maybe_at("answered_at"),
            maybe_id("answered_by"),
        ];
        create(manager, "questions", questions).await?;
        index(manager, "questions", &["call_id"], false).await?;
        let merges = vec![
            key(),
            id("ticket_id"),
            id("into_id"),
            text("why"),
            at("merged_at"),
            id("merged_by"),
            maybe_at("undone_at"),
            maybe_id("undone_by"),
        ];
        create(manager, "merges", merges).await?;
        index(manager, "merges", &["ticket_id"], false).await?;
        index(manager, "merges", &["into_id"], false).await?;
        add_columns(manager, "tickets", vec![maybe_id("merged_into")]).await?;
        index(manager, "tickets", &["merged_into"], false).await?;
        let watches = vec![key(), id("ticket_id"), id("account_id"), at("since"), at("seen_at")];
        create(manager, "watches", watches).await?;
        index(manager, "watches", &["account_id", "ticket_id"], true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "tickets", &["merged_into"]).await?;
        drop(manager, &["watches", "merges", "questions", "presences"]).await
    }
}
