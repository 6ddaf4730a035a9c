//! What callers say of attacks, what clinics have in common, and the tickets that people hold for one attack.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indicators =
            vec![key(), id("ticket_id"), text("kind"), text("said"), text("mark"), at("told_at"), id("told_to")];
        create(manager, "indicators", indicators).await?;
        index(manager, "indicators", &["ticket_id", "kind", "mark"], true).await?;
        index(manager, "indicators", &["told_at"], false).await?;
        let campaigns = vec![
            key(),
            text("name"),
            text("advice"),
            number("version"),
            at("opened_at"),
            id("opened_by"),
            maybe_at("ended_at"),
        ];
        create(manager, "campaigns", campaigns).await?;
        index(manager, "campaigns", &["ended_at"], false).await?;
        create(manager, "campaign_marks", vec![key(), id("campaign_id"), text("kind"), text("mark")]).await?;
        index(manager, "campaign_marks", &["campaign_id", "kind", "mark"], true).await?;
        let tickets = vec![key(), id("campaign_id"), id("ticket_id"), at("joined_at"), id("joined_by")];
        create(manager, "campaign_tickets", tickets).await?;
        index(manager, "campaign_tickets", &["campaign_id", "ticket_id"], true).await?;
        index(manager, "campaign_tickets", &["ticket_id"], false).await?;
        let set_aside = vec![
            key(),
            text("kind"),
            text("mark"),
            number("clinics"),
            text("words"),
            at("decided_at"),
            id("decided_by"),
        ];
        create(manager, "waves_set_aside", set_aside).await?;
        index(manager, "waves_set_aside", &["kind", "mark"], true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["waves_set_aside", "campaign_tickets", "campaign_marks", "campaigns", "indicators"]).await
    }
}
