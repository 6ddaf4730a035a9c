//! What a driver does wrong and the store works around. Each of these fails once it's right upstream: then the
//! work-around that it names can go.

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::support::TestDb;
use crate::support::db::{self, Engine};

/// sqlx-sqlite counts how deep its transactions are, and believes itself: where SQLite has rolled back by itself (a
/// full disk, an I/O error, `ON CONFLICT ROLLBACK`) the driver's ROLLBACK fails and the count stays at one. The next
/// `begin` is then a SAVEPOINT; the first that is dropped rolls back to it and leaves the transaction around it open,
/// and from then on every commit is a RELEASE inside of what nobody ever commits. The store therefore never uses a
/// connection again on which anything but a constraint failed, and proves at each `begin` that it is the first.
#[tokio::test]
async fn sqlx_still_commits_into_nothing_after_sqlite_rolled_back_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = SqliteConnectOptions::new().filename(folder.path().join("test.db")).create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await.expect("a pool");
    sqlx::query("CREATE TABLE things (name TEXT UNIQUE ON CONFLICT ROLLBACK)").execute(&pool).await.expect("a table");
    let insert = "INSERT INTO things VALUES ('one')";

    let mut tx = pool.begin().await.expect("a transaction");
    sqlx::query(insert).execute(&mut *tx).await.expect("a row");
    sqlx::query(insert).execute(&mut *tx).await.expect_err("SQLite rolls back by itself");
    drop(tx);
    drop(pool.begin().await.expect("an ordinary refusal"));

    let mut tx = pool.begin().await.expect("a transaction");
    sqlx::query(insert).execute(&mut *tx).await.expect("a row");
    tx.commit().await.expect("said to be committed");
    let mut beside = SqliteConnection::connect_with(&options).await.expect("a connection");
    let (seen,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM things").fetch_one(&mut beside).await.expect("a count");

    assert_eq!(seen, 0, "sqlx-sqlite is right now: the store needn't throw such connections away for that reason");
}

/// PostgreSQL answers the COMMIT of a transaction in which a statement failed with ROLLBACK and no error, and the
/// driver says that it's done. The store therefore commits nothing any more once a statement has failed.
#[tokio::test]
async fn sqlx_still_says_that_it_committed_what_postgres_rolled_back() {
    db::run(Engine::Postgres, async |db: TestDb| {
        let mut on = PgConnection::connect(&db.url).await.expect("a connection");
        sqlx::query("CREATE TABLE things (name TEXT UNIQUE)").execute(&mut on).await.expect("a table");
        let insert = "INSERT INTO things VALUES ('one')";

        let mut tx = on.begin().await.expect("a transaction");
        sqlx::query(insert).execute(&mut *tx).await.expect("a row");
        sqlx::query(insert).execute(&mut *tx).await.expect_err("there already");
        let committed = tx.commit().await.is_ok();

        let (held,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM things").fetch_one(&mut on).await.expect("a count");
        assert_eq!((committed, held), (true, 0), "sqlx tells now: the store needn't remember what failed");
    })
    .await;
}
