//! Sealing the audit: one sealer at a time, and many seals in one statement.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Value};
use uuid::Uuid;

use super::connection::Connection;
use super::locks::lock;
use super::statement::run;
use crate::domain::audit::chain::{Hash, Head};

/// A seal to be written: the entry, its place, its digest, its seal.
pub struct Seal {
    /// The entry.
    pub id: Uuid,
    /// Its digest.
    pub digest: Hash,
    /// Its place and seal.
    pub head: Head,
}

/// Keeps a second sealer of the audit waiting, until the transaction ends.
pub(in crate::store) async fn lock_seals(tx: &Connection) -> Result<(), DbErr> {
    lock(tx, 0x6d61_6473).await
}

/// Writes seals of audit entries, many in one statement.
pub(in crate::store) async fn put_seals(tx: &Connection, seals: &[Seal]) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    for some in seals.chunks(200) {
        let row = |n: usize| match backend {
            DbBackend::Sqlite => "(?, ?, ?, ?)".to_owned(),
            _ => {
                format!("(${}::uuid, ${}::bytea, ${}::bigint, ${}::bytea)", 4 * n + 1, 4 * n + 2, 4 * n + 3, 4 * n + 4)
            }
        };
        let rows: Vec<String> = (0..some.len()).map(row).collect();
        let sql = format!(
            "UPDATE audit_entries SET digest = v.column2, seq = v.column3, seal = v.column4 FROM (VALUES {}) AS v \
             WHERE audit_entries.id = v.column1",
            rows.join(", ")
        );
        let values = some.iter().flat_map(|seal| -> [Value; 4] {
            [seal.id.into(), seal.digest.to_vec().into(), seal.head.seq.into(), seal.head.seal.to_vec().into()]
        });
        run(tx, &sql, values.collect()).await?;
    }
    Ok(())
}
