//! The only match on the database engine: connecting, locking, searching.

pub(super) mod bulk;
pub(super) mod clock;
pub(super) mod connection;
pub(super) mod fault;
pub(super) mod seals;
mod search;
pub(super) mod whole;

use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::Connection as _;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    FromQueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};

use serde::de::DeserializeOwned;
use uuid::Uuid;

use self::connection::{Connection, Writer};
use super::audit::Witness;
use super::{Address, StoreError};
use crate::domain::masked::masked;

/// Connects: two pools on SQLite (one writer, many readers), one pool on PostgreSQL.
pub(super) async fn connect(address: &Address) -> Result<(Writer, DatabaseConnection), StoreError> {
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

fn unreachable(error: DbErr) -> StoreError {
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
pub(super) async fn begin_schema(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
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

/// Whether a transaction stands whose COMMIT got no answer; `None` where nothing can tell.
///
/// On SQLite the next writer sees it or doesn't, once the connection that failed is closed. It must also write: a
/// failed flush may leave whole frames behind in the log, which a restart would take for committed; the next
/// transaction's frames take their place. On PostgreSQL the server may be at it still: writing the witness again
/// waits for that.
pub(super) async fn stands(writer: &Writer, witness: Option<&Witness>) -> Result<Option<bool>, DbErr> {
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

/// Keeps a second process from migrating at the same time, until the transaction ends.
pub(super) async fn lock_schema(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    lock(tx, 0x6d61_646f).await
}

/// A turn at something that only one may do at a time, over many transactions; it ends with the process.
pub(super) enum Turn {
    /// SQLite: a locked file beside the database.
    File(#[expect(dead_code, reason = "it is held, not used")] std::fs::File),
    /// PostgreSQL: a lock of the server's, held by a transaction of its own.
    Server(#[expect(dead_code, reason = "it is held, not used")] Box<Connection>),
}

/// Keeps a second import from beginning; `None` while one is at work.
pub(super) async fn lock_import(writer: &Writer, file: Option<&Path>) -> Result<Option<Turn>, StoreError> {
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

/// The file of a SQLite database.
pub(super) fn file_of(url: &str) -> Option<PathBuf> {
    url.strip_prefix("sqlite://").map(|rest| PathBuf::from(rest.split('?').next().unwrap_or_default()))
}

/// Keeps a second change of accounts waiting, until the transaction ends.
pub(super) async fn lock_accounts(tx: &Connection) -> Result<(), DbErr> {
    lock(tx, 0x6d61_646c).await
}

/// On SQLite the writing transaction itself is the lock.
async fn lock(tx: &impl ConnectionTrait, key: i64) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let sql = "SELECT pg_advisory_xact_lock($1)";
    tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [key.into()])).await.map(|_| ())
}

/// The next serial of a year's tickets. On SQLite a counter in the writing transaction; on PostgreSQL a sequence,
/// so that calls logged at the same moment don't wait for each other's commit (gaps are allowed, domain section 9).
pub(super) async fn next_serial(tx: &Connection, year: i32) -> Result<Option<i64>, DbErr> {
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

async fn number(tx: &Connection, sql: &str, of: impl Into<Value>) -> Result<Option<i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Number {
        value: Option<i64>,
    }
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [of.into()]);
    Ok(Number::find_by_statement(statement).one(tx).await?.and_then(|row| row.value))
}

/// Where search documents stand: the table of their texts, the index beside it on SQLite, and the column that names
/// what a document is of.
pub(super) struct Shelf {
    docs: &'static str,
    index: &'static str,
    key: &'static str,
}

/// The documents of tickets.
pub(super) const TICKETS: Shelf = Shelf { docs: "search_docs", index: "search_index", key: "number" };
/// The documents of calls that led to no ticket.
pub(super) const CALLS: Shelf = Shelf { docs: "call_docs", index: "call_index", key: "call_id" };

/// Writes a ticket's search document: its normalised text and its tokens (hex words, see `search.rs`).
pub(super) async fn put_document(tx: &Connection, number: i64, body: &str, tokens: &str) -> Result<(), DbErr> {
    match tx.get_database_backend() {
        DbBackend::Sqlite => {
            run(tx, "INSERT INTO search_docs (number, body) VALUES (?, ?) \
                     ON CONFLICT (number) DO UPDATE SET body = excluded.body", vec![number.into(), body.into()]).await?;
            run(tx, "DELETE FROM search_index WHERE rowid = ?", vec![number.into()]).await?;
            run(tx, "INSERT INTO search_index (rowid, tokens) VALUES (?, ?)", vec![number.into(), tokens.into()]).await
        }
        _ => {
            run(tx, "INSERT INTO search_docs (number, body, tokens) VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' '))) \
                     ON CONFLICT (number) DO UPDATE SET body = excluded.body, tokens = excluded.tokens",
                vec![number.into(), body.into(), tokens.into()]).await
        }
    }
}

/// Numbers of documents that hold all tokens and, to the letter, all words; newest first.
pub(super) async fn find_documents<C: ConnectionTrait>(
    on: &C,
    shelf: &Shelf,
    tokens: &[String],
    words: &[String],
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<i64>, DbErr> {
    let asked = search::Asked { shelf, tokens, words, before: before.unwrap_or(i64::MAX), limit };
    match on.get_database_backend() {
        DbBackend::Sqlite => asked.in_index(on).await,
        _ => asked.near_then_whole(on).await,
    }
}

/// A table that is read page by page.
pub(super) struct Paged {
    /// Its name.
    pub(super) name: &'static str,
    /// Columns that hold ids; the first is the key.
    pub(super) ids: &'static [&'static str],
    /// The other columns, texts and days.
    pub(super) columns: &'static [&'static str],
    /// Which rows; empty: all.
    pub(super) only: &'static str,
}

/// The rows behind an id, at most so many, in the order of their ids. SQLite makes one JSON text of them: row by row
/// would cost a change of threads each, and hundreds of thousands of rows notice that. PostgreSQL sends them as they
/// are, which costs it a quarter of what a text does.
pub(super) async fn page<R: FromQueryResult + DeserializeOwned>(
    on: &impl ConnectionTrait,
    table: &Paged,
    after: Uuid,
    limit: u64,
) -> Result<Vec<R>, StoreError> {
    let backend = on.get_database_backend();
    let (name, key) = (table.name, table.ids[0]);
    let columns = || table.ids.iter().chain(table.columns);
    let only = if table.only.is_empty() { String::new() } else { format!(" AND {}", table.only) };
    let rows = |mark: &str| {
        let columns = columns().copied().collect::<Vec<_>>().join(", ");
        format!("SELECT {columns} FROM {name} WHERE {key} > {mark}{only} ORDER BY {key} LIMIT {limit}")
    };
    let asked = |sql: String| Statement::from_sql_and_values(backend, sql, [after.into()]);
    if backend != DbBackend::Sqlite {
        return Ok(R::find_by_statement(asked(rows("$1"))).all(on).await?);
    }
    let hex = |column: &str| if table.ids.contains(&column) { format!("hex({column})") } else { column.to_owned() };
    let fields = columns().map(|c| format!("'{c}', {}", hex(c))).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT json_group_array(json_object({fields})) AS page FROM ({})", rows("?"));
    let page: Option<String> = match on.query_one_raw(asked(sql)).await? {
        Some(row) => row.try_get("", "page")?,
        None => None,
    };
    serde_json::from_str(&page.unwrap_or_else(|| "[]".into())).map_err(|_| StoreError::Corrupt(table.name))
}

/// Values that go over in one statement: enough that its cost is shared, few enough to stay in the processor's cache.
const BULK_VALUES: usize = 4_000;

/// Inserts any number of rows, each a value a column; rows whose `id` is there already are written anew when `anew`.
/// While the engine works on one statement the next one's rows are made.
pub(super) async fn insert_bulk(
    tx: &Connection,
    table: &str,
    columns: &[&str],
    anew: bool,
    rows: impl Iterator<Item = Vec<Value>> + Send,
) -> Result<(), DbErr> {
    let count = (BULK_VALUES / columns.len().max(1)).max(1);
    let backend = tx.get_database_backend();
    let full = bulk_sql(backend, table, columns, anew, count);
    let mut rows = rows.fuse();
    let mut next: Vec<Vec<Value>> = rows.by_ref().take(count).collect();
    while !next.is_empty() {
        let sql = if next.len() == count { full.clone() } else { bulk_sql(backend, table, columns, anew, next.len()) };
        let values = match backend {
            DbBackend::Sqlite => next.into_iter().flatten().collect(),
            _ => vec![json_rows(columns, &next).into()],
        };
        let following = async { rows.by_ref().take(count).collect::<Vec<_>>() };
        let (done, following) = futures::future::join(run(tx, &sql, values), following).await;
        done?;
        next = following;
    }
    Ok(())
}

/// SQLite takes a list of values, PostgreSQL one JSON text: it plans a short statement once, a long list anew each time.
fn bulk_sql(backend: DbBackend, table: &str, columns: &[&str], anew: bool, count: usize) -> String {
    let names = columns.join(", ");
    let mut sql = format!("INSERT INTO {table} ({names}) ");
    if backend == DbBackend::Sqlite {
        let row = format!("({})", vec!["?"; columns.len()].join(", "));
        sql.push_str("VALUES ");
        sql.push_str(&vec![row.as_str(); count].join(", "));
    } else {
        sql.push_str(&format!("SELECT {names} FROM json_populate_recordset(NULL::{table}, $1::json)"));
    }
    if anew {
        let set: Vec<String> = columns.iter().filter(|c| **c != "id").map(|c| format!("{c} = excluded.{c}")).collect();
        sql.push_str(&format!(" ON CONFLICT (id) DO UPDATE SET {}", set.join(", ")));
    }
    sql
}

fn json_rows(columns: &[&str], rows: &[Vec<Value>]) -> String {
    let row = |row: &Vec<Value>| -> serde_json::Map<String, serde_json::Value> {
        columns.iter().zip(row).map(|(column, value)| ((*column).to_owned(), json_value(value))).collect()
    };
    serde_json::Value::Array(rows.iter().map(|r| serde_json::Value::Object(row(r))).collect()).to_string()
}

fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::String(Some(text)) => text.as_str().into(),
        Value::Uuid(Some(id)) => id.to_string().into(),
        Value::ChronoDate(Some(day)) => day.to_string().into(),
        Value::ChronoDateTimeUtc(Some(at)) => at.to_rfc3339().into(),
        Value::BigInt(Some(number)) => (*number).into(),
        Value::Bool(Some(yes)) => (*yes).into(),
        _ => serde_json::Value::Null,
    }
}

/// Writes the document of a call that has none yet: its normalised text and its tokens.
pub(super) async fn put_call_document(tx: &Connection, call: Uuid, body: &str, tokens: &str) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        let sql = "INSERT INTO call_docs (call_id, body) VALUES (?, ?)";
        run(tx, sql, vec![call.into(), body.into()]).await?;
        let sql = "INSERT INTO call_index (rowid, tokens) VALUES (last_insert_rowid(), ?)";
        return run(tx, sql, vec![tokens.into()]).await;
    }
    let sql =
        "INSERT INTO call_docs (call_id, body, tokens) VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')))";
    run(tx, sql, vec![call.into(), body.into(), tokens.into()]).await
}

/// Takes a call's document away, if it has one.
pub(super) async fn remove_call_document(tx: &Connection, call: Uuid) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let mark = if backend == DbBackend::Sqlite { "?" } else { "$1" };
    let sql = format!("DELETE FROM call_docs WHERE call_id = {mark} RETURNING number AS value");
    let gone = number(tx, &sql, call).await?;
    match gone.filter(|_| backend == DbBackend::Sqlite) {
        Some(gone) => run(tx, "DELETE FROM call_index WHERE rowid = ?", vec![gone.into()]).await,
        None => Ok(()),
    }
}

async fn run(tx: &Connection, sql: &str, values: Vec<Value>) -> Result<(), DbErr> {
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await.map(|_| ())
}
