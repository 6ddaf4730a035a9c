//! What only one may do at a time.

use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

use super::connection::{Connection, Writer};
use super::statement::number;
use crate::store::StoreError;

/// Keeps a second process from migrating at the same time, until the transaction ends.
pub(in crate::store) async fn lock_schema(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    lock(tx, 0x6d61_646f).await
}

/// A turn at something that only one may do at a time, over many transactions; it ends with the process.
pub(in crate::store) enum Turn {
    /// SQLite: a locked file beside the database.
    File(#[expect(dead_code, reason = "it is held, not used")] std::fs::File),
    /// PostgreSQL: a lock of the server's, held by a transaction of its own.
    Server(#[expect(dead_code, reason = "it is held, not used")] Box<Connection>),
}

/// Keeps a second import from beginning; `None` while one is at work.
pub(in crate::store) async fn lock_import(writer: &Writer, file: Option<&Path>) -> Result<Option<Turn>, StoreError> {
    let Some(file) = file else {
        let on = writer.begin().await?;
        let sql = "SELECT CASE WHEN pg_try_advisory_xact_lock($1) THEN 1 END::bigint AS value";
        return Ok(number(&on, sql, 0x6d61_646e_i64).await?.map(|_| Turn::Server(Box::new(on))));
    };
    let unreachable = |error: std::io::Error| StoreError::Unreachable(error.to_string());
    let beside = format!("{}.import", file.display());
    let file = std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(beside);
    let file = file.map_err(unreachable)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Turn::File(file))),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(unreachable(error)),
    }
}

/// Keeps a second change of accounts waiting, until the transaction ends.
pub(in crate::store) async fn lock_accounts(tx: &Connection) -> Result<(), DbErr> {
    lock(tx, 0x6d61_646c).await
}

/// Keeps a second report from being added, until the transaction ends.
pub(in crate::store) async fn lock_reports(tx: &Connection) -> Result<(), DbErr> {
    lock(tx, 0x6d61_6472).await
}

/// On SQLite the writing transaction itself is the lock.
pub(super) async fn lock(tx: &impl ConnectionTrait, key: i64) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let sql = "SELECT pg_advisory_xact_lock($1)";
    tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [key.into()])).await.map(|_| ())
}
