//! Importing the directory, and keeping the index in step with it.

mod change;
mod held;
mod index;
mod snapshot;
mod ties;

use std::time::Duration;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::members::header::HeaderMap;
use crate::domain::members::import::parse_directory;
use crate::domain::members::import_record::ImportRecord;
use crate::domain::members::problem::RowProblem;
use crate::domain::refusal::Refusal;
use crate::gateway::secret::digest_of;
use crate::store::members;
use crate::store::members::ImportLock;
use crate::store::{Store, audit};
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services};
use change::Change;
pub use index::refresh;

/// How often it is looked whether another import has come to its end, and how many times.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
const TRIES: u32 = 200;

/// A file to import, and how.
pub struct ImportFile<'a> {
    /// Its name, for the record.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The day the association exported it.
    pub exported_on: NaiveDate,
    /// Take it although it shrank by more than a tenth.
    pub allow_shrink: bool,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// What an import did, or would do (contracts section 1).
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    /// Data rows in the file.
    pub rows: i64,
    /// Pairs that are new.
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
    /// `UTF-8` or `CP932`.
    #[serde(skip)]
    pub encoding: String,
    /// What was repaired or kept out, row by row.
    #[serde(skip)]
    pub problems: Vec<RowProblem>,
}

/// Imports a directory, or refuses it whole. New rows are written in pieces, between which the desk saves; they are
/// seen all at once with the last piece, in which everything else is changed too. What a killed import left behind is
/// never seen, and taken away by the next.
///
/// # Errors
/// Refused when the file can't be understood, is older than the last one, or shrank by more than a tenth.
pub async fn import(
    services: &Services,
    ctx: &Ctx,
    file: &ImportFile<'_>,
    progress: &mut (dyn FnMut(&str, usize) + Send),
) -> Result<ImportReport, Error> {
    let by = authorise::<may::DirectoryImport>(ctx)?;
    if file.exported_on > ctx.today() {
        return Err(Refusal::field("exported_on", "import.future", "書き出し日が未来です。日付をご確認ください").into());
    }
    let parsed = parse_directory(file.bytes, &HeaderMap::default(), &mut |n| progress("read", n))
        .map_err(|p| Refusal::field("file", p.code(), p.to_string()))?;
    let store = &services.store;
    // Only one at a time: it is compared with what stands, and written in many transactions.
    let turn = if file.dry_run { None } else { Some(turn(store).await?) };
    let last = members::latest_import(store).await?;
    if let Some(last) = &last
        && file.exported_on < last.exported_on
    {
        let message = format!("取込済みの名簿（{}現在）より古い名簿です。新しい名簿を選んでください", last.exported_on);
        return Err(Refusal::field("exported_on", "import.older", message).into());
    }
    let version = last.as_ref().map_or(1, |l| l.version + 1);
    let mut change = Change::between(&by, store, ctx, parsed, file.exported_on, version).await?;
    let report = change.report();
    if let Some(words) = change.shrinks().filter(|_| !file.allow_shrink) {
        return Err(Refusal::field("file", "import.shrunken", words).into());
    }
    if file.dry_run {
        return Ok(report);
    }
    change.write_new(store, ctx, progress).await?;
    let tx = store.begin().await?;
    change.write_rest(&tx, ctx, progress).await?;
    let record = ImportRecord {
        version,
        // As some browser named it: nothing but a name to show.
        file_name: file.name.chars().filter(|c| !c.is_control()).take(200).collect(),
        file_hash: digest_of(file.bytes),
        exported_on: file.exported_on,
        encoding: report.encoding.clone(),
        rows: report.rows,
        added: report.added,
        changed: report.changed,
        gone: report.gone,
        unchanged: report.unchanged,
        repaired: report.repaired,
        rejected: report.rejected,
        imported_at: ctx.now,
    };
    members::add_import(&tx, &record, (!ctx.actor.id.is_nil()).then_some(ctx.actor.id)).await?;
    let entry = AuditEntry::done("directory.import", Object::kind("directory"))
        .detail(json!({ "version": record.version, "rows": record.rows }));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    drop(turn);
    Ok(report)
}

/// Waits until no other import is at work.
///
/// # Errors
/// Refused when that takes too long.
async fn turn(store: &Store) -> Result<ImportLock, Error> {
    for _ in 0..TRIES {
        if let Some(turn) = members::lock(store).await? {
            return Ok(turn);
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    let message = "別の名簿の取込が進んでいます。終わってからもう一度取り込んでください";
    Err(Refusal::conflict("import.busy", message).into())
}

/// Past imports, newest first.
pub async fn imports(services: &Services, ctx: &Ctx) -> Result<Vec<ImportRecord>, Error> {
    authorise::<may::DirectoryImport>(ctx)?;
    services.store.journal().write(ctx, AuditEntry::done("directory.list", Object::kind("directory"))).await?;
    Ok(members::imports(&services.store).await?)
}
