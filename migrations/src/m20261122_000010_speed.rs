//! Pages and writes that cost the same with 2,000,000 tickets as with 20,000: what a statement looks for stands in an
//! index, and PostgreSQL's full-text index takes each document at once.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// Name, and what it's on. The partial ones hold only rows that wait for somebody.
const NEW: [(&str, &str); 7] = [
    ("ix_calls_state_arrived_at", "calls (state, arrived_at)"),
    ("ix_calls_to_review", "calls (arrived_at) WHERE reviewed_at IS NULL AND (out_of_hours OR complaint)"),
    ("ix_calls_number_digits_arrived_at", "calls (number_digits, arrived_at)"),
    ("ix_verifications_to_review", "verifications (outcome, decision, reviewed_at, decided_at)"),
    ("ix_tickets_open", "tickets (owner_id, number) WHERE closed_at IS NULL"),
    ("ix_tasks_verification_id", "tasks (verification_id)"),
    ("ix_escalations_waiting", "escalations (requested_at) WHERE taken_at IS NULL AND returned_at IS NULL"),
];
/// Name, and what it was on: a new one does the same.
const OLD: [(&str, &str); 2] = [
    ("ix_calls_number_digits", "calls (number_digits)"),
    ("ix_verifications_outcome_reviewed_at", "verifications (outcome, reviewed_at)"),
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A list of documents still to be taken in is read through by every search, and taken in by whichever write
    /// happens to fill it: both wait for it now and then.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        exchange(manager, &OLD, &NEW).await?;
        fast_update(manager, "off").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        exchange(manager, &NEW, &OLD).await?;
        fast_update(manager, "on").await
    }
}

async fn exchange(manager: &SchemaManager<'_>, old: &[(&str, &str)], new: &[(&str, &str)]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for (name, on) in new {
        connection.execute_unprepared(&format!("CREATE INDEX {name} ON {on}")).await?;
    }
    for (name, _) in old {
        connection.execute_unprepared(&format!("DROP INDEX {name}")).await?;
    }
    Ok(())
}

async fn fast_update(manager: &SchemaManager<'_>, to: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DatabaseBackend::Sqlite {
        return Ok(());
    }
    let connection = manager.get_connection();
    connection.execute_unprepared(&format!("ALTER INDEX ix_search_docs_tokens SET (fastupdate = {to})")).await?;
    connection.execute_unprepared("SELECT gin_clean_pending_list('ix_search_docs_tokens')").await.map(|_| ())
}
