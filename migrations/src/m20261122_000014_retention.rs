//! What keeps data when its period ends, which rows have no personal data any more, and which instance works at night.

use sea_orm_migration::prelude::*;

use crate::table::*;

/// What stops being personal, each with the Tokyo day since which.
const ERASED: [&str; 3] = ["tickets", "calls", "claims"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            "holds",
            vec![
                key(),
                id("ticket_id"),
                text("reason"),
                text("note"),
                at("placed_at"),
                id("placed_by"),
                maybe_at("lifted_at"),
                maybe_id("lifted_by"),
            ],
        )
        .await?;
        index(manager, "holds", &["ticket_id"], false).await?;

        // The meaningless mark that stands for a facility, while tickets with and without its id may be counted together.
        create_keyed(
            manager,
            "facility_marks",
            vec![id("facility_id"), text("shelf"), id("mark"), day("until_on")],
            &["facility_id", "shelf"],
        )
        .await?;

        // Which instance does a nightly job until when, and the day on which it was last done.
        create(
            manager,
            "leases",
            vec![
                ColumnDef::new("name").text().not_null().primary_key().take(),
                id("holder"),
                at("until_at"),
                day("done_on"),
            ],
        )
        .await?;

        for table in ERASED {
            add_columns(manager, table, vec![maybe_day("erased_on")]).await?;
        }
        let connection = manager.get_connection();
        for index in [
            // Only what is still to be erased.
            "CREATE INDEX ix_tickets_to_erase ON tickets (closed_at, id) WHERE erased_on IS NULL AND closed_at IS NOT NULL",
            "CREATE UNIQUE INDEX ux_holds_ticket_id_reason ON holds (ticket_id, reason) WHERE lifted_at IS NULL",
        ] {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX ix_tickets_to_erase").await?;
        for table in ERASED {
            drop_columns(manager, table, &["erased_on"]).await?;
        }
        drop(manager, &["leases", "facility_marks", "holds"]).await
    }
}
