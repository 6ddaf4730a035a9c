//! SQLite: many rows a statement, always so many of a shape, so that few statements need to be prepared.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use sea_orm::Value;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqlitePool};
use sqlx::{Arguments, AssertSqlSafe};
use tokio::sync::mpsc::Receiver;

use super::Parcel;

/// Values a statement carries, about.
const VALUES: usize = 1_000;
/// Statements a transaction carries.
const COMMIT: usize = 8_000;
/// How long a text may be, in bytes, and how many there may be, to be kept for use again.
const SHORT: usize = 40;
const WORDS: usize = 4_000;
/// Before the rows and after them: room in memory, one flush of the file a checkpoint and not one a commit, a
/// full-text index that is written in large pieces. The last line makes everything durable.
const BEFORE: [&str; 5] = [
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -131072",
    "PRAGMA wal_autocheckpoint = 16384",
    "INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 67108864)",
    "INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0)",
];
const AFTER: [&str; 6] = [
    "INSERT INTO search_index (search_index, rank) VALUES ('hashsize', 1048576)",
    "INSERT INTO search_index (search_index, rank) VALUES ('automerge', 4)",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -8000",
    "PRAGMA wal_autocheckpoint = 1000",
    "PRAGMA wal_checkpoint(TRUNCATE)",
];

/// Rows of one table. Those that leave the same columns plain (empty, null, no) go together, and only the other
/// columns' values go over.
pub(super) struct Shapes {
    table: &'static str,
    columns: Vec<&'static str>,
    piles: BTreeMap<u64, Pile>,
    words: Words,
}

struct Pile {
    sql: Arc<str>,
    width: usize,
    values: Vec<Value>,
}

/// A statement with its values.
pub(super) struct Statement {
    sql: Arc<str>,
    arguments: SqliteArguments,
}

impl Shapes {
    pub(super) fn new(table: &'static str, columns: Vec<&'static str>) -> Self {
        Self { table, columns, piles: BTreeMap::new(), words: Words::default() }
    }

    /// Takes a row; gives a statement when there are enough rows of its shape.
    pub(super) fn push(&mut self, row: Vec<Value>) -> Option<Statement> {
        let shape = row.iter().fold(0, |shape, value| shape << 2 | plain(value));
        let pile = self.piles.entry(shape).or_insert_with(|| {
            let width = row.iter().filter(|value| plain(value) == 0).count().max(1);
            let sql = insert(self.table, &self.columns, shape, VALUES.div_ceil(width)).into();
            Pile { sql, width, values: Vec::new() }
        });
        pile.values.extend(row.into_iter().filter(|value| plain(value) == 0));
        (pile.values.len() >= VALUES.div_ceil(pile.width) * pile.width)
            .then(|| Statement { sql: Arc::clone(&pile.sql), arguments: self.words.arguments(pile.values.drain(..)) })
    }

    /// What is left, a row a statement.
    pub(super) fn rest(&mut self) -> Vec<Statement> {
        let (table, columns, words) = (self.table, &self.columns, &mut self.words);
        let statements = std::mem::take(&mut self.piles).into_iter().flat_map(|(shape, pile)| {
            let rows = pile.values.len() / pile.width;
            let sql: Arc<str> = insert(table, columns, shape, 1).into();
            let mut values = pile.values.into_iter();
            (0..rows)
                .map(|_| Statement {
                    sql: Arc::clone(&sql),
                    arguments: words.arguments(values.by_ref().take(pile.width)),
                })
                .collect::<Vec<_>>()
        });
        statements.collect()
    }
}

/// How a value that says nothing stands in a statement, as a place in `PLAIN`; 0 for one that says something.
fn plain(value: &Value) -> u64 {
    match value {
        Value::String(None) | Value::Uuid(None) | Value::ChronoDateTimeUtc(None) | Value::ChronoDate(None) => 1,
        Value::String(Some(text)) if text.is_empty() => 2,
        Value::Bool(Some(false)) => 3,
        _ => 0,
    }
}

const PLAIN: [&str; 4] = ["?", "NULL", "''", "FALSE"];

fn insert(table: &str, columns: &[&str], shape: u64, rows: usize) -> String {
    let places = (0..columns.len()).rev().map(|nth| PLAIN[usize::try_from(shape >> (2 * nth) & 3).unwrap_or_default()]);
    let row = format!("({})", places.collect::<Vec<_>>().join(", "));
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), vec![row; rows].join(", "))
}

/// Short texts that occur again and again, such as codes and names: each is made once and shared from then on.
#[derive(Default)]
struct Words(HashSet<Arc<str>>);

impl Words {
    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let word: Arc<str> = text.into();
        if text.len() <= SHORT && self.0.len() < WORDS {
            self.0.insert(Arc::clone(&word));
        }
        word
    }

    fn arguments(&mut self, values: impl Iterator<Item = Value>) -> SqliteArguments {
        let mut arguments = SqliteArguments::default();
        // Adding a value of these kinds can't fail.
        values.for_each(|value| drop(self.add(&mut arguments, value)));
        arguments
    }

    /// Values as sea-orm would write them.
    fn add(&mut self, to: &mut SqliteArguments, value: Value) -> Result<(), sqlx::error::BoxDynError> {
        match value {
            Value::Bool(yes) => to.add(yes),
            Value::BigInt(number) => to.add(number),
            Value::Uuid(id) => to.add(id),
            Value::ChronoDateTimeUtc(at) => to.add(at.map(instant)),
            Value::ChronoDate(day) => to.add(day.map(|day| self.share(&String::from_iter(date(day))))),
            Value::Json(json) => to.add(json.map(|json| self.share(&json.to_string()))),
            Value::String(text) => to.add(text.map(|text| self.share(&text))),
            _ => to.add(None::<String>),
        }
    }
}

fn digits<const N: usize>(number: u32) -> [char; N] {
    let mut rest = number;
    let mut text = ['0'; N];
    for place in text.iter_mut().rev() {
        *place = char::from_digit(rest % 10, 10).unwrap_or('0');
        rest /= 10;
    }
    text
}

fn date(day: NaiveDate) -> impl Iterator<Item = char> {
    let year = digits::<4>(u32::try_from(day.year()).unwrap_or_default());
    let (month, day) = (digits::<2>(day.month()), digits::<2>(day.day()));
    year.into_iter().chain(['-']).chain(month).chain(['-']).chain(day)
}

/// `2026-10-31T03:00:00.123456+00:00`, without the fraction when there is none, as sqlx writes it, but quickly.
fn instant(at: DateTime<Utc>) -> Arc<str> {
    let mut text = String::with_capacity(32);
    text.extend(date(at.date_naive()));
    for (mark, part) in [('T', at.hour()), (':', at.minute()), (':', at.second())] {
        text.push(mark);
        text.extend(digits::<2>(part));
    }
    match at.timestamp_subsec_micros() {
        0 => {}
        whole if whole % 1_000 == 0 => {
            text.push('.');
            text.extend(digits::<3>(whole / 1_000));
        }
        micros => {
            text.push('.');
            text.extend(digits::<6>(micros));
        }
    }
    text.push_str("+00:00");
    text.into()
}

/// The lane: takes the readers' indexes of the tables away, writes what comes, a good many rows a transaction,
/// and builds the indexes again. Whoever fills has marked the database unfinished for as long as that takes.
pub(super) async fn fill(
    pool: SqlitePool,
    tables: Vec<&'static str>,
    parcels: Receiver<Parcel>,
) -> Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let filled = write(&mut connection, &tables, parcels).await;
    if filled.is_err() {
        // It may stand within a transaction: nobody else is to get it.
        connection.close().await?;
    }
    filled
}

async fn write(on: &mut SqliteConnection, tables: &[&str], mut parcels: Receiver<Parcel>) -> Result<(), sqlx::Error> {
    run(on, &BEFORE).await?;
    let indexes = indexes(on, tables).await?;
    for (name, _) in &indexes {
        sqlx::raw_sql(AssertSqlSafe(format!("DROP INDEX {name}"))).execute(&mut *on).await?;
    }
    run(on, &["BEGIN IMMEDIATE"]).await?;
    let mut written = 0;
    while let Some(parcel) = parcels.recv().await {
        if let Parcel::Many(statement) = parcel {
            sqlx::query_with(AssertSqlSafe(statement.sql), statement.arguments).execute(&mut *on).await?;
            written += 1;
        }
        if written == COMMIT {
            run(on, &["COMMIT", "BEGIN IMMEDIATE"]).await?;
            written = 0;
        }
    }
    for (_, definition) in indexes {
        sqlx::raw_sql(AssertSqlSafe(definition)).execute(&mut *on).await?;
    }
    run(on, &["COMMIT"]).await?;
    run(on, &AFTER).await
}

async fn run(on: &mut SqliteConnection, statements: &[&'static str]) -> Result<(), sqlx::Error> {
    for statement in statements {
        sqlx::raw_sql(*statement).execute(&mut *on).await?;
    }
    Ok(())
}

/// Name and definition of each index that isn't a constraint.
async fn indexes(on: &mut SqliteConnection, tables: &[&str]) -> Result<Vec<(String, String)>, sqlx::Error> {
    let all: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'",
    )
    .fetch_all(on)
    .await?;
    Ok(all
        .into_iter()
        .filter(|(_, table, _)| tables.contains(&table.as_str()))
        .map(|(name, _, sql)| (name, sql))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_as_sqlx_writes_it() {
        for (micros, text) in [(0, "12:00:05"), (250_000, "12:00:05.250"), (1, "12:00:05.000001")] {
            let at =
                DateTime::from_timestamp(1_790_000_000 / 86_400 * 86_400 + 43_205, micros * 1_000).expect("a time");
            assert_eq!(*instant(at), format!("2026-09-21T{text}+00:00"));
            assert_eq!(*instant(at), at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false));
        }
    }

    #[test]
    fn rows_of_a_shape_leave_together_and_the_rest_one_by_one() {
        let mut shapes = Shapes::new("t", vec!["a", "b"]);
        let full: Vec<_> = (0..VALUES + 2)
            .filter_map(|n| shapes.push(vec![Value::from(i64::try_from(n).unwrap_or_default()), "".into()]))
            .collect();
        assert_eq!((full.len(), full[0].arguments.len()), (1, VALUES));
        assert!(full[0].sql.starts_with("INSERT INTO t (a, b) VALUES (?, ''), (?, '')"));
        assert_eq!(
            shapes.rest().iter().map(|s| &*s.sql).collect::<Vec<_>>(),
            ["INSERT INTO t (a, b) VALUES (?, '')"; 2]
        );
    }
}
