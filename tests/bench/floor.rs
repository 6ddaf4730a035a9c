//! The floor: the statements of each work by hand through sqlx, session look-up and audit included, with a pool
//! of the same shape (SQLite: one writer and readers, WAL with synchronous=FULL; PostgreSQL: one pool).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::Utc;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use uuid::Uuid;

use crate::client::{Load, Result};
use crate::setting::Setting;

/// Works by hand.
pub enum Hand {
    /// One writer, eight readers.
    Sqlite(Arc<sqlite::Pools>),
    /// One pool.
    Postgres(Arc<postgres::Pools>),
}

impl Hand {
    /// Opens the pools.
    pub async fn open(setting: &Setting) -> Self {
        if setting.url.starts_with("sqlite") {
            let options = || {
                setting
                    .url
                    .parse::<SqliteConnectOptions>()
                    .unwrap()
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(Duration::from_secs(5))
            };
            let write = SqlitePoolOptions::new().max_connections(1).connect_with(options()).await.unwrap();
            let read = SqlitePoolOptions::new().max_connections(8).connect_with(options()).await.unwrap();
            Self::Sqlite(Arc::new(sqlite::Pools::new(write, read).await))
        } else {
            let pool = PgPoolOptions::new().max_connections(8).connect(&setting.url).await.unwrap();
            Self::Postgres(Arc::new(postgres::Pools::new(pool.clone(), pool).await))
        }
    }

    /// Eight at once, for so long.
    pub async fn run(&self, work: Load, long: Duration) -> Result {
        match self {
            Self::Sqlite(pools) => sqlite::run(pools.clone(), Some(work), long).await,
            Self::Postgres(pools) => postgres::run(pools.clone(), Some(work), long).await,
        }
    }

    /// Commits of a single row, eight at once.
    pub async fn bare_commits(&self, long: Duration) -> Result {
        match self {
            Self::Sqlite(pools) => sqlite::run(pools.clone(), None, long).await,
            Self::Postgres(pools) => postgres::run(pools.clone(), None, long).await,
        }
    }
}

const SESSION: &str = "SELECT id_hash, account_id, created_at, last_seen_at, expires_at, ended_at FROM sessions WHERE account_id = $1 LIMIT 1";
const ACCOUNT: &str = "SELECT * FROM accounts WHERE id = $1";
const TICKET: &str = "SELECT * FROM tickets WHERE number = $1";
const OF_TICKET: [&str; 7] = [
    "SELECT * FROM calls WHERE id IN (SELECT call_id FROM call_tickets WHERE ticket_id = $1) ORDER BY arrived_at",
    "SELECT * FROM entries WHERE ticket_id = $1 ORDER BY occurred_at, entered_at, id",
    "SELECT f.* FROM facilities f JOIN tickets t ON t.facility_id = f.id WHERE t.id = $1",
    "SELECT m.* FROM members m JOIN tickets t ON t.member_id = m.id WHERE t.id = $1",
    "SELECT * FROM verifications WHERE ticket_id = $1",
    "SELECT * FROM remote_sessions WHERE ticket_id = $1",
    "SELECT * FROM tasks WHERE ticket_id = $1 AND done_at IS NULL",
];
const LIST: &str = "SELECT id, number, desk, facility_id, facility_name, incident, severity, state, owner_id, verification, opened_at, \
                    last_event_at FROM tickets ORDER BY number DESC LIMIT 51";
const SUBJECT: &str =
    "INSERT INTO audit_subjects (subject_id, at, entry_id, subject_kind) VALUES ($1, $2, $3, 'ticket')";
const CALL: &str = "INSERT INTO calls (id, direction, desk, state, number, number_digits, arrived_at, answered_at, ended_at, operator_id, \
                    caller_name, callback_number, disposition, complaint, out_of_hours, out_of_hours_reason, arrived_on, version) \
                    VALUES ($1, 'inbound', 'helpline', 'ended', '03-1234-5678', '0312345678', $2, $2, $2, $3, '受付', '', 'solved', false, \
                    false, '', $4, 1)";
const LINK: &str = "INSERT INTO call_tickets (call_id, ticket_id) VALUES ($1, $2)";
const TOUCH: &str = "UPDATE tickets SET last_event_at = $2 WHERE id = $1";

static SERIAL: AtomicI64 = AtomicI64::new(9_000_000);

macro_rules! engine {
    ($name:ident, $pool:ty, $json:literal, $begin:literal, $find:literal, $question:expr) => {
        /// The floor of one engine.
        pub mod $name {
            use super::*;
            use sqlx::Row;

            const AUDIT: &str = concat!(
                "INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_kind, object_id, result, peer, request_id, detail) ",
                "VALUES ($1, $2, 'account', $3, 'bench', 'ticket', $1, 'done', '127.0.0.1', $1, ", $json, ")"
            );
            const NEW_TICKET: &str = concat!(
                "INSERT INTO tickets (id, number, desk, facility_name, prefecture, facility_kind, incident, severity, summary, state, ",
                "state_evidence, version, verification, provisional, tier, opened_at, opened_by, opened_on, last_event_at) ",
                "VALUES ($1, $2, 'helpline', '中央診療所', '', '', 'malware', 'high', '添付ファイルを開いた', 'done', ", $json,
                ", 1, 'unverified', false, 1, $3, $4, $5, $3)"
            );
            const ENTRY: &str = concat!(
                "INSERT INTO entries (id, ticket_id, kind, occurred_at, entered_at, entered_by, body, data) ",
                "VALUES ($1, $2, 'note', $3, $3, $4, '再起動後に改善したことを確認した。', ", $json, ")"
            );

            /// Two pools and what exists.
            pub struct Pools {
                write: $pool,
                read: $pool,
                who: Uuid,
                tickets: Vec<i64>,
            }

            impl Pools {
                /// Reads what exists.
                pub async fn new(write: $pool, read: $pool) -> Self {
                    let who = sqlx::query("SELECT id FROM accounts WHERE login = 'bench'").fetch_one(&read).await.unwrap().get(0);
                    let rows = sqlx::query("SELECT number FROM tickets ORDER BY number DESC LIMIT 10000").fetch_all(&read).await.unwrap();
                    Self { write, read, who, tickets: rows.iter().map(|r| r.get(0)).collect() }
                }
            }

            /// Eight workers.
            pub async fn run(pools: Arc<Pools>, work: Option<Load>, long: Duration) -> Result {
                let started = Instant::now();
                let workers: Vec<_> = (0..8)
                    .map(|_| {
                        let pools = pools.clone();
                        tokio::spawn(async move {
                            let mut result = Result::default();
                            while started.elapsed() < long {
                                let began = Instant::now();
                                match work {
                                    Some(work) => one(&pools, work).await,
                                    None => bare(&pools).await,
                                }
                                result.times.push(began.elapsed().as_secs_f64() * 1_000.0);
                                result.done += 1;
                            }
                            result.seconds = started.elapsed().as_secs_f64();
                            result
                        })
                    })
                    .collect();
                let mut all = Result::default();
                for worker in workers {
                    all.add(worker.await.unwrap());
                }
                all
            }

            async fn bare(pools: &Pools) {
                let mut tx = pools.write.begin_with($begin).await.unwrap();
                sqlx::query(SUBJECT).bind(Uuid::new_v4()).bind(Utc::now()).bind(Uuid::new_v4()).execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
            }

            async fn one(pools: &Pools, work: Load) {
                sqlx::query(SESSION).bind(pools.who).fetch_optional(&pools.read).await.unwrap();
                sqlx::query(ACCOUNT).bind(pools.who).fetch_one(&pools.read).await.unwrap();
                let now = Utc::now();
                let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
                let number = pools.tickets[usize::try_from(serial).unwrap() * 7_919 % pools.tickets.len()];
                let mut shown: Vec<Uuid> = Vec::new();
                match work {
                    Load::OpenTicket => {
                        let ticket: Uuid = sqlx::query(TICKET).bind(number).fetch_one(&pools.read).await.unwrap().get("id");
                        for sql in OF_TICKET {
                            sqlx::query(sql).bind(ticket).fetch_all(&pools.read).await.unwrap();
                        }
                        shown.push(ticket);
                    }
                    Load::List => {
                        let rows = sqlx::query(LIST).fetch_all(&pools.read).await.unwrap();
                        shown = rows.iter().take(50).map(|r| r.get(0)).collect();
                    }
                    Load::Search => {
                        let rows = sqlx::query($find).bind($question).bind("感染").fetch_all(&pools.read).await.unwrap();
                        for row in rows.iter().take(50) {
                            let number: i64 = row.get(0);
                            shown.push(sqlx::query(TICKET).bind(number).fetch_one(&pools.read).await.unwrap().get("id"));
                        }
                    }
                    Load::LogCall | Load::AddEntry => {}
                }
                let mut tx = pools.write.begin_with($begin).await.unwrap();
                if work == Load::LogCall {
                    let (call, ticket) = (Uuid::new_v4(), Uuid::new_v4());
                    let day = now.date_naive();
                    sqlx::query(CALL).bind(call).bind(now).bind(pools.who).bind(day).execute(&mut *tx).await.unwrap();
                    sqlx::query(NEW_TICKET).bind(ticket).bind(number / 10_000_000 * 10_000_000 + serial).bind(now).bind(pools.who).bind(day)
                        .execute(&mut *tx).await.unwrap();
                    sqlx::query(LINK).bind(call).bind(ticket).execute(&mut *tx).await.unwrap();
                    sqlx::query(ENTRY).bind(Uuid::new_v4()).bind(ticket).bind(now).bind(pools.who).execute(&mut *tx).await.unwrap();
                }
                if work == Load::AddEntry {
                    let ticket: Uuid = sqlx::query(TICKET).bind(number).fetch_one(&mut *tx).await.unwrap().get("id");
                    sqlx::query(ENTRY).bind(Uuid::new_v4()).bind(ticket).bind(now).bind(pools.who).execute(&mut *tx).await.unwrap();
                    sqlx::query(TOUCH).bind(ticket).bind(now).execute(&mut *tx).await.unwrap();
                }
                let audit = Uuid::new_v4();
                sqlx::query(AUDIT).bind(audit).bind(now).bind(pools.who).execute(&mut *tx).await.unwrap();
                for subject in shown {
                    sqlx::query(SUBJECT).bind(subject).bind(now).bind(audit).execute(&mut *tx).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        }
    };
}

engine!(
    sqlite,
    SqlitePool,
    "'{}'",
    "BEGIN IMMEDIATE",
    "SELECT d.number FROM search_index i CROSS JOIN search_docs d ON d.number = i.rowid WHERE search_index MATCH $1 \
     AND instr(d.body, $2) > 0 ORDER BY i.rowid DESC LIMIT 51",
    "\"611fx67d3\""
);
engine!(
    postgres,
    PgPool,
    "'{}'::jsonb",
    "BEGIN",
    "SELECT d.number FROM search_docs d WHERE d.tokens @@ $1::tsquery AND strpos(d.body, $2) > 0 ORDER BY d.number DESC LIMIT 51",
    "611fx67d3"
);
