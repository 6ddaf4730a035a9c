//! What was heard before remote support and before cleaning; what was read out, on which machine, what was removed and
//! how it ended, of each session.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ADDED: [&str; 4] = ["consent_version", "scope", "removed", "ended_as"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = vec![
            key(),
            id("ticket_id"),
            text("purpose"),
            text("server"),
            text("locked"),
            text("cut_off"),
            text("reason"),
            at("asked_at"),
            id("asked_by"),
        ];
        create(manager, "evidence_checks", checks).await?;
        for sql in [
            "CREATE INDEX ix_evidence_checks_ticket_id ON evidence_checks (ticket_id)",
            "CREATE INDEX ix_evidence_checks_all_the_same ON evidence_checks (asked_at) WHERE reason <> ''",
        ] {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        for column in [maybe_day(ADDED[0]), empty_text(ADDED[1]), empty_text(ADDED[2]), maybe_text(ADDED[3])] {
            let added = Table::alter().table("remote_sessions").add_column(column).to_owned();
            manager.alter_table(added).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["evidence_checks"]).await?;
        for column in ADDED {
            let gone = Table::alter().table("remote_sessions").drop_column(column).to_owned();
            manager.alter_table(gone).await?;
        }
        Ok(())
    }
}

/// Text that is empty unless it's said.
fn empty_text(name: &'static str) -> ColumnDef {
    text(name).default("").take()
}
