//! The queue is read in its own order: each escalation holds its ticket's severity.

use sea_orm_migration::prelude::*;

use crate::table::*;

const WAITS: &str = "WHERE taken_at IS NULL AND returned_at IS NULL";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "escalations", vec![later_text("severity")]).await?;
        let of_ticket = "SELECT severity FROM tickets WHERE tickets.id = escalations.ticket_id";
        let connection = manager.get_connection();
        connection
            .execute_unprepared(&format!("UPDATE escalations SET severity = COALESCE(({of_ticket}), '') {WAITS}"))
            .await?;
        on_waiting(manager, "severity, requested_at, id").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_waiting(manager, "requested_at").await?;
        drop_columns(manager, "escalations", &["severity"]).await
    }
}

/// The index that the queue is read by.
async fn on_waiting(manager: &SchemaManager<'_>, columns: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection.execute_unprepared("DROP INDEX ix_escalations_waiting").await?;
    let index = format!("CREATE INDEX ix_escalations_waiting ON escalations ({columns}) {WAITS}");
    connection.execute_unprepared(&index).await.map(|_| ())
}
