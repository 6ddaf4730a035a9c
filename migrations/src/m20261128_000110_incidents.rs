//! What is known of an incident, a fact a row, and the clocks of the clinic's duties.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let facts = vec![id("ticket_id"), text("fact"), text("value"), at("told_at"), id("told_to")];
        create_keyed(manager, "incident_facts", facts, &["ticket_id", "fact"]).await?;
        let clocks = vec![
            id("ticket_id"),
            text("duty"),
            at("began_at"),
            // How it ended: what was filed or decided when, by whom at the clinic, what was read out before.
            maybe_text("ended_as"),
            maybe_at("ended_at"),
            text("ended_by"),
            text("receipt"),
            maybe_day("told"),
            maybe_at("recorded_at"),
            maybe_id("recorded_by"),
        ];
        create_keyed(manager, "duty_clocks", clocks, &["ticket_id", "duty"]).await?;
        let running = "CREATE INDEX ix_duty_clocks_running ON duty_clocks (ticket_id) WHERE ended_as IS NULL";
        manager.get_connection().execute_unprepared(running).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["duty_clocks", "incident_facts"]).await
    }
}
