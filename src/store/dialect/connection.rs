//! The one place that hands out connections for writing and decides whether one lives on.
//!
//! A connection on which anything failed but a constraint is never used again, nor is one whose statement somebody
//! stopped waiting for. BEGIN, COMMIT and ROLLBACK are statements like others here, not the driver's: sqlx counts a
//! depth of its own, which stays behind when SQLite has rolled back by itself (a failed write, a full disk). Its ROLLBACK
//! then fails, its next "begin" is a SAVEPOINT, and what is "committed" after that is in no transaction that ever
//! ends: acknowledged and lost. `tests/it/faults/upstream.rs` fails when sqlx doesn't do that any more.

use async_trait::async_trait;
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{Error as Sqlx, Postgres, Sqlite};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values,
};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Connection as _, Executor};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

use super::fault::{self, Fault};

/// Connections that may prove dead one after another before beginning is given up: as many as a pool may hold when
/// the server was restarted.
const DEAD_AT_MOST: usize = 64;
/// How long a transaction waits for others to end, on SQLite; PostgreSQL's wait for rows, each as long as a statement may.
const PATIENCE: Duration = Duration::from_secs(5);
/// SQLite looks more and more rarely whether another process is done, every 100 ms in the end: who writes piece after
/// piece would be met by chance only. Told to wait for 4 ms it looks three times, and is told again.
const BEGIN_SQLITE: &str = "PRAGMA busy_timeout = 4; BEGIN IMMEDIATE";
/// How long a connection that failed may take to close.
const CLOSING: Duration = Duration::from_secs(5);

/// Where transactions that write are had.
#[derive(Clone)]
pub(in crate::store) struct Writer {
    pool: DatabaseConnection,
}

/// A connection while its transaction lasts. Dropped before its COMMIT it is rolled back.
pub struct Connection {
    held: Mutex<Held>,
    backend: DbBackend,
}

struct Held {
    engine: Option<Engine>,
    life: Life,
}

enum Engine {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// What is known of a connection.
#[derive(Clone, Copy)]
enum Life {
    /// Nothing failed on it.
    Sound,
    /// A constraint said no: the transaction is over, the connection lives.
    Over(Fault),
    /// It failed, or a statement on it never came back.
    Lost(Fault),
}

/// How a COMMIT ended that didn't succeed.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Uncommitted {
    /// Nothing of the transaction stands.
    Undone(Fault),
    /// It can't be told whether it stands.
    Unclear(Fault),
}

impl Writer {
    pub(super) fn new(pool: DatabaseConnection) -> Self {
        Self { pool }
    }

    /// The pool itself, for what needs no transaction of ours: schema, whole copies, filling an empty database.
    pub(in crate::store) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Begins a transaction; on SQLite it takes the write lock at once, so that it can't fail half-way. That BEGIN
    /// succeeds proves that no transaction was open: both engines' drivers would say so (SQLite refuses a second
    /// BEGIN; a depth that sqlx counts is looked at). A connection that turns out dead before anything was asked of
    /// it is replaced by the next.
    pub(in crate::store) async fn begin(&self) -> Result<Connection, DbErr> {
        let mut tries = 0;
        loop {
            // Whoever stops waiting here leaves a BEGIN behind that nobody ends: until it has come back the connection
            // isn't the pool's again.
            let mut fresh = Fresh(Some(self.acquire().await?));
            match fresh.begin().await {
                Ok(engine) => return Ok(Connection::of(engine)),
                Err(error) => {
                    drop(fresh);
                    tries += 1;
                    let dead = matches!(error, Sqlx::Io(_) | Sqlx::Protocol(_) | Sqlx::WorkerCrashed) || ended(&error);
                    if !dead || tries > DEAD_AT_MOST {
                        return Err(exec(error));
                    }
                }
            }
        }
    }

    async fn acquire(&self) -> Result<Engine, DbErr> {
        let acquired = match self.pool.get_database_backend() {
            DbBackend::Sqlite => self.pool.get_sqlite_connection_pool().acquire().await.map(Engine::Sqlite),
            _ => self.pool.get_postgres_connection_pool().acquire().await.map(Engine::Postgres),
        };
        acquired.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))
    }
}

/// A connection on which a BEGIN hasn't come back; dropped it is closed.
struct Fresh(Option<Engine>);

impl Fresh {
    async fn begin(&mut self) -> Result<Engine, Sqlx> {
        let engine = self.0.as_mut().ok_or(Sqlx::PoolClosed)?;
        engine.begin().await?;
        self.0.take().ok_or(Sqlx::PoolClosed)
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(engine) = self.0.take() {
            engine.give_up();
        }
    }
}

/// The server ended this connection, or it is starting or stopping.
fn ended(error: &Sqlx) -> bool {
    error.as_database_error().and_then(|e| e.code()).is_some_and(|code| code.starts_with("57P"))
}

impl Engine {
    async fn run(&mut self, sql: &'static str) -> Result<(), Sqlx> {
        match self {
            Engine::Sqlite(connection) => connection.execute(sql).await.map(|_| ()),
            Engine::Postgres(connection) => connection.execute(sql).await.map(|_| ()),
        }
    }

    async fn begin(&mut self) -> Result<(), Sqlx> {
        let deep = match self {
            Engine::Sqlite(connection) => connection.is_in_transaction(),
            Engine::Postgres(connection) => connection.is_in_transaction(),
        };
        if deep {
            return Err(Sqlx::Protocol("a transaction is open on a connection from the pool".into()));
        }
        match self {
            Engine::Sqlite(_) => {
                let since = Instant::now();
                while let Err(error) = self.run(BEGIN_SQLITE).await {
                    if since.elapsed() > PATIENCE || !matches!(Fault::of_driver(&error), Fault::Away(fault::LOCKED)) {
                        return Err(error);
                    }
                }
                Ok(())
            }
            Engine::Postgres(_) => self.run("BEGIN").await,
        }
    }

    /// Never to be used again.
    fn give_up(mut self) {
        match &mut self {
            Engine::Sqlite(connection) => connection.close_on_drop(),
            Engine::Postgres(connection) => connection.close_on_drop(),
        }
    }

    /// The same, waiting until it is closed.
    async fn close(self) {
        let closing = async {
            match self {
                Engine::Sqlite(connection) => connection.close().await,
                Engine::Postgres(connection) => connection.close().await,
            }
        };
        // What came of closing a connection that failed matters to nobody.
        drop(tokio::time::timeout(CLOSING, closing).await);
    }

    async fn commit(mut self) -> Result<(), Uncommitted> {
        let Err(error) = self.run("COMMIT").await else { return Ok(()) };
        let fault = Fault::of_driver(&error);
        self.close().await;
        Err(match fault::is_certainly_undone(&error) {
            true => Uncommitted::Undone(fault),
            false => Uncommitted::Unclear(fault),
        })
    }

    async fn roll_back(mut self) {
        if self.run("ROLLBACK").await.is_err() {
            self.give_up();
        }
    }
}

impl Connection {
    fn of(engine: Engine) -> Self {
        let backend = match &engine {
            Engine::Sqlite(_) => DbBackend::Sqlite,
            Engine::Postgres(_) => DbBackend::Postgres,
        };
        Self { held: Mutex::new(Held { engine: Some(engine), life: Life::Sound }), backend }
    }

    /// Commits, unless something failed before. It goes on when whoever waits for it gives up: a COMMIT that was
    /// begun is never cut short by us.
    pub(in crate::store) async fn commit(mut self) -> Result<(), Uncommitted> {
        let held = self.held.get_mut();
        if let Life::Over(fault) | Life::Lost(fault) = held.life {
            return Err(Uncommitted::Undone(fault));
        }
        let Some(engine) = held.engine.take() else { return Err(Uncommitted::Undone(Fault::Ours)) };
        let committing = tokio::spawn(engine.commit());
        committing.await.unwrap_or(Err(Uncommitted::Unclear(Fault::Away("stopped in the middle of a commit"))))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let held = self.held.get_mut();
        match (held.engine.take(), held.life, tokio::runtime::Handle::try_current()) {
            (Some(engine), Life::Sound | Life::Over(_), Ok(runtime)) => drop(runtime.spawn(engine.roll_back())),
            (Some(engine), ..) => engine.give_up(),
            (None, ..) => {}
        }
    }
}

fn exec(error: Sqlx) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn query(error: Sqlx) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

/// What is known of a connection once a statement came back.
fn after<T>(result: &Result<T, Sqlx>) -> Life {
    match result {
        Ok(_) => Life::Sound,
        Err(error) => match Fault::of_driver(error) {
            fault if fault.spares_the_connection() => Life::Over(fault),
            fault => Life::Lost(fault),
        },
    }
}

/// Runs a statement on whichever engine it is. Until it has come back the connection counts as lost.
macro_rules! run {
    ($on:ident, $wrap:path, |$connection:ident| $work:expr) => {{
        let mut held = $on.held.lock().await;
        let Held { engine: Some(engine), life } = &mut *held else { return Err(over()) };
        if !matches!(life, Life::Sound) {
            return Err(over());
        }
        *life = Life::Lost(Fault::Away("a statement was given up"));
        let result = match engine {
            Engine::Sqlite($connection) => $work,
            Engine::Postgres($connection) => $work,
        };
        *life = after(&result);
        result.map_err($wrap)
    }};
}

/// A step that goes on after a statement failed has forgotten to stop: nothing more is done for it.
fn over() -> DbErr {
    exec(Sqlx::Protocol("this transaction has failed already".into()))
}

fn prepared(statement: Statement) -> (AssertSqlSafe<String>, SqlxValues) {
    (AssertSqlSafe(statement.sql), SqlxValues(statement.values.unwrap_or(Values(Vec::new()))))
}

#[async_trait]
impl ConnectionTrait for Connection {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let (sql, values) = prepared(statement);
        run!(self, exec, |c| sqlx::query_with(sql, values).execute(&mut **c).await.map(ExecResult::from))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let sql = AssertSqlSafe(sql.to_owned());
        run!(self, exec, |c| c.execute(sql).await.map(ExecResult::from))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let (sql, values) = prepared(statement);
        run!(self, query, |c| {
            sqlx::query_with(sql, values).fetch_optional(&mut **c).await.map(|row| row.map(QueryResult::from))
        })
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (sql, values) = prepared(statement);
        run!(self, query, |c| {
            let rows = sqlx::query_with(sql, values).fetch_all(&mut **c).await;
            rows.map(|rows| rows.into_iter().map(QueryResult::from).collect())
        })
    }
}
