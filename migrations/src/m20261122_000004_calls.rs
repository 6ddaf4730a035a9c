//! Calls, the sheets typed during them, and the verifications made on them.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            "calls",
            vec![
                key(),
                text("direction"),
                text("desk"),
                text("state"),
                text("number"),
                text("number_digits"),
                at("arrived_at"),
                maybe_at("answered_at"),
                maybe_at("ended_at"),
                id("operator_id"),
                text("caller_name"),
                maybe_text("caller_standing"),
                text("callback_number"),
                maybe_text("disposition"),
                flag("complaint"),
                flag("out_of_hours"),
                text("out_of_hours_reason"),
                maybe_at("reviewed_at"),
                maybe_id("reviewed_by"),
                day("arrived_on"),
                number("version"),
            ],
        )
        .await?;
        index(manager, "calls", &["number_digits"], false).await?;
        index(manager, "calls", &["operator_id", "state"], false).await?;
        index(manager, "calls", &["arrived_at"], false).await?;

        create_keyed(
            manager,
            "sheet_fields",
            vec![id("call_id"), text("field"), text("value"), number("version"), at("saved_at"), id("saved_by")],
            &["call_id", "field"],
        )
        .await?;

        // What a field held at the end of each minute, per author: the history of the typing.
        create_keyed(
            manager,
            "sheet_history",
            vec![id("call_id"), text("field"), at("minute"), id("author_id"), text("value"), number("version")],
            &["call_id", "field", "minute", "author_id"],
        )
        .await?;

        create(
            manager,
            "verifications",
            vec![
                key(),
                id("call_id"),
                maybe_id("ticket_id"),
                json("said"),
                json("items"),
                text("decision"),
                text("outcome"),
                text("reason"),
                maybe_id("member_id"),
                maybe_id("facility_id"),
                number("directory_version"),
                day("as_of"),
                at("decided_at"),
                id("decided_by"),
                maybe_at("reviewed_at"),
                maybe_id("reviewed_by"),
            ],
        )
        .await?;
        index(manager, "verifications", &["call_id"], false).await?;
        index(manager, "verifications", &["ticket_id"], false).await?;
        index(manager, "verifications", &["outcome", "reviewed_at"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["verifications", "sheet_history", "sheet_fields", "calls"]).await
    }
}
