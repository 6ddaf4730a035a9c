//! Connecting: to a file with one writer and many readers, or to a server.

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::sqlx::Connection as _;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::connection::Writer;
use super::fault;
use super::statement::run;
use crate::domain::masked::masked;
use crate::store::audit::Witness;
use crate::store::{Address, StoreError};

/// Connects: two pools on SQLite (one writer, many readers), one pool on PostgreSQL.
pub(in crate::store) async fn connect(address: &Address) -> Result<(Writer, DatabaseConnection), StoreError> {
    if address.url.starts_with("sqlite://") {
        let write = connect_writer(&address.url).await?;
        let read = Database::connect(sqlite(&address.url, address.connections, true)).await.map_err(unreachable)?;
        Ok((Writer::new(write), read))
    } else if address.url.starts_with("postgres://") || address.url.starts_with("postgresql://") {
        let pool = Database::connect(postgres(address)).await.map_err(unreachable)?;
        Ok((Writer::new(pool.clone()), pool))
    } else {
        Err(StoreError::Unreachable("sqlite:// か postgres:// で始まるアドレスを指定してください".into()))
    }
}

/// Turning a new file to WAL takes it whole for a moment, and SQLite doesn't wait for that by itself: a second
/// process that opens it at the same moment tries again.
async fn connect_writer(url: &str) -> Result<DatabaseConnection, StoreError> {
    let mut tries = 0;
    loop {
        match Database::connect(sqlite(url, 1, false)).await {
            Err(error) if tries < 100 && error.to_string().contains("database is locked") => tries += 1,
            other => return other.map_err(unreachable),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// How long somebody waits for a connection before being told that the database can't be had now.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection of PostgreSQL may lie unused before it is tried out first.
const STALE: Duration = Duration::from_secs(1);

pub(super) fn unreachable(error: DbErr) -> StoreError {
    StoreError::Unreachable(masked(&error.to_string()))
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |o| {
            // The writer has made it WAL by the time readers come.
            let o = if read_only { o } else { o.create_if_missing(true).journal_mode(SqliteJournalMode::Wal) };
            // KiB. Each of many readers fills its own, and the machine keeps the file's pages anyway.
            let cache = if read_only { "-4000" } else { "-8000" };
            o.synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .statement_cache_capacity(256)
                .pragma("cache_size", cache)
                .pragma("temp_store", "memory")
                // Always, not only while erasing: what a page held before it was split, or text before it was typed
                // over, would stay in the file and be nobody's to erase.
                .pragma("secure_delete", "on")
                .pragma("query_only", if read_only { "1" } else { "0" })
        })
        .map_sqlx_sqlite_pool_opts(|o| o.idle_timeout(None).max_lifetime(None));
    options
}

fn postgres(address: &Address) -> ConnectOptions {
    let mut options = ConnectOptions::new(&address.url);
    options
        .max_connections(address.connections.max(2))
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|o| {
            o.application_name("madoguchi").options([("statement_timeout", "30s"), ("synchronous_commit", "on")])
        })
        // Where nobody asked anything for a while the server may have gone and come back.
        .map_sqlx_postgres_pool_opts(|o| {
            o.before_acquire(|connection, known| {
                Box::pin(async move {
                    if known.idle_for > STALE { connection.ping().await.map(|()| true) } else { Ok(true) }
                })
            })
        });
    options
}

/// Begins the driver's own kind of transaction, which migrations want; when it fails the start does, and nobody uses
/// its connection again. Everything else is written through [`Writer`].
pub(in crate::store) async fn begin_schema(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    match pool.get_database_backend() {
        DbBackend::Sqlite => {
            pool.begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            })
            .await
        }
        _ => pool.begin().await,
    }
}

/// The file of a SQLite database.
pub(in crate::store) fn file_of(url: &str) -> Option<PathBuf> {
    url.strip_prefix("sqlite://").map(|rest| PathBuf::from(rest.split('?').next().unwrap_or_default()))
}

/// Whether a transaction stands whose COMMIT got no answer; `None` where nothing can tell.
///
/// On SQLite the next writer sees it or doesn't, once the connection that failed is closed. It must also write: a
/// failed flush may leave whole frames behind in the log, which a restart would take for committed; the next
/// transaction's frames take their place. On PostgreSQL the server may be at it still: writing the witness again
/// waits for that.
pub(in crate::store) async fn stands(writer: &Writer, witness: Option<&Witness>) -> Result<Option<bool>, DbErr> {
    let on = writer.begin().await?;
    if on.get_database_backend() == DbBackend::Sqlite {
        if let Some(witness) = witness
            && witness.stands(&on).await?
        {
            return Ok(Some(true));
        }
        run(
            &on,
            "INSERT INTO counters (name, value) VALUES (?, 1) \
                  ON CONFLICT (name) DO UPDATE SET value = counters.value + 1",
            vec!["commits.failed".into()],
        )
        .await?;
        return Ok(on.commit().await.is_ok().then_some(false));
    }
    let Some(witness) = witness else { return Ok(None) };
    match witness.write_again(&on).await {
        Ok(()) => Ok(Some(false)),
        Err(error) if fault::Fault::of(&error) == fault::Fault::Duplicate => Ok(Some(true)),
        Err(error) => Err(error),
    }
}
