//! Staff accounts, their sessions, API tokens and remembered answers to repeated requests.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            "accounts",
            vec![
                key(),
                text("login"),
                text("name"),
                text("role"),
                maybe_text("password_hash"),
                maybe_text("code_hash"),
                maybe_at("code_expires_at"),
                number("failed_sign_ins"),
                maybe_at("blocked_until"),
                at("created_at"),
                maybe_at("disabled_at"),
                number("version"),
            ],
        )
        .await?;
        index(manager, "accounts", &["login"], true).await?;

        create(
            manager,
            "sessions",
            vec![
                ColumnDef::new("id_hash").binary_len(32).not_null().primary_key().take(),
                id("account_id"),
                at("created_at"),
                at("last_seen_at"),
                at("expires_at"),
                maybe_at("ended_at"),
            ],
        )
        .await?;
        index(manager, "sessions", &["account_id"], false).await?;

        create(
            manager,
            "tokens",
            vec![
                key(),
                text("name"),
                ColumnDef::new("token_hash").binary_len(32).not_null().take(),
                text("role"),
                json("scopes"),
                maybe_id("created_by"),
                at("created_at"),
                maybe_at("expires_at"),
                maybe_at("revoked_at"),
            ],
        )
        .await?;
        index(manager, "tokens", &["token_hash"], true).await?;

        create_keyed(
            manager,
            "idempotency",
            vec![
                id("actor_id"),
                text("route"),
                text("key"),
                ColumnDef::new("body_hash").binary_len(32).not_null().take(),
                number("status"),
                text("answer"),
                at("created_at"),
            ],
            &["actor_id", "route", "key"],
        )
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["idempotency", "tokens", "sessions", "accounts"]).await
    }
}
