//! The file in which readings wait while the database can't be written: taken at the start, let go of at the end, and
//! missed when it is gone (`quality.md` section 5).

use std::io;
use std::path::{Path, PathBuf};

use chrono::Duration;
use serde_json::json;
use tracing::warn;
use uuid::Uuid;

use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;
use crate::store::audit::journal::Acts;
use crate::store::audit::journals::{self, KnownJournal};
use crate::store::audit::spill::Spill;
use crate::store::{Store, StoreError, audit};
use crate::usecase::{Error, Services};

/// Files that may lie side by side in a folder: as many servers of one database may run on a machine.
const SIDE_BY_SIDE: usize = 32;
/// Hours after which a file whose server was never heard of again counts as lost.
const SILENT_HOURS: i64 = 24;

/// Where the files lie.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder.
    pub folder: PathBuf,
    /// What tells this database's files from another's in the same folder.
    pub mark: String,
    /// Bytes that a file takes from the start.
    pub room: u64,
}

/// The file that this process holds.
#[derive(Debug, Clone)]
pub struct Kept {
    id: Uuid,
    /// How its folder is called in the database.
    place: String,
}

impl Place {
    /// How the folder is called in the database: the same folder of another machine is another place.
    fn name(&self) -> String {
        let folder = self.folder.canonicalize().unwrap_or_else(|_| self.folder.clone());
        let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        format!("{}:{}", machine.trim(), folder.display())
    }

    fn file(&self, nth: usize) -> PathBuf {
        self.folder.join(format!("madoguchi-{}-{nth}.journal", self.mark))
    }

    /// The first file that nobody holds, with the ids of all that lie there.
    fn take(&self) -> io::Result<Option<Spill>> {
        for nth in 0..SIDE_BY_SIDE {
            if let Some(spill) = Spill::take(&self.file(nth), self.room)? {
                return Ok(Some(spill));
            }
        }
        Ok(None)
    }

    fn files(&self) -> impl Iterator<Item = PathBuf> {
        (0..SIDE_BY_SIDE).map(|nth| self.file(nth)).filter(|file| file.exists())
    }
}

/// Takes a file and lets readings wait in it from now on. What a server left in one when it was killed goes over into
/// the audit; a file that is gone though nobody closed it is told. Where nothing can be written now both wait: a server
/// can be started on a full disk, for people to read.
///
/// # Errors
/// When no file can be had, or the database doesn't answer.
pub async fn open(services: &Services, ctx: &Ctx, place: Place, acts: Acts) -> Result<Kept, Error> {
    let taking = place.clone();
    let taken = tokio::task::spawn_blocking(move || taking.take()).await.map_err(|e| Error::Outside(e.to_string()))?;
    let no = |why: String| Error::Outside(format!("{}: {why}", place.folder.display()));
    let spill = taken.map_err(|e| no(format!("閲覧記録の控え（audit.journal_dir）を用意できません: {e}")))?;
    let spill = spill.ok_or_else(|| no("閲覧記録の控えがすべて使用中です".into()))?;
    let kept = Kept { id: spill.id(), place: place.name() };
    match announce(services, ctx, &place, &kept).await {
        Err(Error::Store(error @ (StoreError::Full | StoreError::Away(_) | StoreError::Unknown))) => {
            warn!(%error, "That the journal of readings is there could not be noted; it will be tried again");
        }
        other => other?,
    }
    services.store.journal().spill_into(spill, acts).await;
    Ok(kept)
}

async fn announce(services: &Services, ctx: &Ctx, place: &Place, own: &Kept) -> Result<(), Error> {
    tell_lost(services, ctx, place, own).await?;
    seen(&services.store, ctx, own).await
}

/// Tells which files are gone.
async fn tell_lost(services: &Services, ctx: &Ctx, place: &Place, own: &Kept) -> Result<(), Error> {
    let there: Vec<_> = place.files().filter_map(|file| id_in(&file)).collect();
    let silent = ctx.now - Duration::hours(SILENT_HOURS);
    let lost = |known: &KnownJournal| {
        known.id != own.id && !there.contains(&known.id) && (known.place == own.place || known.seen_at < silent)
    };
    for known in journals::unclosed(&services.store).await?.into_iter().filter(lost) {
        warn!(journal.id = %known.id, "A journal of readings is gone: what waited in it is missing from the audit");
        let tx = services.store.begin().await?;
        let entry = AuditEntry::done("audit.journal_lost", Object::new("journal", known.id)).outcome(Outcome::Failed);
        audit::record(&tx, ctx, entry.detail(json!({ "last_seen": known.seen_at }))).await?;
        journals::close(&tx, known.id, ctx.now).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn id_in(file: &Path) -> Option<Uuid> {
    Spill::id_in(file).ok()
}

/// Notes that the file is there.
pub async fn seen(store: &Store, ctx: &Ctx, kept: &Kept) -> Result<(), Error> {
    let tx = store.begin().await?;
    journals::seen(&tx, kept.id, &kept.place, ctx.now).await?;
    Ok(tx.commit().await?)
}

/// Notes that nothing waits any more, before the server ends. What waits still is taken up at the next start.
pub async fn close(store: &Store, ctx: &Ctx, kept: &Kept) -> Result<(), Error> {
    if store.journal().waiting() > 0 {
        return Ok(());
    }
    let tx = store.begin().await?;
    journals::close(&tx, kept.id, ctx.now).await?;
    Ok(tx.commit().await?)
}
