//! The floor: the statements of each work by hand through sqlx, session look-up and audit included, with a pool
//! of the same shape (SQLite: one writer and readers, WAL with synchronous=FULL; PostgreSQL: one pool).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use uuid::Uuid;

use crate::client::{Load, Result};
use crate::setting::Setting;
use crate::statements::*;

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
                    .foreign_keys(true)
                    .statement_cache_capacity(256)
                    .pragma("cache_size", "-8000")
                    .pragma("temp_store", "memory")
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

static SERIAL: AtomicI64 = AtomicI64::new(9_000_000);

macro_rules! engine {
    ($name:ident, $engine:ty, $pool:ty, $json:literal, $begin:literal, $find:expr, $question:expr, $serial:literal, $counter:literal, $put:expr) => {
        /// The floor of one engine.
        pub mod $name {
            use super::*;
            use sqlx::{QueryBuilder, Row, Transaction};

            const VERIFY: &str = concat!(
                "INSERT INTO verifications (id, call_id, said, items, decision, outcome, reason, directory_version, as_of, decided_at, decided_by) ",
                "VALUES ($1, $2, ", $json, ", ", $json, ", 'needs_check', 'unverified', '', 0, $3, $4, $5)"
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
                session: Vec<u8>,
                token: Vec<u8>,
                tokens: String,
                counter: String,
                tickets: Vec<i64>,
            }

            impl Pools {
                /// Reads what exists.
                pub async fn new(write: $pool, read: $pool) -> Self {
                    let who = sqlx::query("SELECT id FROM accounts WHERE login = 'bench'").fetch_one(&read).await.unwrap().get(0);
                    let session = sqlx::query("SELECT id_hash FROM sessions LIMIT 1").fetch_one(&read).await.unwrap().get(0);
                    let token = sqlx::query("SELECT token_hash FROM tokens LIMIT 1").fetch_one(&read).await.unwrap().get(0);
                    let rows = sqlx::query("SELECT number FROM tickets ORDER BY number DESC LIMIT 10000").fetch_all(&read).await.unwrap();
                    let tickets = rows.iter().map(|r| r.get(0)).collect();
                    // Tokyo's year, as the product counts its serials.
                    let year = (Utc::now() + chrono::Duration::hours(9)).format("%Y");
                    let counter = format!("{}{year}", $counter);
                    Self { write, read, who, session, token, tokens: tokens(), counter, tickets }
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
                let now = Utc::now();
                let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
                let number = pools.tickets[usize::try_from(serial).unwrap() * 7_919 % pools.tickets.len()];
                if matches!(work, Load::LogCall | Load::AddEntry) {
                    sqlx::query(TOKEN).bind(&pools.token).fetch_one(&pools.read).await.unwrap();
                    return write(pools, work, now, serial, number).await;
                }
                sqlx::query(SESSION).bind(&pools.session).fetch_one(&pools.read).await.unwrap();
                sqlx::query(ACCOUNT).bind(pools.who).fetch_one(&pools.read).await.unwrap();
                let shown = read(pools, work, number).await;
                let mut tx = pools.write.begin_with($begin).await.unwrap();
                audit(&mut tx, pools.who, now, 1, &shown).await;
                tx.commit().await.unwrap();
            }

            async fn read(pools: &Pools, work: Load, number: i64) -> Vec<Uuid> {
                match work {
                    Load::OpenTicket => {
                        let ticket: Uuid = sqlx::query(TICKET).bind(number).fetch_one(&pools.read).await.unwrap().get("id");
                        for sql in OF_TICKET {
                            sqlx::query(sql).bind(ticket).fetch_all(&pools.read).await.unwrap();
                        }
                        vec![ticket]
                    }
                    Load::Search => {
                        let mut rows = Vec::new();
                        for find in $find {
                            if rows.len() < 51 {
                                rows = sqlx::query(find).bind($question).bind("感染").fetch_all(&pools.read).await.unwrap();
                            }
                        }
                        let mut lines = QueryBuilder::<$engine>::new(LINES);
                        let mut list = lines.separated(", ");
                        for row in rows.iter().take(50) {
                            list.push_bind(row.get::<i64, _>(0));
                        }
                        lines.push(") ORDER BY number DESC");
                        lines.build().fetch_all(&pools.read).await.unwrap().iter().map(|r| r.get(0)).collect()
                    }
                    _ => {
                        let rows = sqlx::query(LIST).fetch_all(&pools.read).await.unwrap();
                        rows.iter().take(50).map(|r| r.get(0)).collect()
                    }
                }
            }

            async fn write(pools: &Pools, work: Load, now: DateTime<Utc>, serial: i64, number: i64) {
                let (who, day) = (pools.who, now.date_naive());
                let key = serial.to_string();
                if work == Load::LogCall {
                    sqlx::query(ASKED).bind(who).bind(ROUTE).bind(&key).fetch_optional(&pools.read).await.unwrap();
                }
                let mut tx = pools.write.begin_with($begin).await.unwrap();
                if work == Load::LogCall {
                    let (call, ticket, verification) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
                    let number = number / 10_000_000 * 10_000_000 + serial;
                    sqlx::query(CALL).bind(call).bind(now).bind(who).bind(day).execute(&mut *tx).await.unwrap();
                    sqlx::query(VERIFY).bind(verification).bind(call).bind(day).bind(now).bind(who).execute(&mut *tx).await.unwrap();
                    sqlx::query(OF_CALL).bind(call).fetch_all(&mut *tx).await.unwrap();
                    sqlx::query($serial).bind(&pools.counter).fetch_one(&mut *tx).await.unwrap();
                    sqlx::query(NEW_TICKET).bind(ticket).bind(number).bind(now).bind(who).bind(day).execute(&mut *tx).await.unwrap();
                    sqlx::query(LINK).bind(call).bind(ticket).execute(&mut *tx).await.unwrap();
                    sqlx::query(VERIFICATION).bind(ticket).bind(call).execute(&mut *tx).await.unwrap();
                    sqlx::query(VERIFICATION_TASK).bind(ticket).bind(verification).execute(&mut *tx).await.unwrap();
                    for _ in 0..4 {
                        sqlx::query(ENTRY).bind(Uuid::now_v7()).bind(ticket).bind(now).bind(who).execute(&mut *tx).await.unwrap();
                    }
                    document(&mut tx, number, &pools.tokens).await;
                    sqlx::query(STATE).bind(ticket).bind(now).execute(&mut *tx).await.unwrap();
                    audit(&mut tx, who, now, 4, &[]).await;
                    sqlx::query(ANSWERED).bind(who).bind(ROUTE).bind(&key).bind(&[0_u8; 32][..]).bind(now).bind(now)
                        .execute(&mut *tx).await.unwrap();
                } else {
                    let ticket: Uuid = sqlx::query(TICKET).bind(number).fetch_one(&mut *tx).await.unwrap().get("id");
                    sqlx::query(ENTRY).bind(Uuid::now_v7()).bind(ticket).bind(now).bind(who).execute(&mut *tx).await.unwrap();
                    sqlx::query(TOUCH).bind(ticket).bind(now).execute(&mut *tx).await.unwrap();
                    sqlx::query(DOCUMENT).bind(number).fetch_optional(&mut *tx).await.unwrap();
                    document(&mut tx, number, &pools.tokens).await;
                    audit(&mut tx, who, now, 1, &[]).await;
                }
                tx.commit().await.unwrap();
            }

            async fn document(tx: &mut Transaction<'_, $engine>, number: i64, tokens: &str) {
                for (sql, values) in $put {
                    let mut query = sqlx::query(*sql).bind(number);
                    for value in *values {
                        query = query.bind(if *value == "body" { TEXT } else { tokens });
                    }
                    query.execute(&mut **tx).await.unwrap();
                }
            }

            /// Entries, and who else they are about, each kind in one statement.
            async fn audit(tx: &mut Transaction<'_, $engine>, who: Uuid, now: DateTime<Utc>, count: usize, shown: &[Uuid]) {
                let entry = Uuid::now_v7();
                let mut insert = QueryBuilder::<$engine>::new(AUDIT);
                insert.push_values((0..count).map(|n| if n == 0 { entry } else { Uuid::now_v7() }), |mut row, id| {
                    row.push_bind(id).push_bind(now).push("'account'").push_bind(who).push("'bench', 'ticket'").push_bind(id);
                    row.push("'done', '127.0.0.1'").push_bind(id).push($json);
                });
                insert.build().execute(&mut **tx).await.unwrap();
                if !shown.is_empty() {
                    let mut insert = QueryBuilder::<$engine>::new(SUBJECTS);
                    insert.push_values(shown, |mut row, subject| {
                        row.push_bind(*subject).push_bind(now).push_bind(entry).push("'ticket'");
                    });
                    insert.push(" ON CONFLICT DO NOTHING").build().execute(&mut **tx).await.unwrap();
                }
            }
        }
    };
}

engine!(
    sqlite,
    sqlx::Sqlite,
    SqlitePool,
    "'{}'",
    "BEGIN IMMEDIATE",
    ["SELECT d.number FROM search_index i CROSS JOIN search_docs d ON d.number = i.rowid WHERE search_index MATCH $1 \
      AND instr(d.body, $2) > 0 ORDER BY i.rowid DESC LIMIT 51"],
    "\"611fx67d3\"",
    "INSERT INTO counters (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value",
    "bench-",
    &[
        (
            "INSERT INTO search_docs (number, body) VALUES ($1, $2) ON CONFLICT (number) DO UPDATE SET body = excluded.body",
            &["body"][..]
        ),
        ("DELETE FROM search_index WHERE rowid = $1", &[]),
        ("INSERT INTO search_index (rowid, tokens) VALUES ($1, $2)", &["tokens"]),
    ]
);
engine!(
    postgres,
    sqlx::Postgres,
    PgPool,
    "'{}'::jsonb",
    "BEGIN",
    [
        "SELECT d.number FROM (SELECT number, body, tokens FROM search_docs WHERE number < 9223372036854775807 \
         ORDER BY number DESC LIMIT 1000) d WHERE d.tokens @@ $1::tsquery AND strpos(d.body, $2) > 0 ORDER BY d.number DESC LIMIT 51",
        "SELECT d.number FROM search_docs d WHERE d.tokens @@ $1::tsquery AND strpos(d.body, $2) > 0 ORDER BY d.number DESC LIMIT 51"
    ],
    "611fx67d3",
    "SELECT nextval(to_regclass($1)) AS value",
    "ticket_serial_",
    &[(
        "INSERT INTO search_docs (number, body, tokens) VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' '))) \
         ON CONFLICT (number) DO UPDATE SET body = excluded.body, tokens = excluded.tokens",
        &["body", "tokens"][..]
    )]
);
