//! Second factors and recovery codes, delays of sign-ins per name and per source, and what is known of a session beyond its account.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The secret is sealed: bound to this table, this column and the row's id.
        create(
            manager,
            "factors",
            vec![
                key(),
                id("account_id"),
                text("kind"),
                ColumnDef::new("secret").binary().not_null().take(),
                number("last_step"),
                at("created_at"),
                maybe_at("confirmed_at"),
            ],
        )
        .await?;
        index(manager, "factors", &["account_id"], false).await?;

        create_keyed(
            manager,
            "recovery_codes",
            vec![
                id("account_id"),
                ColumnDef::new("code_hash").binary_len(32).not_null().take(),
                at("created_at"),
                maybe_at("used_at"),
            ],
            &["account_id", "code_hash"],
        )
        .await?;

        // `subject` is the digest of a sign-in name (known or not) or of a source's address.
        create(
            manager,
            "sign_in_delays",
            vec![
                ColumnDef::new("subject").binary_len(32).not_null().primary_key().take(),
                number("failures"),
                maybe_at("blocked_until"),
                at("last_failed_at"),
            ],
        )
        .await?;

        add_columns(
            manager,
            "sessions",
            vec![maybe_at("second_at"), maybe_at("confirmed_at"), later_text("peer"), later_text("agent")],
        )
        .await?;
        add_columns(manager, "accounts", vec![maybe_at("expires_at"), later_text("reason")]).await?;
        // Superseded by sign_in_delays, which treats unknown names alike.
        drop_columns(manager, "accounts", &["failed_sign_ins", "blocked_until"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "accounts", vec![number("failed_sign_ins").default(0).take(), maybe_at("blocked_until")])
            .await?;
        drop_columns(manager, "accounts", &["expires_at", "reason"]).await?;
        drop_columns(manager, "sessions", &["second_at", "confirmed_at", "peer", "agent"]).await?;
        drop(manager, &["sign_in_delays", "recovery_codes", "factors"]).await
    }
}
