//! Reading a large table page by page.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::store::StoreError;

/// A table that is read page by page.
pub(in crate::store) struct Paged {
    /// Its name.
    pub(in crate::store) name: &'static str,
    /// Columns that hold ids; the first is the key.
    pub(in crate::store) ids: &'static [&'static str],
    /// The other columns, texts and days.
    pub(in crate::store) columns: &'static [&'static str],
    /// Which rows; empty: all.
    pub(in crate::store) only: &'static str,
}

/// The rows behind an id, at most so many, in the order of their ids. SQLite makes one JSON text of them: row by row
/// would cost a change of threads each, and hundreds of thousands of rows notice that. PostgreSQL sends them as they
/// are, which costs it a quarter of what a text does.
pub(in crate::store) async fn page<R: FromQueryResult + DeserializeOwned>(
    on: &impl ConnectionTrait,
    table: &Paged,
    after: Uuid,
    limit: u64,
) -> Result<Vec<R>, StoreError> {
    let backend = on.get_database_backend();
    let (name, key) = (table.name, table.ids[0]);
    let columns = || table.ids.iter().chain(table.columns);
    let only = if table.only.is_empty() { String::new() } else { format!(" AND {}", table.only) };
    let rows = |mark: &str| {
        let columns = columns().copied().collect::<Vec<_>>().join(", ");
        format!("SELECT {columns} FROM {name} WHERE {key} > {mark}{only} ORDER BY {key} LIMIT {limit}")
    };
    let asked = |sql: String| Statement::from_sql_and_values(backend, sql, [after.into()]);
    if backend != DbBackend::Sqlite {
        return Ok(R::find_by_statement(asked(rows("$1"))).all(on).await?);
    }
    let hex = |column: &str| if table.ids.contains(&column) { format!("hex({column})") } else { column.to_owned() };
    let fields = columns().map(|c| format!("'{c}', {}", hex(c))).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT json_group_array(json_object({fields})) AS page FROM ({})", rows("?"));
    let page: Option<String> = match on.query_one_raw(asked(sql)).await? {
        Some(row) => row.try_get("", "page")?,
        None => None,
    };
    serde_json::from_str(&page.unwrap_or_else(|| "[]".into())).map_err(|_| StoreError::Corrupt(table.name))
}
