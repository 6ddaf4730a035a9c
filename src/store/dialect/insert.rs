//! Inserting any number of rows.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Value};

use super::connection::Connection;
use super::statement::run;

/// Values that go over in one statement: enough that its cost is shared, few enough to stay in the processor's cache.
const BULK_VALUES: usize = 4_000;

/// Inserts any number of rows, each a value a column; rows whose `id` is there already are written anew when `anew`.
/// While the engine works on one statement the next one's rows are made.
pub(in crate::store) async fn insert_bulk(
    tx: &Connection,
    table: &str,
    columns: &[&str],
    anew: bool,
    rows: impl Iterator<Item = Vec<Value>> + Send,
) -> Result<(), DbErr> {
    let count = (BULK_VALUES / columns.len().max(1)).max(1);
    let backend = tx.get_database_backend();
    let full = bulk_sql(backend, table, columns, anew, count);
    let mut rows = rows.fuse();
    let mut next: Vec<Vec<Value>> = rows.by_ref().take(count).collect();
    while !next.is_empty() {
        let sql = if next.len() == count { full.clone() } else { bulk_sql(backend, table, columns, anew, next.len()) };
        let values = match backend {
            DbBackend::Sqlite => next.into_iter().flatten().collect(),
            _ => vec![json_rows(columns, &next).into()],
        };
        let following = async { rows.by_ref().take(count).collect::<Vec<_>>() };
        let (done, following) = futures::future::join(run(tx, &sql, values), following).await;
        done?;
        next = following;
    }
    Ok(())
}

/// SQLite takes a list of values, PostgreSQL one JSON text: it plans a short statement once, a long list anew each time.
fn bulk_sql(backend: DbBackend, table: &str, columns: &[&str], anew: bool, count: usize) -> String {
    let names = columns.join(", ");
    let mut sql = format!("INSERT INTO {table} ({names}) ");
    if backend == DbBackend::Sqlite {
        let row = format!("({})", vec!["?"; columns.len()].join(", "));
        sql.push_str("VALUES ");
        sql.push_str(&vec![row.as_str(); count].join(", "));
    } else {
        sql.push_str(&format!("SELECT {names} FROM json_populate_recordset(NULL::{table}, $1::json)"));
    }
    if anew {
        let set: Vec<String> = columns.iter().filter(|c| **c != "id").map(|c| format!("{c} = excluded.{c}")).collect();
        sql.push_str(&format!(" ON CONFLICT (id) DO UPDATE SET {}", set.join(", ")));
    }
    sql
}

fn json_rows(columns: &[&str], rows: &[Vec<Value>]) -> String {
    let row = |row: &Vec<Value>| -> serde_json::Map<String, serde_json::Value> {
        columns.iter().zip(row).map(|(column, value)| ((*column).to_owned(), json_value(value))).collect()
    };
    serde_json::Value::Array(rows.iter().map(|r| serde_json::Value::Object(row(r))).collect()).to_string()
}

fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::String(Some(text)) => text.as_str().into(),
        Value::Uuid(Some(id)) => id.to_string().into(),
        Value::ChronoDate(Some(day)) => day.to_string().into(),
        Value::ChronoDateTimeUtc(Some(at)) => at.to_rfc3339().into(),
        Value::BigInt(Some(number)) => (*number).into(),
        Value::Bool(Some(yes)) => (*yes).into(),
        _ => serde_json::Value::Null,
    }
}
