//! One statement of ours.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement, Value};

use super::connection::Connection;

/// Runs a statement with its values.
pub(super) async fn run(tx: &Connection, sql: &str, values: Vec<Value>) -> Result<(), DbErr> {
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await.map(|_| ())
}

/// The number that a statement's one row says, if it has one.
pub(super) async fn number(tx: &Connection, sql: &str, of: impl Into<Value>) -> Result<Option<i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Number {
        value: Option<i64>,
    }
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [of.into()]);
    Ok(Number::find_by_statement(statement).one(tx).await?.and_then(|row| row.value))
}
