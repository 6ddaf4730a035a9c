//! Passkeys as a second factor, and the challenges that wait for an authenticator's answer.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `credential` is a public key with what is known of it: nothing secret. `counter` is the last one it was
        // used with; it stands beside, so that of two uses at the same moment only one goes on from it.
        create(
            manager,
            "passkeys",
            vec![
                key(),
                id("account_id"),
                text("name"),
                ColumnDef::new("credential_id").binary().not_null().take(),
                json("credential"),
                number("counter"),
                at("created_at"),
                maybe_at("last_used_at"),
            ],
        )
        .await?;
        index(manager, "passkeys", &["account_id"], false).await?;
        index(manager, "passkeys", &["credential_id"], true).await?;

        // One a session and purpose; `id` tells a challenge from the one that came in its place.
        create(
            manager,
            "passkey_challenges",
            vec![
                key(),
                ColumnDef::new("session_hash").binary_len(32).not_null().take(),
                text("purpose"),
                json("state"),
                at("expires_at"),
            ],
        )
        .await?;
        index(manager, "passkey_challenges", &["session_hash", "purpose"], true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["passkey_challenges", "passkeys"]).await
    }
}
