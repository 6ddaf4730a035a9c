//! The attack suite: what somebody who means harm sends, and that nothing comes of it. What takes long runs in part
//! here and whole with `tests/attack/run`.

mod assignment;
mod cross_site;
mod crowd;
mod enumeration;
mod fill;
mod generated;
mod headers;
mod hostile;
mod injection;
mod restart;
mod schema;
mod sessions;
mod slow;
mod spreadsheet;
mod strings;
mod takes;
mod world;

/// Makes `name::sqlite` and `name::postgres` of a test that takes minutes: only `tests/attack/run` runs them.
macro_rules! on_each_db_at_length {
    ($name:ident, $test:expr $(,)?) => {
        mod $name {
            use super::*;

            #[tokio::test]
            #[ignore = "takes minutes: tests/attack/run"]
            async fn sqlite() {
                $crate::support::db::run($crate::support::db::Engine::Sqlite, $test).await;
            }

            #[tokio::test]
            #[ignore = "takes minutes: tests/attack/run"]
            async fn postgres() {
                $crate::support::db::run($crate::support::db::Engine::Postgres, $test).await;
            }
        }
    };
}
use on_each_db_at_length;
