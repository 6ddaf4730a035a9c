//! Short words for columns and indexes, so that a migration reads as a list of columns.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// A required UUID column.
pub(crate) fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// The primary key of a table whose rows are named by a UUIDv7.
pub(crate) fn key() -> ColumnDef {
    ColumnDef::new("id").uuid().not_null().primary_key().take()
}

/// A UUID column that may be empty.
pub(crate) fn maybe_id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

/// A required text column.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// A text column that may be empty.
pub(crate) fn maybe_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

/// A required instant (UTC).
pub(crate) fn at(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

/// An instant (UTC) that may be absent.
pub(crate) fn maybe_at(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().null().take()
}

/// A calendar day (Tokyo) that may be absent.
pub(crate) fn maybe_day(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().null().take()
}

/// A required calendar day (Tokyo).
pub(crate) fn day(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().not_null().take()
}

/// A required whole number.
pub(crate) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// A required yes or no.
pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().default(false).take()
}

/// A required JSON document.
pub(crate) fn maybe_flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().null().take()
}

/// JSON.
pub(crate) fn json(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).json_binary().not_null().take()
}

/// Creates a table from its columns.
pub(crate) async fn create(
    manager: &SchemaManager<'_>,
    name: &'static str,
    columns: Vec<ColumnDef>,
) -> Result<(), DbErr> {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    manager.create_table(table.to_owned()).await
}

/// Creates a table whose primary key spans several columns.
pub(crate) async fn create_keyed(
    manager: &SchemaManager<'_>,
    name: &'static str,
    columns: Vec<ColumnDef>,
    key: &[&'static str],
) -> Result<(), DbErr> {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    let mut primary = Index::create();
    for column in key {
        primary.col(*column);
    }
    table.primary_key(&mut primary);
    manager.create_table(table.to_owned()).await
}

/// Creates an index `ix_<table>_<columns>`; `unique` makes it a constraint of the name `ux_…`.
pub(crate) async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    let prefix = if unique { "ux" } else { "ix" };
    let mut index = Index::create();
    index.name(format!("{prefix}_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    manager.create_index(index.to_owned()).await
}

/// A text column that a table gains later: empty for the rows that are there.
pub(crate) fn later_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().default("").take()
}

/// Drops an index by its name.
pub(crate) async fn drop_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(name).table(table).to_owned()).await
}

/// Adds columns to a table, one statement each, as SQLite wants it.
pub(crate) async fn add_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: Vec<ColumnDef>,
) -> Result<(), DbErr> {
    for mut column in columns {
        manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
    }
    Ok(())
}

/// Drops columns of a table.
pub(crate) async fn drop_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    for column in columns {
        manager.alter_table(Table::alter().table(table).drop_column(*column).to_owned()).await?;
    }
    Ok(())
}

/// Drops tables, last created first.
pub(crate) async fn drop(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).to_owned()).await?;
    }
    Ok(())
}

/// Puts a word in the place of another within the JSON of a column.
pub(crate) async fn inside(
    manager: &SchemaManager<'_>,
    table: &str,
    column: &str,
    from: &str,
    to: &str,
) -> Result<(), DbErr> {
    let (text, json) = match manager.get_database_backend() {
        DatabaseBackend::Postgres => ("::text", "::jsonb"),
        _ => ("", ""),
    };
    let change = format!("UPDATE {table} SET {column} = REPLACE({column}{text}, '{from}', '{to}'){json}");
    manager.get_connection().execute_unprepared(&change).await.map(|_| ())
}
