//! An import: what stands in its way, and writing it.

use std::time::Duration;

use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::members::field::tidy;
use crate::domain::members::header::HeaderMap;
use crate::domain::members::import::parse_directory;
use crate::domain::members::import_record::ImportRecord;
use crate::domain::refusal::Refusal;
use crate::gateway::packing::pack;
use crate::gateway::secret::digest_of;
use crate::store::members::{ImportLock, Preview};
use crate::store::{Store, audit, members};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::members::change::Change;
use crate::usecase::members::{Details, ImportFile, ImportReport};
use crate::usecase::{Error, Services};

/// How often it is looked whether another import has come to its end, and how many times.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
const TRIES: u32 = 200;

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
    let version = next(file, members::latest_import(store).await?.as_ref())?;
    let mut change = Change::between(&by, store, ctx, parsed, file.exported_on, version).await?;
    let mut report = change.report();
    let file_hash = digest_of(file.bytes);
    let looked = Preview { file_hash, exported_on: file.exported_on, version, gone: report.gone };
    match (file.on_page, change.shrinks()) {
        (None, Some(words)) if !file.allow_shrink => {
            return Err(Refusal::field("file", "import.shrunken", words).into());
        }
        (Some(_), _) if file.dry_run => {
            report.details = Some(Details::of(store, &change).await?);
            look(&by, services, ctx, &looked).await?;
        }
        (Some(typed), shrinks) => was_looked_at(&by, store, ctx, &looked, shrinks.map(|_| typed)).await?,
        _ => {}
    }
    if !file.dry_run {
        let record = record(&by, ctx, file, &looked, &report);
        write(&by, services, ctx, file, &change, &record, progress).await?;
    }
    drop(turn);
    Ok(report)
}

/// The version that an import makes of the directory.
///
/// # Errors
/// Refused when it's older than the last, or brings back another than the one before.
fn next(file: &ImportFile<'_>, last: Option<&ImportRecord>) -> Result<i64, Refusal> {
    let version = last.map_or(1, |last| last.version + 1);
    if file.brings_back.is_some_and(|before| before + 2 != version) {
        return Err(overtaken());
    }
    if let Some(last) = last.filter(|last| file.exported_on < last.exported_on) {
        let message = format!("取込済みの名簿（{}現在）より古い名簿です。新しい名簿を選んでください", last.exported_on);
        return Err(Refusal::field("exported_on", "import.older", message));
    }
    Ok(version)
}

/// What was to be undone isn't the last import any more.
pub(super) fn overtaken() -> Refusal {
    let message = "すでに元に戻したか、別の名簿が取り込まれています。これまでの取り込みを確かめてください";
    Refusal::conflict("import.overtaken", message)
}

fn record(
    _: &Granted<may::DirectoryImport>,
    ctx: &Ctx,
    file: &ImportFile<'_>,
    looked: &Preview,
    report: &ImportReport,
) -> ImportRecord {
    ImportRecord {
        version: looked.version,
        // As some browser named it: nothing but a name to show.
        file_name: file.name.chars().filter(|c| !c.is_control()).take(200).collect(),
        file_hash: looked.file_hash,
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
    }
}

async fn write(
    _: &Granted<may::DirectoryImport>,
    services: &Services,
    ctx: &Ctx,
    file: &ImportFile<'_>,
    change: &Change,
    record: &ImportRecord,
    progress: &mut (dyn FnMut(&str, usize) + Send),
) -> Result<(), Error> {
    let store = &services.store;
    let packed = pack(file.bytes).map_err(|e| Error::Outside(e.to_string()))?;
    change.write_new(store, ctx, progress).await?;
    let tx = store.begin().await?;
    change.write_rest(&tx, ctx, progress).await?;
    members::add_import(&tx, record, (!ctx.actor.id.is_nil()).then_some(ctx.actor.id)).await?;
    members::keep_file(&tx, record.version, packed).await?;
    let entry = AuditEntry::done("directory.import", Object::kind("directory"))
        .detail(json!({ "version": record.version, "rows": record.rows, "brings_back": file.brings_back }));
    audit::record(&tx, ctx, entry).await?;
    Ok(tx.commit().await?)
}

/// Remembers what somebody looked at.
async fn look(
    _: &Granted<may::DirectoryImport>,
    services: &Services,
    ctx: &Ctx,
    looked: &Preview,
) -> Result<(), Error> {
    let tx = services.store.begin().await?;
    members::keep_preview(&tx, ctx.actor.id, looked, ctx.now).await?;
    let entry = AuditEntry::done("directory.preview", Object::kind("directory"))
        .detail(json!({ "version": looked.version, "gone": looked.gone }));
    audit::record(&tx, ctx, entry).await?;
    Ok(tx.commit().await?)
}

/// Whether somebody looked at what they import; where many go, they have typed how many.
async fn was_looked_at(
    _: &Granted<may::DirectoryImport>,
    store: &Store,
    ctx: &Ctx,
    now: &Preview,
    typed: Option<&str>,
) -> Result<(), Error> {
    if members::preview(store, ctx.actor.id).await?.as_ref() != Some(now) {
        if let Some(last) = members::latest_import(store).await?.filter(|last| last.file_hash == now.file_hash) {
            let message = format!("この名簿は、第{}版としてすでに取り込まれています", last.version);
            return Err(Refusal::field("file", "import.already", message).into());
        }
        let message =
            "この名簿は、まだ内容を確認していません。「内容を確認する」を押し、結果を確かめてから取り込んでください";
        return Err(Refusal::field("file", "import.not_looked_at", message).into());
    }
    if typed.is_some_and(|typed| tidy(typed).parse() != Ok(now.gone)) {
        let message = format!("なくなる件数が違います。内容を確かめ、なくなる件数（{}）を入力してください", now.gone);
        return Err(Refusal::field("gone", "import.gone_number", message).into());
    }
    Ok(())
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
