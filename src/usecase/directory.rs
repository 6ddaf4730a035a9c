//! Importing the directory, and keeping the index in step with it.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{Error, House, must};
use crate::domain::actor::Action;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::matching::{DirectoryIndex, DirectoryMeta};
use crate::domain::members::header::HeaderMap;
use crate::domain::members::import::{ParsedDirectory, RowProblem, parse_directory};
use crate::domain::members::periods::periods;
use crate::domain::members::record::{FacilityRecord, FacilityRole, MemberRecord, Tenure};
use crate::domain::refusal::Refusal;
use crate::gateway::secret::digest_of;
use crate::store::directory::{self as memory, ImportRecord, Kept, KeptFacility, KeptMember, KeptPeriod, KeptTenure};
use crate::store::{Store, Tx, audit};

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

/// Imports a directory in one transaction, or refuses it whole.
///
/// # Errors
/// Refused when the file can't be understood, is older than the last one, or shrank by more than a tenth.
pub async fn import(
    house: &House,
    ctx: &Ctx,
    file: &ImportFile<'_>,
    progress: &mut (dyn FnMut(&str, usize) + Send),
) -> Result<ImportReport, Error> {
    must(ctx, Action::DirectoryImport)?;
    if file.exported_on > ctx.today() {
        return Err(Refusal::field("exported_on", "import.future", "書き出し日が未来です。日付をご確認ください").into());
    }
    let parsed = parse_directory(file.bytes, &HeaderMap::default(), &mut |n| progress("read", n))
        .map_err(|p| Refusal::field("file", p.code(), p.to_string()))?;
    let tx = house.store.begin().await?;
    memory::lock(&tx).await?;
    let last = memory::latest_import(&tx).await?;
    if let Some(last) = &last
        && file.exported_on < last.exported_on
    {
        let message = format!("取込済みの名簿（{}現在）より古い名簿です。新しい名簿を選んでください", last.exported_on);
        return Err(Refusal::field("exported_on", "import.older", message).into());
    }
    let change = Change::between(&tx, ctx, &parsed, file.exported_on, last.is_none()).await?;
    let report = change.report(&parsed);
    if change.shrinks() && !file.allow_shrink {
        let message = format!(
            "名簿が1割を超えて減っています（いま{}件、このファイルでは{}件）。正しいファイルであれば「減少を許可」を付けてやり直してください",
            change.before,
            report.rows - report.rejected
        );
        return Err(Refusal::field("file", "import.shrunken", message).into());
    }
    if file.dry_run {
        return Ok(report);
    }
    change.write(&tx, ctx, file.exported_on, progress).await?;
    let record = ImportRecord {
        version: last.map_or(1, |l| l.version + 1),
        file_name: file.name.chars().take(200).collect(),
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
    memory::add_import(&tx, &record, (!ctx.actor.id.is_nil()).then_some(ctx.actor.id)).await?;
    let entry = AuditEntry::done("directory.import", Object::kind("directory"))
        .detail(json!({ "version": record.version, "rows": record.rows }));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(report)
}

/// What a new export changes.
#[derive(Default)]
struct Change {
    before: usize,
    now: usize,
    new_members: Vec<KeptMember>,
    changed_members: Vec<KeptMember>,
    new_facilities: Vec<KeptFacility>,
    changed_facilities: Vec<KeptFacility>,
    new_tenures: Vec<KeptTenure>,
    ended_tenures: Vec<Uuid>,
    /// Members and facilities whose rows contradict each other: what was known of them stands.
    held_back: HashSet<Uuid>,
    added: usize,
    changed: usize,
    gone: usize,
}

impl Change {
    async fn between(
        tx: &Tx,
        ctx: &Ctx,
        parsed: &ParsedDirectory,
        exported_on: NaiveDate,
        first: bool,
    ) -> Result<Self, Error> {
        let kept = memory::all_members(tx).await?;
        let key = |m: &MemberRecord| m.person_key.clone();
        let members = Compared::of(ctx, kept, &parsed.members, &parsed.held_back_people, exported_on, key);
        let kept = memory::all_facilities(tx).await?;
        let key = |f: &FacilityRecord| f.facility_key.clone();
        let facilities = Compared::of(ctx, kept, &parsed.facilities, &parsed.held_back_facilities, exported_on, key);
        let mut change = Self {
            new_members: members.new,
            changed_members: members.changed,
            new_facilities: facilities.new,
            changed_facilities: facilities.changed,
            held_back: members.held_back.into_iter().chain(facilities.held_back).collect(),
            ..Self::default()
        };
        change.tenures(tx, ctx, parsed, &members.ids, &facilities.ids, (exported_on, first)).await?;
        Ok(change)
    }

    /// Tenure is what imports show: open to the past at first sight in the first import, from the export's
    /// date for pairs that appear later, ended at the export's date for pairs gone (contracts section 1).
    async fn tenures(
        &mut self,
        tx: &Tx,
        ctx: &Ctx,
        parsed: &ParsedDirectory,
        members: &[Uuid],
        facilities: &[Uuid],
        (exported_on, first): (NaiveDate, bool),
    ) -> Result<(), Error> {
        let current = memory::all_tenures(tx).await?.into_iter().filter(|t| t.tenure.until_on.is_none());
        let mut kept: HashMap<(Uuid, Uuid), KeptTenure> = current.map(|t| ((t.member_id, t.facility_id), t)).collect();
        self.before = kept.len();
        let touched: HashSet<Uuid> =
            self.changed_members.iter().map(|m| m.id).chain(self.changed_facilities.iter().map(|f| f.id)).collect();
        for (person, facility, role) in &parsed.pairs {
            let (Some(member_id), Some(facility_id)) =
                (members.get(*person as usize), facilities.get(*facility as usize))
            else {
                continue;
            };
            self.now += 1;
            let old = kept.remove(&(*member_id, *facility_id));
            let moved = touched.contains(member_id) || touched.contains(facility_id);
            match &old {
                Some(old) if old.tenure.role == *role => self.changed += usize::from(moved),
                Some(old) => {
                    self.changed += 1;
                    self.ended_tenures.push(old.id);
                    self.new_tenures.push(tenure(ctx.new_id(), *member_id, *facility_id, *role, Some(exported_on)));
                }
                None => {
                    self.added += 1;
                    let from = (!first).then_some(exported_on);
                    self.new_tenures.push(tenure(ctx.new_id(), *member_id, *facility_id, *role, from));
                }
            }
        }
        kept.retain(|(member, facility), _| !self.held_back.contains(member) && !self.held_back.contains(facility));
        self.gone = kept.len();
        self.ended_tenures.extend(kept.into_values().map(|t| t.id));
        Ok(())
    }

    /// More than a tenth fewer pairs than before.
    fn shrinks(&self) -> bool {
        self.now * 10 < self.before * 9
    }

    fn report(&self, parsed: &ParsedDirectory) -> ImportReport {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let taken = parsed.rows - parsed.rejected;
        ImportReport {
            rows: count(parsed.rows),
            added: count(self.added),
            changed: count(self.changed),
            gone: count(self.gone),
            unchanged: count(taken.saturating_sub(self.added + self.changed)),
            repaired: count(parsed.repaired),
            rejected: count(parsed.rejected),
            encoding: parsed.encoding.to_owned(),
            problems: parsed.problems.clone(),
        }
    }

    async fn write(
        &self,
        tx: &Tx,
        ctx: &Ctx,
        exported_on: NaiveDate,
        progress: &mut (dyn FnMut(&str, usize) + Send),
    ) -> Result<(), Error> {
        memory::add_members(tx, &self.new_members).await?;
        for member in &self.changed_members {
            memory::save_member(tx, member).await?;
        }
        progress("members", self.new_members.len() + self.changed_members.len());
        memory::add_facilities(tx, &self.new_facilities).await?;
        for facility in &self.changed_facilities {
            memory::save_facility(tx, facility).await?;
        }
        progress("facilities", self.new_facilities.len() + self.changed_facilities.len());
        memory::end_tenures(tx, &self.ended_tenures, exported_on).await?;
        memory::add_tenures(tx, &self.new_tenures).await?;
        progress("tenures", self.new_tenures.len() + self.ended_tenures.len());
        let moved = self.changed_members.iter().filter(|m| m.gone_on.is_none());
        let replaced: Vec<Uuid> = moved.clone().map(|m| m.id).collect();
        let seen: Vec<KeptPeriod> =
            self.new_members.iter().chain(moved).flat_map(|m| kept_periods(m.id, &m.record, exported_on)).collect();
        memory::put_periods(tx, || ctx.new_id(), &seen, &replaced).await?;
        progress("periods", seen.len());
        Ok(())
    }
}

/// Members, or facilities, as kept and as they stand in a new export.
struct Compared<R> {
    /// Their ids, in the order of the export.
    ids: Vec<Uuid>,
    new: Vec<Kept<R>>,
    /// Otherwise than before, back again, or gone.
    changed: Vec<Kept<R>>,
    held_back: Vec<Uuid>,
}

impl<R: Clone + PartialEq> Compared<R> {
    fn of(
        ctx: &Ctx,
        kept: Vec<Kept<R>>,
        seen: &[R],
        held_back: &[String],
        exported_on: NaiveDate,
        key: impl Fn(&R) -> String,
    ) -> Self {
        let mut kept: HashMap<String, Kept<R>> = kept.into_iter().map(|k| (key(&k.record), k)).collect();
        let mut compared =
            Self { ids: Vec::with_capacity(seen.len()), new: Vec::new(), changed: Vec::new(), held_back: Vec::new() };
        for record in seen {
            let old = kept.remove(&key(record));
            let id = old.as_ref().map_or_else(|| ctx.new_id(), |k| k.id);
            compared.ids.push(id);
            let now = || Kept { id, record: record.clone(), gone_on: None };
            match old {
                None => compared.new.push(now()),
                Some(old) if old.record != *record || old.gone_on.is_some() => compared.changed.push(now()),
                Some(_) => {}
            }
        }
        compared.held_back = held_back.iter().filter_map(|key| kept.remove(key)).map(|k| k.id).collect();
        let gone = kept.into_values().filter(|k| k.gone_on.is_none());
        compared.changed.extend(gone.map(|k| Kept { gone_on: Some(exported_on), ..k }));
        compared
    }
}

fn tenure(id: Uuid, member_id: Uuid, facility_id: Uuid, role: FacilityRole, from_on: Option<NaiveDate>) -> KeptTenure {
    KeptTenure { id, member_id, facility_id, tenure: Tenure { role, from_on, until_on: None } }
}

fn kept_periods(member_id: Uuid, record: &MemberRecord, seen_on: NaiveDate) -> Vec<KeptPeriod> {
    periods(record)
        .into_iter()
        .map(|p| KeptPeriod { member_id, category: p.category, from_on: p.from_on, until_on: p.until_on, seen_on })
        .collect()
}

/// Past imports, newest first.
pub async fn imports(house: &House, ctx: &Ctx) -> Result<Vec<ImportRecord>, Error> {
    must(ctx, Action::DirectoryImport)?;
    house.store.journal().write(ctx, AuditEntry::done("directory.list", Object::kind("directory"))).await?;
    Ok(memory::imports(&house.store).await?)
}

/// Builds the index anew when the database holds a newer import than the one it serves. True when it did.
pub async fn refresh(house: &House) -> Result<bool, Error> {
    let latest = memory::latest_import(&house.store).await?;
    let version = latest.as_ref().map_or(0, |l| l.version);
    if house.index.get().is_some_and(|index| index.version() == version) {
        return Ok(false);
    }
    let Some(latest) = latest else {
        house.index.put(DirectoryIndex::empty());
        return Ok(true);
    };
    house.index.put(build_index(&house.store, &latest).await?);
    Ok(true)
}

/// Builds the index of the directory as it stands in the database.
async fn build_index(store: &Store, import: &ImportRecord) -> Result<DirectoryIndex, Error> {
    let entries = memory::entries(store).await?;
    let meta = DirectoryMeta { version: import.version, exported_on: import.exported_on };
    tokio::task::spawn_blocking(move || DirectoryIndex::build(meta, entries))
        .await
        .map_err(|e| Error::Outside(e.to_string()))
}
