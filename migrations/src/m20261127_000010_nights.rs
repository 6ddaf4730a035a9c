//! Which clock is believed before something is erased for ever, what the nights erased, and what waits for a person.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The latest instant that a believed clock said; one row.
        create(manager, "clocks", vec![ColumnDef::new("name").text().not_null().primary_key().take(), at("trace")])
            .await?;

        // What was erased of a kind on a Tokyo day, and whether a person had said so.
        create_keyed(
            manager,
            "retention_nights",
            vec![day("day"), text("kind"), number("gone"), flag("confirmed")],
            &["day", "kind", "confirmed"],
        )
        .await?;

        // Why the erasing waits; `looks` are those of believed clocks since a doubted one looked last.
        create(
            manager,
            "retention_waits",
            vec![
                ColumnDef::new("reason").text().not_null().primary_key().take(),
                at("said_at"),
                at("against_at"),
                number("due"),
                number("allowed"),
                number("looks"),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["retention_waits", "retention_nights", "clocks"]).await
    }
}
