//! Readings while the database can't be written: people go on reading, and what they read stands in the audit later.

use std::path::PathBuf;
use std::time::Duration;

use madoguchi::app::App;
use madoguchi::domain::access::actor::Role;
use madoguchi::store::StoreError;
use madoguchi::usecase::audit::journals;
use madoguchi::usecase::audit::journals::Kept;
use madoguchi::usecase::{Error, audit, tickets};
use sea_orm::{
    ConnectionTrait, Database, DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use crate::support::{TestApp, on_each_db};

async fn opened(app: &App) -> Kept {
    app.keep_journal().await.expect("a journal")
}

/// The file of the desk's journal.
fn file(app: &TestApp) -> PathBuf {
    let files = std::fs::read_dir(app.db.folder.path()).expect("a folder");
    let journal = |path: &PathBuf| path.extension().is_some_and(|e| e == "journal");
    files.map(|file| file.expect("a file").path()).find(journal).expect("a journal")
}

/// Somebody who keeps everybody from writing, until it's dropped.
async fn locked(app: &TestApp) -> DatabaseTransaction {
    let on = Database::connect(&app.db.url).await.expect("a connection");
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = on.begin_with_options(immediate).await.expect("begun");
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE audit_entries IN SHARE MODE").await.expect("locked");
    }
    tx
}

/// Somebody reads a list, at one of two servers.
async fn read(desk: &TestApp, at: &App) -> Result<(), Error> {
    tickets::list(&at.services, &desk.ctx(Role::Operator), &Default::default()).await.map(|_| ())
}

async fn readings(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'ticket.list'").await
}

/// Waits until nothing waits in a server's journal.
async fn gone_over(at: &App) {
    for _ in 0..600 {
        if at.services.store.journal().waiting() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{} readings still wait", at.services.store.journal().waiting());
}

/// A server that ended without a word: its file is as it was before, whatever it did since.
async fn killed(desk: &TestApp, server: App, left: Vec<u8>) {
    gone_over(&server).await;
    drop(server);
    tokio::time::sleep(Duration::from_millis(300)).await;
    std::fs::write(file(desk), left).expect("put back");
}

on_each_db!(what_is_read_while_nothing_can_be_written_stands_in_the_chain_afterwards, async |app: TestApp| {
    app.case(serde_json::json!({})).await;
    opened(&app.app).await;
    let lock = locked(&app).await;
    for _ in 0..5 {
        read(&app, &app.app).await.expect("read");
    }
    assert_eq!(app.services.store.journal().waiting(), 5);
    assert_eq!(readings(&app).await, 0);
    drop(lock);
    gone_over(&app.app).await;
    assert_eq!(readings(&app).await, 5);
    assert!(app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'audit.journal'").await >= 1);
    read(&app, &app.app).await.expect("read");
    assert_eq!((readings(&app).await, app.services.store.journal().waiting()), (6, 0), "written straight again");
    while audit::seal(&app.services).await.unwrap() > 0 {}
    assert!(audit::verify(&app.services, None).await.unwrap().fault.is_none());
});

on_each_db!(without_a_journal_nothing_is_shown_that_can_not_be_written_down, async |app: TestApp| {
    let lock = locked(&app).await;
    // PostgreSQL waits for a lock as long as a statement may take: given up here.
    match tokio::time::timeout(Duration::from_secs(8), read(&app, &app.app)).await {
        Ok(result) => assert!(matches!(result, Err(Error::Store(StoreError::Away(_)))), "{result:?}"),
        Err(_) => assert!(app.db.url.starts_with("postgres")),
    }
    drop(lock);
});

on_each_db!(what_a_server_left_behind_goes_over_when_the_next_one_starts, async |app: TestApp| {
    let twin = app.twin().await;
    opened(&twin).await;
    let lock = locked(&app).await;
    read(&app, &twin).await.expect("read");
    assert_eq!(twin.services.store.journal().waiting(), 1);
    let left = std::fs::read(file(&app)).expect("the file");
    drop(lock);
    killed(&app, twin, left).await;
    opened(&app.app).await;
    gone_over(&app.app).await;
    assert_eq!(readings(&app).await, 1, "once, though it had gone over before");
});

on_each_db!(a_journal_that_is_gone_is_told_and_one_that_was_closed_is_not, async |app: TestApp| {
    let told = "SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'audit.journal_lost' AND result = 'failed'";
    let kept = opened(&app.app).await;
    journals::close(&app.services.store, &app.app.console(), &kept).await.expect("closed");
    std::fs::remove_file(file(&app)).expect("removed");
    let twin = app.twin().await;
    opened(&twin).await;
    assert_eq!(app.number(told).await, 0, "nothing was in it");
    std::fs::remove_file(file(&app)).expect("removed");
    let third = app.twin().await;
    opened(&third).await;
    assert_eq!(app.number(told).await, 1);
    let fourth = app.twin().await;
    opened(&fourth).await;
    assert_eq!(app.number(told).await, 1, "told once");
});

on_each_db!(a_changed_journal_is_told_when_it_goes_over, async |app: TestApp| {
    let twin = app.twin().await;
    opened(&twin).await;
    let lock = locked(&app).await;
    read(&app, &twin).await.expect("read");
    let mut left = std::fs::read(file(&app)).expect("the file");
    let at = left.windows(11).position(|w| w == b"ticket.list").expect("the reading");
    left[at] = b'T';
    drop(lock);
    killed(&app, twin, left).await;
    opened(&app.app).await;
    let broken = "SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'audit.journal' AND result = 'failed'";
    for _ in 0..100 {
        if app.number(broken).await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nobody was told");
});
