//! What is kept of an import of the directory.

use chrono::{DateTime, NaiveDate, Utc};

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRecord {
    /// The directory's version from then on.
    pub version: i64,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_hash: [u8; 32],
    /// The day the association exported it.
    pub exported_on: NaiveDate,
    /// `UTF-8`, `CP932` or `XLSX`.
    pub encoding: String,
    /// The mapping by which it was read, by name and version; empty: none.
    pub mapping: String,
    /// Data rows in the file.
    pub rows: i64,
    /// Member–facility pairs that are new.
    pub added: i64,
    /// Pairs whose member, facility or role changed.
    pub changed: i64,
    /// Pairs no longer in the file.
    pub gone: i64,
    /// Pairs as before.
    pub unchanged: i64,
    /// Values repaired.
    pub repaired: i64,
    /// Rows kept out.
    pub rejected: i64,
    /// When it was imported.
    pub imported_at: DateTime<Utc>,
}
