//! The field's words in place of our own: call-backs, escalations, transitions, in tables and codes.

use sea_orm_migration::prelude::*;

use crate::table::inside;

/// Table, column, the code of before and of now.
const CODES: [(&str, &str, &str, &str); 4] = [
    ("tickets", "state", "handed_over", "escalated"),
    ("calls", "disposition", "handed_over", "escalated"),
    ("entries", "kind", "promise", "callback"),
    ("entries", "kind", "moved", "transition"),
];

/// The same inside JSON: with the quotes that no text of people's can have there.
const INSIDE: [(&str, &str, &str, &str); 3] = [
    ("tickets", "state_evidence", "\"station\":", "\"status\":"),
    ("tickets", "state_evidence", "\"handed_over\"", "\"escalated\""),
    ("tokens", "scopes", "\"ticket.hand_over\"", "\"ticket.escalate\""),
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "promises", "callbacks").await?;
        for (table, column, before, now) in CODES {
            exchange(manager, table, column, before, now).await?;
        }
        for (table, column, before, now) in INSIDE {
            inside(manager, table, column, before, now).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "callbacks", "promises").await?;
        for (table, column, before, now) in CODES {
            exchange(manager, table, column, now, before).await?;
        }
        for (table, column, before, now) in INSIDE {
            inside(manager, table, column, now, before).await?;
        }
        Ok(())
    }
}

async fn rename(manager: &SchemaManager<'_>, from: &'static str, to: &'static str) -> Result<(), DbErr> {
    manager.rename_table(Table::rename().table(Alias::new(from), Alias::new(to)).to_owned()).await
}

async fn exchange(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: &'static str,
    from: &'static str,
    to: &'static str,
) -> Result<(), DbErr> {
    let column = Alias::new(column);
    let statement = Query::update()
        .table(Alias::new(table))
        .value(column.clone(), to)
        .and_where(Expr::col(column).eq(from))
        .to_owned();
    manager.execute(statement).await
}
