//! Importing the directory, and keeping the index in step with it.

mod change;
mod details;
mod held;
mod import;
mod index;
mod snapshot;
mod ties;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::members::import_record::ImportRecord;
use crate::domain::members::problem::RowProblem;
use crate::domain::refusal::Refusal;
use crate::gateway::packing::unpack;
use crate::store::members;
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services};
pub use details::Details;
pub use import::import;
pub use index::refresh;

/// A file to import, and how.
#[derive(Default)]
pub struct ImportFile<'a> {
    /// Its name, for the record.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The day the association exported it.
    pub exported_on: NaiveDate,
    /// Take it although it shrank by more than a tenth.
    pub allow_shrink: bool,
    /// By page: only what was looked at before; the number of those gone as it was typed, for where they're many.
    pub on_page: Option<&'a str>,
    /// The version that it brings back.
    pub brings_back: Option<i64>,
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
    /// What is to be seen before an import by page.
    #[serde(skip)]
    pub details: Option<Details>,
}

/// Brings the directory of the import before back, as a new import of its file, on the day of the one that it undoes:
/// `undoes` is the version that somebody saw as the last, since a second press would bring back what they undid.
///
/// # Errors
/// Refused when there's none, or when another import came between.
pub async fn restore_previous(
    services: &Services,
    ctx: &Ctx,
    undoes: Option<i64>,
    dry_run: bool,
    progress: &mut (dyn FnMut(&str, usize) + Send),
) -> Result<ImportReport, Error> {
    authorise::<may::DirectoryImport>(ctx)?;
    let none = || {
        let message = "ひとつ前の名簿の控えがありません。正しい名簿のファイルを取り込んでください";
        Refusal::conflict("import.no_previous", message)
    };
    let imports = members::imports(&services.store).await?;
    let [last, before, ..] = &imports[..] else { return Err(none().into()) };
    if undoes.is_some_and(|version| version != last.version) {
        return Err(import::overtaken().into());
    }
    let packed = members::file(&services.store, before.version).await?.ok_or_else(none)?;
    let bytes = unpack(&packed).map_err(|e| Error::Outside(e.to_string()))?;
    let file = ImportFile {
        name: &format!("第{}版に戻す（{}）", before.version, before.file_name),
        bytes: &bytes,
        exported_on: last.exported_on,
        allow_shrink: true,
        brings_back: Some(before.version),
        dry_run,
        ..ImportFile::default()
    };
    import(services, ctx, &file, progress).await
}

/// What was imported so far.
pub struct Past {
    /// Past imports, newest first.
    pub imports: Vec<ImportRecord>,
    /// The directory before the last can be brought back.
    pub comes_back: bool,
}

/// What was imported so far.
pub async fn imports(services: &Services, ctx: &Ctx) -> Result<Past, Error> {
    authorise::<may::DirectoryImport>(ctx)?;
    services.store.journal().write(ctx, AuditEntry::done("directory.list", Object::kind("directory"))).await?;
    let imports = members::imports(&services.store).await?;
    let comes_back = match imports.get(1) {
        Some(before) => members::has_file(&services.store, before.version).await?,
        None => false,
    };
    Ok(Past { imports, comes_back })
}
