//! Tries at the number on the verification: what was tried on a sheet, what was heard twice, and who misses how often.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `subject_id` is an account, a token or a call; `person_id` whoever is behind its last miss; `level` counts
        // misses in thousandths, as of `counted_at`.
        create_keyed(
            manager,
            "number_tallies",
            vec![
                id("subject_id"),
                text("kind"),
                maybe_id("person_id"),
                number("level"),
                at("counted_at"),
                maybe_at("waits_until"),
                maybe_at("stopped_at"),
            ],
            &["subject_id", "kind"],
        )
        .await?;
        index(manager, "number_tallies", &["stopped_at"], false).await?;

        // `items` is the digest of the other three items; `cost` is 0 for a number that was right. Kept while the
        // call lasts, two days at most.
        create_keyed(
            manager,
            "number_tries",
            vec![
                id("call_id"),
                text("number"),
                ColumnDef::new("items").binary_len(32).not_null().take(),
                flag("heard_twice"),
                number("cost"),
                at("tried_at"),
                id("tried_by"),
            ],
            &["call_id", "number", "items", "heard_twice"],
        )
        .await?;
        index(manager, "number_tries", &["tried_at"], false).await?;

        // A number that somebody asked for again and heard the same.
        create_keyed(
            manager,
            "numbers_heard",
            vec![id("call_id"), text("number"), at("heard_at"), id("heard_by")],
            &["call_id", "number"],
        )
        .await?;
        index(manager, "numbers_heard", &["heard_at"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["numbers_heard", "number_tries", "number_tallies"]).await
    }
}
