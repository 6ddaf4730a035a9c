//! A database a test: a real SQLite file, or a database of its own on the throw-away PostgreSQL server.

use madoguchi::store::Address;
use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

/// Names the server.
const SERVER: &str = "MADOGUCHI_TEST_POSTGRES";

/// Makes `name::sqlite` and `name::postgres` of one test.
macro_rules! on_each_db {
    ($name:ident, $test:expr $(,)?) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn sqlite() {
                $crate::support::db::run($crate::support::db::Engine::Sqlite, $test).await;
            }

            #[tokio::test]
            async fn postgres() {
                $crate::support::db::run($crate::support::db::Engine::Postgres, $test).await;
            }
        }
    };
}
pub(crate) use on_each_db;

/// Makes `name::sqlite` alone: for what doesn't depend on the engine.
macro_rules! on_one_db {
    ($name:ident, $test:expr $(,)?) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn sqlite() {
                $crate::support::db::run($crate::support::db::Engine::Sqlite, $test).await;
            }
        }
    };
}
pub(crate) use on_one_db;

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// An empty database. A SQLite file goes with it; a PostgreSQL database goes when its test has passed.
#[derive(Debug)]
pub(crate) struct TestDb {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
}

impl TestDb {
    pub(crate) async fn fresh(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
            Engine::Postgres => {
                let name = format!("t_{}", uuid::Uuid::new_v4().simple());
                on_server(&format!("CREATE DATABASE {name}")).await;
                format!("{}/{name}", server())
            }
        };
        Self { url, folder }
    }

    pub(crate) fn address(&self) -> Address {
        Address { url: self.url.clone(), connections: 6 }
    }

    /// A statement past the product, for preparing what it must cope with.
    pub(crate) async fn execute(&self, sql: &str) {
        execute(&self.url, sql).await;
    }
}

/// A statement past the product on a database.
pub(crate) async fn execute(url: &str, sql: &str) {
    let connection = Database::connect(url).await.expect("a connection");
    connection.execute_unprepared(sql).await.expect(sql);
    connection.close().await.expect("closed");
}

/// What a test starts from.
pub(crate) trait Given {
    async fn given(db: TestDb) -> Self;
}

impl Given for TestDb {
    async fn given(db: TestDb) -> Self {
        db
    }
}

/// Runs a test on a fresh database.
pub(crate) async fn run<G: Given>(engine: Engine, test: impl AsyncFnOnce(G)) {
    let db = TestDb::fresh(engine).await;
    let name = db.url.rsplit('/').next().unwrap_or_default().to_owned();
    test(G::given(db).await).await;
    if engine == Engine::Postgres {
        on_server(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

fn server() -> String {
    let server = std::env::var(SERVER).unwrap_or_else(|_| {
        panic!("{SERVER} is not set: run tests/run, or name a server such as postgres://postgres@127.0.0.1:5432")
    });
    server.trim_end_matches('/').to_owned()
}

async fn on_server(sql: &str) {
    let url = format!("{}/postgres", server());
    let connection = Database::connect(&url).await.unwrap_or_else(|e| panic!("{SERVER} does not answer: {e}"));
    connection.execute_unprepared(sql).await.expect(sql);
    connection.close().await.expect("closed");
}
