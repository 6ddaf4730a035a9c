//! The register of firms, and referrals to them with each step that was taken.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let names = ["kind", "name", "channel", "regions", "skills", "hours", "languages", "first_response", "fees"];
        let more = ["phone", "contact", "email", "conflicts"];
        let mut firms = vec![key()];
        firms.extend(names.into_iter().chain(more).map(text));
        firms.extend([day("verified_on"), flag("active"), maybe_at("named_at"), number("version")]);
        create(manager, "firms", firms).await?;
        index(manager, "firms", &["kind", "name"], true).await?;
        let referrals = vec![
            key(),
            id("ticket_id"),
            text("kind"),
            text("prefecture"),
            text("stage"),
            flag("urgent"),
            maybe_id("firm_id"),
            maybe_day("due_on"),
            number("steps"),
            at("begun_at"),
            maybe_at("contacted_at"),
            maybe_at("introduced_at"),
            number("refused"),
            maybe_flag("contracted"),
        ];
        create(manager, "referrals", referrals).await?;
        index(manager, "referrals", &["ticket_id"], false).await?;
        index(manager, "referrals", &["stage", "due_on"], false).await?;
        let steps = vec![
            key(),
            id("referral_id"),
            number("place"),
            json("data"),
            text("words"),
            at("taken_at"),
            id("taken_by"),
        ];
        create(manager, "referral_steps", steps).await?;
        // Two who take the same step at one moment: one of them.
        index(manager, "referral_steps", &["referral_id", "place"], true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["referral_steps", "referrals", "firms"]).await
    }
}
