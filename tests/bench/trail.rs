//! Who saw a facility between two moments, over a long audit.

use std::time::Instant;

use chrono::{DateTime, Duration, TimeZone, Utc};
use madoguchi::app::App;
use madoguchi::config;
use madoguchi::domain::audit::line::AuditFilter;
use madoguchi::gateway::clock::SystemClock;
use madoguchi::gateway::password::Cost;
use madoguchi::usecase::audit::page;
use sqlx::AssertSqlSafe;
use std::sync::Arc;
use uuid::Uuid;

use crate::client::Result;
use crate::setting::Setting;

/// Every so many entries one touches the busy facility.
const BUSY: usize = 200;
/// Facilities the others are spread over.
const FACILITIES: usize = 3_000;

/// Fills the audit with a year of entries, and asks.
pub async fn run(engine: &str, entries: usize) {
    let setting = Setting::make(engine, 200).await;
    fill(&setting.url, entries).await;
    let mut settings = config::load().unwrap();
    settings.database.url = setting.url.clone();
    settings.seal.key_file = setting.key_file.clone();
    let app = App::build_with(settings, Arc::new(SystemClock), Cost::TRIAL).await.unwrap();
    println!("\n== {engine}: {entries} audit entries, a facility beside each; 50 rows a page");
    println!("{:44} {:>9} {:>9}", "who saw", "p50 ms", "p99 ms");
    let day = |month, day| Utc.with_ymd_and_hms(2025, month, day, 0, 0, 0).unwrap();
    for (what, facility, from, until) in [
        ("the busy facility, the whole year", 0, day(1, 1), day(12, 31)),
        ("the busy facility, a day in spring", 0, day(4, 10), day(4, 11)),
        ("another facility, the whole year", 77, day(1, 1), day(12, 31)),
        ("another facility, a week in spring", 77, day(4, 10), day(4, 17)),
    ] {
        let result = ask(&app, facility, from, until).await;
        println!("{what:44} {:>9.2} {:>9.2}", result.percentile(0.5), result.percentile(0.99));
    }
}

async fn ask(app: &App, facility: u128, from: DateTime<Utc>, until: DateTime<Utc>) -> Result {
    let subject = Some(Uuid::from_u128(facility));
    let filter = AuditFilter { from: Some(from), until: Some(until), subject, ..AuditFilter::default() };
    let mut result = Result::default();
    for _ in 0..50 {
        let started = Instant::now();
        let shown = page(&app.services, &app.console(), &filter).await.unwrap();
        assert!(!shown.rows.is_empty() || until - from < Duration::days(30));
        result.times.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    result
}

/// Entries a few seconds apart from the first day of 2025 on, each with one facility beside it.
async fn fill(url: &str, entries: usize) {
    let step = 365 * 86_400 / entries.max(1);
    let busy = format!("CASE WHEN n % {BUSY} = 0 THEN 0 ELSE n % {FACILITIES} END");
    let statements = if url.starts_with("sqlite") {
        let series = format!("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {entries})");
        let at = format!("strftime('%Y-%m-%dT%H:%M:%S', '2025-01-01', '+' || (n * {step}) || ' seconds') || '+00:00'");
        let id = |n: &str| format!("unhex(printf('%032x', {n}))");
        [
            format!(
                "{series} INSERT INTO audit_entries (id, at, actor_kind, action, object_kind, object_id, result, peer, request_id, detail, seq, seal) \
                 SELECT {}, {at}, 'account', 'ticket.view', 'ticket', {}, 'done', '192.0.2.7', {}, '{{}}', n, zeroblob(32) FROM s",
                id("n + 1000000"),
                id("n % 20000 + 500000"),
                id("n")
            ),
            format!(
                "{series} INSERT INTO audit_subjects (subject_id, at, entry_id, subject_kind) SELECT {}, {at}, {}, 'facility' FROM s",
                id(&busy),
                id("n + 1000000")
            ),
        ]
    } else {
        let series = format!("generate_series(1, {entries}) AS s(n)");
        let at = format!("timestamptz '2025-01-01 00:00:00+00' + n * interval '{step} seconds'");
        let id = |n: &str| format!("lpad(to_hex({n}), 32, '0')::uuid");
        [
            format!(
                "INSERT INTO audit_entries (id, at, actor_kind, action, object_kind, object_id, result, peer, request_id, detail, seq, seal) \
                 SELECT {}, {at}, 'account', 'ticket.view', 'ticket', {}, 'done', '192.0.2.7', {}, '{{}}', n, decode(repeat('00', 32), 'hex') FROM {series}",
                id("n + 1000000"),
                id("n % 20000 + 500000"),
                id("n")
            ),
            format!(
                "INSERT INTO audit_subjects (subject_id, at, entry_id, subject_kind) SELECT {}, {at}, {}, 'facility' FROM {series}",
                id(&busy),
                id("n + 1000000")
            ),
        ]
    };
    if url.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(url).await.unwrap();
        for sql in statements {
            sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        }
    } else {
        let pool = sqlx::PgPool::connect(url).await.unwrap();
        for sql in statements {
            sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        }
        // As the server does by itself before long.
        sqlx::query("ANALYZE").execute(&pool).await.unwrap();
    }
}
