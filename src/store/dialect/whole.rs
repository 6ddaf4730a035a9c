//! The whole database at once: copying it while the desk works, telling whether it is whole, whether it is bare.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, FromQueryResult, Statement};

use super::connect::unreachable;
use crate::store::StoreError;

/// How the engine is called in a backup.
pub(in crate::store) fn name(pool: &DatabaseConnection) -> &'static str {
    if pool.get_database_backend() == DbBackend::Sqlite { "sqlite" } else { "postgres" }
}

/// Copies a SQLite database as it stands into a new file; who writes meanwhile isn't kept waiting.
pub(in crate::store) async fn copy(pool: &DatabaseConnection, to: &str) -> Result<(), DbErr> {
    let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [to.into()]);
    pool.execute_raw(copy).await.map(|_| ())
}

/// Whether a SQLite file holds together. PostgreSQL says so itself when it's restored.
pub(in crate::store) async fn is_whole(pool: &DatabaseConnection) -> Result<bool, DbErr> {
    if pool.get_database_backend() != DbBackend::Sqlite {
        return Ok(true);
    }
    #[derive(FromQueryResult)]
    struct Found {
        integrity_check: String,
    }
    let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check(1)");
    Ok(Found::find_by_statement(check).one(pool).await?.is_some_and(|found| found.integrity_check == "ok"))
}

/// Whether a PostgreSQL database holds nothing yet.
pub(in crate::store) async fn is_bare(url: &str) -> Result<bool, StoreError> {
    #[derive(FromQueryResult)]
    struct Count {
        n: i64,
    }
    let pool = Database::connect(url).await.map_err(unreachable)?;
    let sql = "SELECT COUNT(*) AS n FROM pg_class WHERE relnamespace = current_schema()::regnamespace";
    let count = Count::find_by_statement(Statement::from_string(DbBackend::Postgres, sql)).one(&pool).await?;
    pool.close().await?;
    Ok(count.is_some_and(|count| count.n == 0))
}

/// Takes everything out of a PostgreSQL database that was bare before.
pub(in crate::store) async fn clear(url: &str) -> Result<(), StoreError> {
    let pool = Database::connect(url).await.map_err(unreachable)?;
    let sql = "DO $$ DECLARE r record; BEGIN \
        FOR r IN SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() LOOP \
        EXECUTE 'DROP TABLE ' || quote_ident(r.name) || ' CASCADE'; END LOOP; \
        FOR r IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema() LOOP \
        EXECUTE 'DROP SEQUENCE ' || quote_ident(r.name); END LOOP; END $$";
    pool.execute_unprepared(sql).await?;
    Ok(pool.close().await?)
}
