//! Opening a database: brought current once, by one at a time, and never by an older version than wrote it.

use madoguchi::store::{Store, StoreError};
use sea_orm::{Database, FromQueryResult, Statement};

use crate::support::{TestDb, on_each_db};

async fn applied(db: &TestDb) -> i64 {
    number(db, "SELECT COUNT(*) AS n FROM seaql_migrations").await
}

/// The number that a query gives as `n`.
async fn number(db: &TestDb, sql: &str) -> i64 {
    #[derive(FromQueryResult)]
    struct Row {
        n: i64,
    }
    let on = Database::connect(&db.url).await.unwrap();
    let statement = Statement::from_string(on.get_database_backend(), sql);
    Row::find_by_statement(statement).one(&on).await.unwrap().unwrap().n
}

on_each_db!(a_fresh_database_is_brought_current_and_the_second_opening_changes_nothing, async |db: TestDb| {
    Store::open(&db.address()).await.unwrap().ping().await.unwrap();
    let count = applied(&db).await;
    assert!(count >= 7);
    Store::open(&db.address()).await.unwrap().ping().await.unwrap();
    assert_eq!(applied(&db).await, count);
});

on_each_db!(two_that_open_a_new_database_at_the_same_moment_both_serve, async |db: TestDb| {
    let address = db.address();
    let (one, other) = tokio::join!(Store::open(&address), Store::open(&address));
    one.unwrap().ping().await.unwrap();
    other.unwrap().ping().await.unwrap();
});

on_each_db!(a_database_of_a_newer_version_is_left_alone, async |db: TestDb| {
    drop(Store::open(&db.address()).await.unwrap());
    db.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_future', 1)").await;
    let count = applied(&db).await;
    assert!(matches!(Store::open(&db.address()).await, Err(StoreError::Newer)));
    assert_eq!(applied(&db).await, count);
});

on_each_db!(what_stands_in_the_database_survives_the_next_opening, async |db: TestDb| {
    drop(Store::open(&db.address()).await.unwrap());
    db.execute("INSERT INTO counters (name, value) VALUES ('ticket-2026', 41)").await;
    let store = Store::open(&db.address()).await.unwrap();
    let tx = store.begin().await.unwrap();
    let next = madoguchi::store::tickets::next_number(&tx, 2026).await.unwrap();
    assert_eq!(next.to_string(), "2026-000042");
});

on_each_db!(a_quarter_that_was_settled_before_settling_forgot_tickets_forgets_them, async |db: TestDb| {
    drop(Store::open(&db.address()).await.unwrap());
    let mark = if db.url.starts_with("postgres") { "" } else { "X" };
    let [settled, open] = ["07", "10"].map(|month| format!("{mark}'000000000000000000000000000000{month}'"));
    for (month, id) in [("2026-07", &settled), ("2026-10", &open)] {
        let columns = "ticket_id, month, prefecture, incident, facility_type, desk, severity, standing, outcome";
        let values = format!("{id}, '{month}', '', '', '', '', '', '', ''");
        db.execute(&format!("INSERT INTO report_cases ({columns}) VALUES ({values})")).await;
    }
    db.execute("INSERT INTO report_cuts (period, cut_at) VALUES ('2026Q3', '2026-10-01T00:00:00Z')").await;
    db.execute("DELETE FROM seaql_migrations WHERE version = 'm20261129_000130_forgotten_tickets'").await;
    drop(Store::open(&db.address()).await.unwrap());
    let known = format!("SELECT COUNT(*) AS n FROM report_cases WHERE ticket_id IN ({settled}, {open})");
    assert_eq!(number(&db, &known).await, 1, "October isn't settled yet");
    assert_eq!(number(&db, "SELECT COUNT(*) AS n FROM report_cases").await, 2);
});

#[tokio::test]
async fn an_address_that_is_none_is_refused_in_words() {
    for url in ["mysql://x", "", "sqlite:///nowhere/at/all/x.db"] {
        let address = madoguchi::store::Address { url: url.into(), connections: 2 };
        assert!(matches!(Store::open(&address).await, Err(StoreError::Unreachable(_))), "{url}");
    }
}
