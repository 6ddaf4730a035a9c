//! A PostgreSQL database of this process' own.

/// Its address; one of the same name that stood is gone.
pub(crate) async fn postgres() -> String {
    use sqlx::Connection;
    let server = std::env::var("MADOGUCHI_TEST_POSTGRES").unwrap();
    let mut admin = sqlx::PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let name = format!("bench_{}", std::process::id());
    for sql in [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
    }
    format!("{server}/{name}")
}
