//! PostgreSQL: rows as the server's own binary COPY format.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Value;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection};
use tokio::sync::mpsc::Receiver;

use super::Parcel;

/// Bytes that leave together.
const PIECE: usize = 1 << 19;
/// What every COPY begins with: signature, flags, no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with.
const TAIL: [u8; 2] = (-1_i16).to_be_bytes();
/// 2000-01-01 in days since 1970, where the server's calendar begins.
const EPOCH: i64 = 10_957;

/// Rows of one table, encoded.
pub(super) struct Buffer {
    sql: String,
    bytes: Vec<u8>,
}

/// Encoded rows that leave together.
pub(super) struct Piece {
    sql: String,
    bytes: Vec<u8>,
}

impl Buffer {
    pub(super) fn new(table: &str, columns: &[&str]) -> Self {
        Self { sql: format!("COPY {table} ({}) FROM STDIN (FORMAT binary)", columns.join(", ")), bytes: HEAD.to_vec() }
    }

    /// Takes a row; gives a piece when there is enough for one.
    pub(super) fn push(&mut self, row: &[Value]) -> Option<Piece> {
        self.bytes.extend(i16::try_from(row.len()).unwrap_or_default().to_be_bytes());
        row.iter().for_each(|value| field(&mut self.bytes, value));
        (self.bytes.len() >= PIECE).then(|| self.piece())
    }

    fn piece(&mut self) -> Piece {
        let mut bytes = Vec::with_capacity(PIECE + (PIECE >> 4));
        bytes.extend(HEAD);
        let mut bytes = std::mem::replace(&mut self.bytes, bytes);
        bytes.extend(TAIL);
        Piece { sql: self.sql.clone(), bytes }
    }

    /// What is left.
    pub(super) fn rest(&mut self) -> Option<Piece> {
        (self.bytes.len() > HEAD.len()).then(|| self.piece())
    }
}

fn field(to: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Bool(Some(yes)) => sized(to, &[u8::from(*yes)]),
        Value::BigInt(Some(number)) => sized(to, &number.to_be_bytes()),
        Value::String(Some(text)) => sized(to, text.as_bytes()),
        Value::Uuid(Some(id)) => sized(to, id.as_bytes()),
        Value::Bytes(Some(bytes)) => sized(to, bytes),
        Value::ChronoDateTimeUtc(Some(at)) => sized(to, &micros(*at).to_be_bytes()),
        Value::ChronoDate(Some(day)) => sized(to, &days(*day).to_be_bytes()),
        // jsonb: the version of the format, then the text.
        Value::Json(Some(json)) => {
            let text = json.to_string();
            to.extend(u32::try_from(text.len() + 1).unwrap_or_default().to_be_bytes());
            to.push(1);
            to.extend(text.as_bytes());
        }
        _ => to.extend((-1_i32).to_be_bytes()),
    }
}

fn sized(to: &mut Vec<u8>, bytes: &[u8]) {
    to.extend(u32::try_from(bytes.len()).unwrap_or_default().to_be_bytes());
    to.extend(bytes);
}

fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros() - EPOCH * 86_400_000_000
}

fn days(day: NaiveDate) -> i32 {
    let days = i64::from(day.to_epoch_days()) - EPOCH;
    i32::try_from(days).unwrap_or_default()
}

/// Tokens parted by spaces as a tsvector without positions.
pub(super) fn vector(tokens: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(tokens.len() * 5 / 4 + 4);
    bytes.extend([0; 4]);
    let mut count = 0_u32;
    for token in tokens.split(' ').filter(|token| !token.is_empty()) {
        bytes.extend(token.as_bytes());
        bytes.extend([0; 3]);
        count += 1;
    }
    bytes[..4].copy_from_slice(&count.to_be_bytes());
    bytes
}

/// A lane: takes the readers' indexes of the tables away, writes what comes, builds the indexes again, all in one
/// transaction: stopped half-way, the tables are as they were.
pub(super) async fn fill(
    pool: PgPool,
    tables: Vec<&'static str>,
    mut parcels: Receiver<Parcel>,
) -> Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let mut tx = connection.begin().await?;
    for set in ["statement_timeout = 0", "maintenance_work_mem = '256MB'"] {
        sqlx::query(AssertSqlSafe(format!("SET LOCAL {set}"))).execute(&mut *tx).await?;
    }
    let indexes = indexes(&mut tx, &tables).await?;
    for (name, _) in &indexes {
        sqlx::query(AssertSqlSafe(format!("DROP INDEX {name}"))).execute(&mut *tx).await?;
    }
    while let Some(parcel) = parcels.recv().await {
        if let Parcel::Copy(piece) = parcel {
            let mut copy = tx.copy_in_raw(&piece.sql).await?;
            copy.send(piece.bytes).await?;
            copy.finish().await?;
        }
    }
    for (_, definition) in indexes {
        sqlx::query(AssertSqlSafe(definition)).execute(&mut *tx).await?;
    }
    // Without figures about the new rows the server would sort all that a common word finds.
    for table in tables {
        sqlx::query(AssertSqlSafe(format!("ANALYZE {table}"))).execute(&mut *tx).await?;
    }
    tx.commit().await
}

/// Name and definition of each index that isn't a constraint.
async fn indexes(on: &mut PgConnection, tables: &[&'static str]) -> Result<Vec<(String, String)>, sqlx::Error> {
    let sql = "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index \
               WHERE NOT indisunique AND indrelid = ANY ($1::text[]::regclass[])";
    sqlx::query_as(sql).bind(tables).fetch_all(on).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_its_fields_each_with_its_length() {
        let day = NaiveDate::from_ymd_opt(2000, 1, 3).expect("a day");
        let mut bytes = Vec::new();
        for value in [Value::from(7_i64), "あ".into(), true.into(), day.into(), Value::String(None)] {
            field(&mut bytes, &value);
        }
        let expected = [
            &[0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7][..],
            &[0, 0, 0, 3, 0xe3, 0x81, 0x82],
            &[0, 0, 0, 1, 1],
            &[0, 0, 0, 4, 0, 0, 0, 2],
            &[0xff, 0xff, 0xff, 0xff],
        ];
        assert_eq!(bytes, expected.concat());
        assert_eq!(micros(DateTime::from_timestamp(946_684_801, 5_000).expect("a time")), 1_000_005);
    }

    #[test]
    fn tokens_are_counted_and_each_ends_with_a_zero_and_no_positions() {
        assert_eq!(vector("61 62"), [0, 0, 0, 2, b'6', b'1', 0, 0, 0, b'6', b'2', 0, 0, 0]);
    }
}
