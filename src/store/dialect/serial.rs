//! Serials of tickets.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::connection::Connection;
use super::locks::lock;
use super::statement::number;

/// The next serial of a year's tickets. On SQLite a counter in the writing transaction; on PostgreSQL a sequence,
/// so that calls logged at the same moment don't wait for each other's commit (gaps are allowed, domain section 9).
pub(in crate::store) async fn next_serial(tx: &Connection, year: i32) -> Result<Option<i64>, DbErr> {
    let backend = tx.get_database_backend();
    if backend == DbBackend::Sqlite {
        let sql = "INSERT INTO counters (name, value) VALUES (?, 1) \
                   ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value";
        return number(tx, sql, format!("ticket-{year}")).await;
    }
    let next = "SELECT nextval(to_regclass($1)) AS value";
    let name = format!("ticket_serial_{year}");
    if let Some(serial) = number(tx, next, name.clone()).await? {
        return Ok(Some(serial));
    }
    // The year's first ticket: the sequence goes on from what the counters say.
    lock(tx, 0x6d61_646d).await?;
    let held = number(tx, "SELECT value FROM counters WHERE name = $1", format!("ticket-{year}")).await?.unwrap_or(0);
    let sql = format!("CREATE SEQUENCE IF NOT EXISTS {name} START WITH {}", held + 1);
    tx.execute_unprepared(&sql).await?;
    number(tx, next, name).await
}
