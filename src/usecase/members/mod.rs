//! Importing the directory, and keeping the index in step with it.

mod change;
mod details;
mod held;
mod import;
mod index;
mod mappings;
mod restore;
mod snapshot;
mod ties;
mod turned;
mod undo;
mod word;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::members::import_record::ImportRecord;
use crate::domain::members::mapping::Mapping;
use crate::domain::members::problem::RowProblem;
use crate::gateway::secret::digest_of;
use crate::store::members;
use crate::store::members::KeptMapping;
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services};
pub use details::Details;
pub use import::import;
pub use index::refresh;
pub use mappings::{mapping, propose, save_mapping};
pub use restore::restore_previous;

/// How a file is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// The mapping's name; empty: none.
    pub name: String,
    /// Its version; 0: it's in a file.
    pub version: i64,
    /// The mapping.
    pub mapping: Mapping,
}

impl Read {
    /// The mapping's name and version, for the record.
    pub fn label(&self) -> String {
        match self.version {
            0 => self.name.clone(),
            version => format!("{} 第{version}版", self.name),
        }
    }
}

/// A file to import, and how.
#[derive(Default)]
pub struct ImportFile<'a> {
    /// Its name, for the record.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// How it's read.
    pub mapping: Read,
    /// Of a spreadsheet, the sheet's name; empty: the first.
    pub sheet: &'a str,
    /// The day the association exported it.
    pub exported_on: NaiveDate,
    /// Take it although more than a tenth would be gone, or a column.
    pub allow_shrink: bool,
    /// By page: only what was looked at before.
    pub on_page: Option<OnPage<'a>>,
    /// Only say what would happen.
    pub dry_run: bool,
}

impl ImportFile<'_> {
    /// SHA-256 of the file as it's read: by another mapping, or of another sheet, it's another.
    fn hash(&self) -> [u8; 32] {
        let bytes = digest_of(self.bytes);
        if self.mapping == Read::default() && self.sheet.is_empty() {
            return bytes;
        }
        let how = [digest_of(self.mapping.mapping.to_toml().as_bytes()), digest_of(self.sheet.as_bytes())];
        digest_of(&[bytes, how[0], how[1]].concat())
    }
}

/// What somebody said on the page.
#[derive(Debug, Clone, Copy, Default)]
pub struct OnPage<'a> {
    /// How many are gone, as it was typed, for where they're many.
    pub gone: &'a str,
    /// Columns may be missing that say something now.
    pub columns: bool,
}

/// What an import did, or would do (contracts section 1).
#[derive(Debug, Clone, Default, Serialize)]
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
    /// `UTF-8`, `CP932` or `XLSX`.
    #[serde(skip)]
    pub encoding: String,
    /// What was repaired or kept out, row by row.
    #[serde(skip)]
    pub problems: Vec<RowProblem>,
    /// What is to be seen before an import by page.
    #[serde(skip)]
    pub details: Option<Details>,
}

/// What was imported so far.
pub struct Past {
    /// Past imports, newest first.
    pub imports: Vec<ImportRecord>,
    /// The last import that can be taken back.
    pub last: Option<ImportRecord>,
    /// How associations' exports are read, the latest of each name.
    pub mappings: Vec<KeptMapping>,
}

/// What was imported so far.
pub async fn imports(services: &Services, ctx: &Ctx) -> Result<Past, Error> {
    authorise::<may::DirectoryImport>(ctx)?;
    services.store.journal().write(ctx, AuditEntry::done("directory.list", Object::kind("directory"))).await?;
    let imports = members::imports(&services.store).await?;
    let last = members::last_undo(&services.store).await?;
    let last = imports.iter().find(|import| Some(import.version) == last).cloned();
    let mappings = members::mappings(&services.store).await?;
    Ok(Past { imports, last, mappings })
}
