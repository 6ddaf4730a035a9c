//! Taking the last import back: what it wrote over is written anew, and what it added is gone, as a new import.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::members::import_record::ImportRecord;
use crate::domain::refusal::Refusal;
use crate::gateway::packing::lines;
use crate::store::members::{Kept, KeptFacility, KeptMember, KeptPeriod};
use crate::store::{Store, Tx, audit, members};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::members::ImportReport;
use crate::usecase::members::change::{PIECE, clear};
use crate::usecase::members::import::turn;
use crate::usecase::members::undo::Line;
use crate::usecase::{Error, Services};

/// Brings the directory back as it stood before the last import that wasn't taken back yet, as a new import of that
/// day. `undoes` is the version that somebody saw as that one, since a second press would take another back.
///
/// # Errors
/// Refused when there's none, or when another import came between.
pub async fn restore_previous(
    services: &Services,
    ctx: &Ctx,
    undoes: Option<i64>,
    dry_run: bool,
) -> Result<ImportReport, Error> {
    let by = authorise::<may::DirectoryImport>(ctx)?;
    let store = &services.store;
    let turn = if dry_run { None } else { Some(turn(store).await?) };
    let imports = members::imports(store).await?;
    let last = members::last_undo(store).await?;
    if undoes.is_some_and(|version| last != Some(version)) {
        let message = "すでに元に戻したか、別の名簿が取り込まれています。これまでの取り込みを確かめてください";
        return Err(Refusal::conflict("import.overtaken", message).into());
    }
    let find = |version: i64| imports.iter().find(|import| import.version == version);
    let (Some(undone), Some(before)) = (last.and_then(find), last.and_then(|last| find(last - 1))) else {
        let message = "ひとつ前の名簿の控えがありません。正しい名簿のファイルを取り込んでください";
        return Err(Refusal::conflict("import.no_previous", message).into());
    };
    let newest = imports.first().map_or(0, |import| import.version);
    let record = record(&by, ctx, newest + 1, undone, before);
    if !dry_run {
        clear(store, record.version - 1).await?;
        write(&by, store, ctx, undone, &record).await?;
    }
    drop(turn);
    Ok(report(&record))
}

fn record(
    _: &Granted<may::DirectoryImport>,
    ctx: &Ctx,
    version: i64,
    undone: &ImportRecord,
    before: &ImportRecord,
) -> ImportRecord {
    ImportRecord {
        version,
        file_name: format!("第{}版の取り消し", undone.version),
        added: undone.gone,
        changed: undone.changed,
        gone: undone.added,
        unchanged: undone.unchanged,
        repaired: 0,
        rejected: 0,
        imported_at: ctx.now,
        ..before.clone()
    }
}

fn report(record: &ImportRecord) -> ImportReport {
    ImportReport {
        rows: record.rows,
        added: record.added,
        changed: record.changed,
        gone: record.gone,
        unchanged: record.unchanged,
        encoding: record.encoding.clone(),
        ..ImportReport::default()
    }
}

async fn write(
    _: &Granted<may::DirectoryImport>,
    store: &Store,
    ctx: &Ctx,
    undone: &ImportRecord,
    record: &ImportRecord,
) -> Result<(), Error> {
    let packed = members::undo(store, undone.version).await?.unwrap_or_default();
    let tx = store.begin().await?;
    let mut back = Back { undone_on: undone.exported_on, version: record.version, ..Back::default() };
    for line in lines(&packed) {
        back.take(line.map_err(|e| Error::Outside(e.to_string()))?);
        if back.waiting >= PIECE {
            back.write(&tx, ctx).await?;
        }
    }
    back.write(&tx, ctx).await?;
    members::undone(&tx, undone.version).await?;
    members::add_import(&tx, record, (!ctx.actor.id.is_nil()).then_some(ctx.actor.id)).await?;
    let entry = AuditEntry::done("directory.restore", Object::kind("directory"))
        .detail(json!({ "version": record.version, "undoes": undone.version }));
    audit::record(&tx, ctx, entry).await?;
    Ok(tx.commit().await?)
}

/// What waits to be written back.
#[derive(Default)]
struct Back {
    /// The day of the import that is taken back.
    undone_on: NaiveDate,
    /// The version that is written.
    version: i64,
    waiting: usize,
    members: Vec<KeptMember>,
    facilities: Vec<KeptFacility>,
    periods: Vec<KeptPeriod>,
    /// Members whose periods are replaced.
    replaced: Vec<Uuid>,
    /// Who isn't gone, and what isn't.
    people: Vec<Uuid>,
    places: Vec<Uuid>,
    ties: Vec<Uuid>,
    /// What the import had added.
    new_people: Vec<Uuid>,
    new_places: Vec<Uuid>,
    new_ties: Vec<Uuid>,
}

impl Back {
    fn take(&mut self, line: Line) {
        self.waiting += 1;
        match line {
            Line::Member(id, record, gone_on) => self.members.push(Kept { id, record, gone_on }),
            Line::Facility(id, record, gone_on) => self.facilities.push(Kept { id, record, gone_on }),
            Line::Periods(member_id, periods) => {
                self.replaced.push(member_id);
                self.periods.extend(periods.into_iter().map(|recorded| KeptPeriod { member_id, recorded }));
            }
            Line::MemberGone(id) => self.people.push(id),
            Line::FacilityGone(id) => self.places.push(id),
            Line::TieEnded(id) => self.ties.push(id),
            Line::MemberNew(id) => {
                self.new_people.push(id);
                // What was shown of them never was.
                self.replaced.push(id);
            }
            Line::FacilityNew(id) => self.new_places.push(id),
            Line::TieNew(id) => self.new_ties.push(id),
        }
    }

    async fn write(&mut self, tx: &Tx, ctx: &Ctx) -> Result<(), Error> {
        let back = std::mem::take(self);
        (self.undone_on, self.version) = (back.undone_on, back.version);
        members::save_members(tx, back.version, back.members).await?;
        members::save_facilities(tx, back.version, back.facilities).await?;
        let mut ids = ctx.id_run();
        let next = || ids.next().unwrap_or_default();
        members::put_periods(tx, back.version, next, back.periods, &back.replaced).await?;
        members::members_gone(tx, &back.people, None).await?;
        members::facilities_gone(tx, &back.places, None).await?;
        members::end_tenures(tx, &back.ties, None).await?;
        members::remove_tenures(tx, &back.new_ties).await?;
        // Somebody may have called in between: a ticket may name them.
        members::members_gone(tx, &back.new_people, Some(back.undone_on)).await?;
        members::facilities_gone(tx, &back.new_places, Some(back.undone_on)).await?;
        Ok(())
    }
}
