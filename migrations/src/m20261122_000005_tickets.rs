//! Tickets and what hangs on them.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            "counters",
            vec![ColumnDef::new("name").text().not_null().primary_key().take(), number("value")],
        )
        .await?;

        // `number` is year × 10,000,000 + serial, so that it sorts and pages by itself.
        create(
            manager,
            "tickets",
            vec![
                key(),
                number("number"),
                text("desk"),
                maybe_id("facility_id"),
                maybe_id("member_id"),
                text("facility_name"),
                text("prefecture"),
                text("facility_kind"),
                text("incident"),
                text("severity"),
                text("summary"),
                text("state"),
                json("state_evidence"),
                number("version"),
                maybe_id("owner_id"),
                text("verification"),
                flag("provisional"),
                maybe_text("result"),
                number("tier"),
                at("opened_at"),
                id("opened_by"),
                day("opened_on"),
                maybe_at("closed_at"),
                at("last_event_at"),
            ],
        )
        .await?;
        index(manager, "tickets", &["number"], true).await?;
        index(manager, "tickets", &["state", "number"], false).await?;
        index(manager, "tickets", &["owner_id", "number"], false).await?;
        index(manager, "tickets", &["facility_id"], false).await?;
        index(manager, "tickets", &["opened_on"], false).await?;

        create_keyed(manager, "call_tickets", vec![id("call_id"), id("ticket_id")], &["call_id", "ticket_id"]).await?;
        index(manager, "call_tickets", &["ticket_id"], false).await?;

        // Append-only. An entry with a call and no ticket belongs to every ticket of that call.
        create(
            manager,
            "entries",
            vec![
                key(),
                maybe_id("ticket_id"),
                maybe_id("call_id"),
                text("kind"),
                at("occurred_at"),
                at("entered_at"),
                id("entered_by"),
                text("body"),
                json("data"),
            ],
        )
        .await?;
        index(manager, "entries", &["ticket_id", "occurred_at"], false).await?;
        index(manager, "entries", &["call_id", "occurred_at"], false).await?;

        create(
            manager,
            "remote_sessions",
            vec![
                key(),
                id("ticket_id"),
                text("consent_by"),
                at("consent_at"),
                text("tool"),
                text("session_code"),
                at("started_at"),
                maybe_at("ended_at"),
                text("done"),
                text("found"),
                maybe_text("outcome"),
                id("operator_id"),
            ],
        )
        .await?;
        index(manager, "remote_sessions", &["ticket_id"], false).await?;

        create(
            manager,
            "escalations",
            vec![
                key(),
                id("ticket_id"),
                at("requested_at"),
                id("requested_by"),
                text("reason"),
                maybe_at("taken_at"),
                maybe_id("taken_by"),
                maybe_at("returned_at"),
                text("return_reason"),
            ],
        )
        .await?;
        index(manager, "escalations", &["ticket_id"], false).await?;

        create(
            manager,
            "promises",
            vec![
                key(),
                maybe_id("ticket_id"),
                id("call_id"),
                at("due_at"),
                text("who"),
                text("number"),
                text("note"),
                id("made_by"),
                maybe_at("kept_at"),
                maybe_id("kept_by"),
            ],
        )
        .await?;
        index(manager, "promises", &["kept_at", "due_at"], false).await?;
        index(manager, "promises", &["ticket_id"], false).await?;

        create(
            manager,
            "tasks",
            vec![
                key(),
                maybe_id("ticket_id"),
                maybe_id("verification_id"),
                text("kind"),
                day("due_on"),
                maybe_at("done_at"),
                maybe_id("done_by"),
                text("outcome"),
                at("created_at"),
            ],
        )
        .await?;
        index(manager, "tasks", &["done_at", "due_on"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(
            manager,
            &["tasks", "promises", "escalations", "remote_sessions", "entries", "call_tickets", "tickets", "counters"],
        )
        .await
    }
}
