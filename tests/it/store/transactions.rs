//! Transactions and the life of connections: success is a COMMIT that returned, and what failed leaves nothing behind
//! that a later success could be lost in.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use madoguchi::domain::audit::{AuditEntry, Object};
use madoguchi::store::{Access, Store, StoreError, Tx, audit};
use sea_orm::{ConnectionTrait, DbErr};

use crate::support::{TestApp, on_each_db, on_one_db};

async fn put(tx: &Tx, name: &str) -> Result<(), DbErr> {
    tx.conn().execute_unprepared(&format!("INSERT INTO counters (name, value) VALUES ('{name}', 1)")).await.map(|_| ())
}

/// Whether a row stands, as somebody sees it who reads beside the writer.
async fn stands(app: &TestApp, name: &str) -> bool {
    app.number(&format!("SELECT COUNT(*) AS n FROM counters WHERE name = '{name}'")).await == 1
}

/// A commit that must succeed, seen from outside at once.
async fn goes_on(app: &TestApp, name: &str) {
    let tx = app.services.store.begin().await.expect("begun");
    put(&tx, name).await.expect("written");
    tx.commit().await.expect("committed");
    assert!(stands(app, name).await, "{name} was acknowledged");
}

on_each_db!(after_a_constraint_said_no_nothing_more_is_done_and_nothing_committed, async |app: TestApp| {
    goes_on(&app, "first").await;
    for n in 0..20 {
        let tx = app.services.store.begin().await.unwrap();
        put(&tx, &format!("lost-{n}")).await.unwrap();
        assert!(put(&tx, "first").await.is_err(), "given twice");
        assert!(put(&tx, &format!("after-{n}")).await.is_err(), "a step that goes on is stopped");
        assert!(matches!(tx.commit().await, Err(StoreError::Duplicate)));
        assert!(!stands(&app, &format!("lost-{n}")).await && !stands(&app, &format!("after-{n}")).await);
    }
    goes_on(&app, "last").await;
});

on_each_db!(a_statement_that_is_wrong_costs_its_connection_and_no_acknowledged_write, async |app: TestApp| {
    for n in 0..20 {
        let tx = app.services.store.begin().await.unwrap();
        put(&tx, &format!("lost-{n}")).await.unwrap();
        assert!(tx.conn().execute_unprepared("SELECT no_such_thing FROM counters").await.is_err());
        assert!(tx.commit().await.is_err());
        goes_on(&app, &format!("next-{n}")).await;
        assert!(!stands(&app, &format!("lost-{n}")).await);
    }
});

// SQLite rolls a whole transaction back by itself when a write fails; a trigger that says ROLLBACK does the same.
on_one_db!(what_sqlite_rolled_back_by_itself_takes_no_later_success_with_it, async |app: TestApp| {
    app.db
        .execute(
            "CREATE TRIGGER bang BEFORE INSERT ON counters WHEN NEW.name = 'bang' \
             BEGIN SELECT RAISE(ROLLBACK, 'rolled back'); END",
        )
        .await;
    for n in 0..20 {
        let tx = app.services.store.begin().await.unwrap();
        put(&tx, &format!("lost-{n}")).await.unwrap();
        assert!(put(&tx, "bang").await.is_err());
        assert!(put(&tx, &format!("alone-{n}")).await.is_err(), "nothing is written outside the transaction");
        if n % 2 == 0 {
            drop(tx)
        } else {
            assert!(tx.commit().await.is_err())
        }
        goes_on(&app, &format!("next-{n}")).await;
        assert!(!stands(&app, &format!("lost-{n}")).await && !stands(&app, &format!("alone-{n}")).await);
    }
    let again = Store::open(&app.db.address()).await.expect("opened again");
    again.ping().await.expect("answers");
    for n in 0..20 {
        assert!(stands(&app, &format!("next-{n}")).await);
    }
});

on_each_db!(a_statement_nobody_waits_for_any_more_holds_no_lock, async |app: TestApp| {
    for n in 0..20 {
        let tx = app.services.store.begin().await.unwrap();
        put(&tx, &format!("given-up-{n}")).await.unwrap();
        {
            let name = format!("half-{n}");
            let mut half = pin!(put(&tx, &name));
            // Asked once, then forgotten.
            drop(half.as_mut().poll(&mut Context::from_waker(Waker::noop())));
        }
        drop(tx);
        goes_on(&app, &format!("next-{n}")).await;
        assert!(!stands(&app, &format!("given-up-{n}")).await && !stands(&app, &format!("half-{n}")).await);
    }
});

on_each_db!(a_beginning_nobody_waits_for_any_more_leaves_nothing_begun, async |app: TestApp| {
    for n in 0..60 {
        {
            let mut begin = Box::pin(app.services.store.begin());
            for _ in 0..n % 6 + 1 {
                if begin.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        goes_on(&app, &format!("next-{n}")).await;
    }
});

on_each_db!(a_commit_nobody_waits_for_any_more_is_done_whole_or_not_at_all, async |app: TestApp| {
    for n in 0..30 {
        let tx = app.services.store.begin().await.unwrap();
        put(&tx, &format!("one-{n}")).await.unwrap();
        put(&tx, &format!("two-{n}")).await.unwrap();
        {
            let mut commit = Box::pin(tx.commit());
            for _ in 0..n % 3 + 1 {
                if commit.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        goes_on(&app, &format!("next-{n}")).await;
        let both = format!("SELECT COUNT(*) AS n FROM counters WHERE name IN ('one-{n}', 'two-{n}')");
        assert!([0, 2].contains(&app.number(&both).await));
    }
});

/// Ends the server's side of a transaction's connection.
async fn cut(app: &TestApp, tx: &Tx) {
    let pid = tx.conn().query_one_raw(sea_orm::Statement::from_string(
        tx.conn().get_database_backend(),
        "SELECT pg_backend_pid() AS pid",
    ));
    let pid: i32 = pid.await.unwrap().unwrap().try_get("", "pid").unwrap();
    app.db.execute(&format!("SELECT pg_terminate_backend({pid})")).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
}

mod a_connection_cut_before_its_commit {
    use super::*;

    /// An audit entry among what was written tells whether it stands; without one nobody can say.
    #[tokio::test]
    async fn postgres() {
        let test = async |app: TestApp| {
            let told = app.app.console();
            for n in 0..10 {
                let tx = app.services.store.begin().await.unwrap();
                put(&tx, &format!("lost-{n}")).await.unwrap();
                audit::record(&tx, &told, AuditEntry::done("trial", Object::kind("trial"))).await.unwrap();
                cut(&app, &tx).await;
                let ended = tx.commit().await;
                assert!(matches!(ended, Err(StoreError::Away(_))), "{ended:?}");
                assert!(!stands(&app, &format!("lost-{n}")).await);
                goes_on(&app, &format!("next-{n}")).await;
            }
            let tx = app.services.store.begin().await.unwrap();
            put(&tx, "silent").await.unwrap();
            cut(&app, &tx).await;
            let ended = tx.commit().await;
            assert!(matches!(ended, Err(StoreError::Unknown)), "{ended:?}");
        };
        crate::support::db::run(crate::support::db::Engine::Postgres, test).await;
    }
}

mod idle_connections_that_the_server_ended {
    use super::*;

    #[tokio::test]
    async fn postgres() {
        let test = async |app: TestApp| {
            let all: Vec<Tx> = futures::future::join_all((0..6).map(|_| app.services.store.begin()))
                .await
                .into_iter()
                .map(|tx| tx.expect("begun"))
                .collect();
            drop(all);
            for n in 0..5 {
                app.db
                    .execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                         WHERE datname = current_database() AND pid <> pg_backend_pid()",
                    )
                    .await;
                goes_on_without_reading(&app, n).await;
            }
        };
        crate::support::db::run(crate::support::db::Engine::Postgres, test).await;
    }

    /// Beginning finds a connection that lives, however many are dead.
    async fn goes_on_without_reading(app: &TestApp, n: usize) {
        let tx = app.services.store.begin().await.expect("begun");
        put(&tx, &format!("next-{n}")).await.expect("written");
        tx.commit().await.expect("committed");
    }
}
