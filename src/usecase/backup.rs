//! Backups: the database as it stands, encrypted to its recipients; and taking one back, once it proves whole.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::authorise::authorise;
use super::{Error, Services, audit as chain};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::gateway::pg_tools;
use crate::gateway::vault::{self, Label, Workshop};
use crate::store::{audit, backup};

/// The format that this version writes and reads.
const FORMAT: u32 = 1;

/// Where things are.
#[derive(Debug, Clone)]
pub struct Places {
    /// The database's address.
    pub url: String,
    /// The file of a SQLite database.
    pub sqlite: Option<PathBuf>,
    /// The folder of PostgreSQL's tools; empty: where programs are.
    pub postgres_bin: String,
}

/// Where a dump is unpacked before PostgreSQL takes it.
fn on_the_way() -> PathBuf {
    std::env::temp_dir().join("madoguchi-restore")
}

/// Removes the plain copies that a killed backup or restore left: at every start.
pub fn sweep(sqlite: Option<&Path>) {
    vault::sweep(sqlite.unwrap_or(&on_the_way()));
}

fn no(why: String) -> Error {
    Refusal::invalid("backup.unusable", why).into()
}

/// Waits for what blocks: encrypting, reading and writing files.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, String> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Outside(e.to_string()))?.map_err(no)
}

/// Writes a backup into a new file while the desk works; gives its size. What was answered before it began is in it.
pub async fn create(
    services: &Services,
    ctx: &Ctx,
    places: &Places,
    to: &Path,
    recipients: &[String],
) -> Result<u64, Error> {
    authorise::<may::Backup>(ctx)?;
    let keys = vault::recipients(recipients).map_err(no)?;
    vault::must_be_free(to).map_err(no)?;
    let label = Label {
        madoguchi_backup: FORMAT,
        engine: backup::engine(&services.store).to_owned(),
        schema: backup::schema(),
        product: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: ctx.now,
    };
    let (place, count) = (to.to_owned(), keys.len());
    let size = match &places.sqlite {
        Some(file) => {
            // The copy isn't encrypted: it lies where the database does, closed to others, and loses its name before
            // it is read.
            let workshop = Workshop::beside(file).map_err(no)?;
            let plain = workshop.file("plain.db");
            backup::copy(&services.store, &plain).await?;
            let mut source = File::open(&plain).map_err(|e| no(format!("{}: {e}", plain.display())))?;
            drop(workshop);
            aside(move || vault::write(&place, &keys, &label, &mut source, || Ok(()))).await?
        }
        None => {
            let places = places.clone();
            aside(move || {
                let mut dump = pg_tools::dump(&places.postgres_bin, &places.url)?;
                let mut source = dump.stdout.take().ok_or("pg_dump の出力が読めません")?;
                vault::write(&place, &keys, &label, &mut source, || {
                    let ended = dump.wait().map_err(|e| e.to_string())?;
                    let failed = || "pg_dump が失敗しました（理由は上の行にあります）".to_owned();
                    if ended.success() { Ok(()) } else { Err(failed()) }
                })
            })
            .await?
        }
    };
    let tx = services.store.begin().await?;
    let entry = AuditEntry::done("backup.create", Object::kind("backup"));
    audit::record(&tx, ctx, entry.detail(json!({ "bytes": size, "recipients": count }))).await?;
    tx.commit().await?;
    Ok(size)
}

/// A backup unpacked beside the place it is meant for: nothing is in place yet.
pub struct Staged {
    /// What it says of itself.
    pub label: Label,
    /// The SQLite database, or PostgreSQL's dump.
    pub file: PathBuf,
    workshop: Workshop,
}

/// Opens a backup and unpacks all of it. Refused: another engine's, a newer version's, a damaged or cut one, another
/// key; and a place that isn't empty.
pub async fn stage(places: &Places, backup: &Path, key: &Path) -> Result<Staged, Error> {
    let (backup, key) = (backup.to_owned(), key.to_owned());
    let opened = aside(move || vault::open(&backup, &key)).await?;
    let engine = if places.sqlite.is_some() { "sqlite" } else { "postgres" };
    let label = opened.label.clone();
    if label.madoguchi_backup != FORMAT || !backup::knows(&label.schema) {
        let why = format!(
            "このバックアップは新しい版（{}）で作られています。新しい版の madoguchi で戻してください",
            label.product
        );
        return Err(no(why));
    }
    if label.engine != engine {
        let why = format!(
            "このバックアップは {} のものです。database.url に {} のデータベースを指定してください",
            label.engine, label.engine
        );
        return Err(no(why));
    }
    must_be_bare(places).await?;
    let near = places.sqlite.clone().unwrap_or_else(on_the_way);
    let workshop = Workshop::beside(&near).map_err(no)?;
    let file = workshop.file("plain.db");
    let to = file.clone();
    aside(move || opened.unpack(&to)).await?;
    Ok(Staged { label, file, workshop })
}

async fn must_be_bare(places: &Places) -> Result<(), Error> {
    let why = "データベースがすでにあります。戻し先には、まだないか空のデータベースを指定してください";
    let Some(file) = &places.sqlite else {
        return if backup::is_bare(&places.url).await? { Ok(()) } else { Err(no(why.into())) };
    };
    for beside in ["", "-wal", "-shm", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(beside);
        if std::fs::metadata(&name).is_ok_and(|found| found.len() > 0) {
            return Err(no(format!("{}: {why}", Path::new(&name).display())));
        }
    }
    Ok(())
}

/// Puts PostgreSQL's dump into its empty database, in one transaction.
pub async fn load(places: &Places, staged: &Staged) -> Result<(), Error> {
    let (places, file) = (places.clone(), staged.file.clone());
    aside(move || pg_tools::restore(&places.postgres_bin, &places.url, &file)).await
}

/// Looks through what was restored, and writes down that it was: the file holds together, the audit's chain verifies.
pub async fn accept(services: &Services, ctx: &Ctx, label: &Label) -> Result<(), Error> {
    authorise::<may::Backup>(ctx)?;
    if !backup::is_whole(&services.store).await? {
        return Err(no("バックアップの中のデータベースが壊れています。別のバックアップを指定してください".into()));
    }
    while chain::seal(services).await? > 0 {}
    let verified = chain::verify(services, None).await?;
    if !verified.is_whole() {
        let from = verified.fault.map_or_else(String::new, |(seq, _)| format!("{seq}番目から"));
        return Err(no(format!(
            "バックアップの中の監査記録が{from}正しくありません。別のバックアップを指定してください"
        )));
    }
    let tx = services.store.begin().await?;
    let entry = AuditEntry::done("backup.restore", Object::kind("backup"));
    let detail = json!({ "made_at": label.made_at, "schema": label.schema, "product": label.product });
    audit::record(&tx, ctx, entry.detail(detail)).await?;
    Ok(tx.commit().await?)
}

/// Puts the SQLite database in its place, once nobody has it open.
pub fn put(staged: Staged, place: &Path) -> Result<(), Error> {
    let mut log = staged.file.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(&log).is_ok_and(|found| found.len() > 0) {
        return Err(Error::Outside("戻したデータベースを閉じられませんでした。もう一度実行してください".into()));
    }
    if std::fs::metadata(place).is_ok_and(|found| found.len() == 0) {
        std::fs::remove_file(place).map_err(|e| no(format!("{}: {e}", place.display())))?;
    }
    vault::put(&staged.file, place).map_err(no)?;
    drop(staged.workshop);
    Ok(())
}

/// Takes out again what was put into an empty PostgreSQL database and wasn't accepted.
pub async fn take_back(places: &Places) -> Result<(), Error> {
    Ok(backup::clear(&places.url).await?)
}
