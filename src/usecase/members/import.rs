//! An import: what stands in its way, and writing it.

use std::time::Duration;

use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::members::import::parse_directory;
use crate::domain::members::import_record::ImportRecord;
use crate::domain::refusal::Refusal;
use crate::store::members::{ImportLock, Preview};
use crate::store::{Store, audit, members};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::members::change::Change;
use crate::usecase::members::undo::undo;
use crate::usecase::members::word::was_said;
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
/// Refused when the file can't be understood or is older than the last one; without a person's word also when more than
/// a tenth would be gone, or a column.
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
    let parsed = parse_directory(file.bytes, (&file.mapping.mapping, file.sheet), &mut |n| progress("read", n))
        .map_err(|p| Refusal::field("file", p.code(), p.to_string()))?;
    let store = &services.store;
    // Only one at a time: it is compared with what stands, and written in many transactions.
    let turn = if file.dry_run { None } else { Some(turn(store).await?) };
    let version = next(file, members::latest_import(store).await?.as_ref())?;
    let mut change = Change::between(&by, store, ctx, parsed, file.exported_on, version).await?;
    let mut report = change.report();
    let file_hash = file.hash();
    let looked = Preview { file_hash, exported_on: file.exported_on, version, gone: report.gone };
    match (file.on_page, change.refused()) {
        (None, Some(refusal)) if !file.allow_shrink => return Err(refusal.into()),
        (Some(_), _) if file.dry_run => {
            let mapping = file.mapping.name.clone();
            report.details = Some(Details { mapping, ..Details::of(store, &change).await? });
            look(&by, services, ctx, &looked).await?;
        }
        (Some(said), _) => {
            was_looked_at(&by, store, ctx, &looked).await?;
            was_said(&change, looked.gone, said)?;
        }
        _ => {}
    }
    if !file.dry_run {
        let record = record(&by, ctx, file, &looked, &report);
        write(&by, services, ctx, &change, &record, progress).await?;
    }
    drop(turn);
    Ok(report)
}

/// The version that an import makes of the directory.
///
/// # Errors
/// Refused when it's older than the last.
fn next(file: &ImportFile<'_>, last: Option<&ImportRecord>) -> Result<i64, Refusal> {
    let version = last.map_or(1, |last| last.version + 1);
    if let Some(last) = last.filter(|last| file.exported_on < last.exported_on) {
        let message = format!("取込済みの名簿（{}現在）より古い名簿です。新しい名簿を選んでください", last.exported_on);
        return Err(Refusal::field("exported_on", "import.older", message));
    }
    Ok(version)
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
        mapping: file.mapping.label(),
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
    change: &Change,
    record: &ImportRecord,
    progress: &mut (dyn FnMut(&str, usize) + Send),
) -> Result<(), Error> {
    let store = &services.store;
    let settled = change.settled(store).await?;
    // Before the first there's nothing to come back to.
    let undo = if record.version > 1 { Some(undo(store, change, &settled).await?) } else { None };
    change.write_new(store, ctx, progress).await?;
    let tx = store.begin().await?;
    change.write_rest(&tx, ctx, settled, progress).await?;
    members::add_import(&tx, record, (!ctx.actor.id.is_nil()).then_some(ctx.actor.id)).await?;
    if let Some(undo) = undo {
        members::keep_undo(&tx, record.version, undo).await?;
    }
    let entry = AuditEntry::done("directory.import", Object::kind("directory"))
        .detail(json!({ "version": record.version, "rows": record.rows }));
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

/// Whether somebody looked at what they import.
async fn was_looked_at(
    _: &Granted<may::DirectoryImport>,
    store: &Store,
    ctx: &Ctx,
    now: &Preview,
) -> Result<(), Error> {
    let looked = members::preview(store, ctx.actor.id).await?.filter(|looked| looked.file_hash == now.file_hash);
    let (code, message) = match looked {
        Some(looked) if looked == *now => return Ok(()),
        Some(looked) if looked.exported_on != now.exported_on => {
            ("import.other_day", "書き出し日が、内容を確認したときと違います".to_owned())
        }
        Some(_) => ("import.changed_since", "内容を確認したあとで、別の名簿が取り込まれました".to_owned()),
        None => ("import.not_looked_at", "この名簿は、まだ内容を確認していません".to_owned()),
    };
    let last = members::latest_import(store).await?.filter(|last| last.file_hash == now.file_hash);
    let (code, message) = match last {
        Some(last) if last.exported_on == now.exported_on => {
            ("import.already", format!("この名簿は、第{}版としてすでに取り込まれています", last.version))
        }
        _ => (code, format!("{message}。「内容を確認する」を押し、結果を確かめてから取り込んでください")),
    };
    Err(Refusal::field("file", code, message).into())
}

/// Waits until no other import is at work.
///
/// # Errors
/// Refused when that takes too long.
pub(super) async fn turn(store: &Store) -> Result<ImportLock, Error> {
    for _ in 0..TRIES {
        if let Some(turn) = members::lock(store).await? {
            return Ok(turn);
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    let message = "別の名簿の取込が進んでいます。終わってからもう一度取り込んでください";
    Err(Refusal::conflict("import.busy", message).into())
}
