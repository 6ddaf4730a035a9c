//! What a new export changes, and writing it.

use std::collections::HashMap;
use std::time::Duration;

use chrono::NaiveDate;
use futures::TryStreamExt;
use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::members::header::header_of;
use crate::domain::members::import::ParsedDirectory;
use crate::domain::members::periods::{LastSeen, RecordedPeriod, periods, settle};
use crate::domain::members::record::{FacilityRecord, MemberRecord, Tenure};
use crate::store::members;
use crate::store::members::{KeptFacility, KeptMember, KeptPeriod, KeptTenure};
use crate::store::{Store, Tx};
use crate::usecase::Error;
use crate::usecase::authorise::Granted;
use crate::usecase::members::ImportReport;
use crate::usecase::members::held::Held;
use crate::usecase::members::snapshot::{Kept, Sorted};
use crate::usecase::members::ties::Ties;
use crate::usecase::members::turned::turned;

/// Rows of one kind that are written together: whoever saves beside an import waits for one piece at most.
pub(super) const PIECE: usize = 6_000;
/// How long nothing is written after a piece. SQLite's writers don't stand in a line: whoever waits looks every few
/// milliseconds, and must find a moment in which it is free.
const BETWEEN_PIECES: Duration = Duration::from_millis(8);

/// What a new export changes.
pub(in crate::usecase) struct Change {
    parsed: ParsedDirectory,
    exported_on: NaiveDate,
    /// The directory's version from then on.
    version: i64,
    pub(super) members: Sorted,
    pub(super) facilities: Sorted,
    pub(super) ties: Ties,
    /// Fields for which the export has no column though they say something of some who stand, by header, and of how many.
    pub(super) emptied: Vec<(&'static str, usize)>,
    /// Columns of which more than a tenth would say otherwise, by header, and of how many.
    pub(super) turned: Vec<(&'static str, usize)>,
}

/// Periods of changed members whose periods change.
pub(super) struct Settled {
    /// What they are from then on.
    now: Vec<KeptPeriod>,
    /// These members, and what theirs were.
    pub(super) before: Vec<(Uuid, Vec<RecordedPeriod>)>,
}

impl Change {
    pub(in crate::usecase) async fn between(
        _: &Granted<may::DirectoryImport>,
        store: &Store,
        ctx: &Ctx,
        mut parsed: ParsedDirectory,
        exported_on: NaiveDate,
        version: i64,
    ) -> Result<Self, Error> {
        let rows = members::each_member(store);
        let rows = rows.map_ok(|m| (m.record.person_key.clone(), m.id, m.record, m.gone_on));
        let mut held = Held::default();
        let mut emptied: Vec<(&str, usize)> = parsed.lacks.iter().map(|field| (*field, 0)).collect();
        let kept = Kept::read(rows, |id, member: &MemberRecord, stands| {
            let is_held = held.is_person(&mut parsed.unknown, id, member);
            let loses = |field: &str| stands && !is_held && member.says(field);
            emptied.iter_mut().for_each(|(field, of)| *of += usize::from(loses(field)));
            is_held
        });
        let kept = kept.await?;
        let mut members = Sorted::of(kept, &parsed.members, ctx.id_run());
        let rows = members::each_facility(store);
        let rows = rows.map_ok(|f| (f.record.facility_key.clone(), f.id, f.record, f.gone_on));
        let kept = Kept::read(rows, |id, facility: &FacilityRecord, stands| {
            let is_held = held.is_facility(&mut parsed.unknown, id, facility);
            let loses = |field: &str| stands && !is_held && facility.says(field);
            emptied.iter_mut().for_each(|(field, of)| *of += usize::from(loses(field)));
            is_held
        });
        let kept = kept.await?;
        let mut facilities = Sorted::of(kept, &parsed.facilities, ctx.id_run());
        held.everybody = parsed.unknown.is_anybody();
        if held.everybody {
            members.gone.clear();
            facilities.gone.clear();
        }
        let mut ties = Ties { from_on: (version > 1).then_some(exported_on), ..Ties::default() };
        ties.sort(store, &parsed, &members, &facilities, &held).await?;
        ties.ids = ctx.id_run().take(ties.new.len()).collect();
        // Whose tie stands isn't gone.
        members.gone.retain(|id| !ties.held_people.contains(id));
        facilities.gone.retain(|id| !ties.held_places.contains(id));
        let emptied = emptied.into_iter().filter(|(_, of)| *of > 0).map(|(field, of)| (header_of(field), of)).collect();
        let turned = turned(store, &parsed, (&members, &facilities), &ties).await?;
        Ok(Self { parsed, exported_on, version, members, facilities, ties, emptied, turned })
    }

    pub(in crate::usecase) fn report(&mut self) -> ImportReport {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let (parsed, ties) = (&mut self.parsed, &self.ties);
        let taken = parsed.rows - parsed.rejected;
        ImportReport {
            rows: count(parsed.rows),
            added: count(ties.added),
            changed: count(ties.changed),
            gone: count(ties.lost.len()),
            unchanged: count(taken.saturating_sub(ties.added + ties.changed)),
            repaired: count(parsed.repaired),
            rejected: count(parsed.rejected),
            encoding: parsed.encoding.to_owned(),
            problems: std::mem::take(&mut parsed.problems),
            details: None,
        }
    }

    /// Ties that the file doesn't hold, and that stand since some row may be anybody's.
    pub(super) fn spared(&self) -> usize {
        self.ties.spared
    }

    /// A spreadsheet's sheets that weren't read.
    pub(super) fn others(&self) -> &[String] {
        &self.parsed.others
    }

    /// Members and facilities whose ties would be gone.
    pub(super) fn lost(&self) -> &[(Uuid, Uuid)] {
        &self.ties.lost
    }

    /// Members who stood before and would be written anew, some at a time: their ids, and what is said of them now.
    pub(super) fn changed_members(&self) -> impl Iterator<Item = (Vec<Uuid>, Vec<MemberRecord>)> + '_ {
        self.members
            .changed
            .chunks(PIECE)
            .map(|some| self.some_members(some).map(|kept| (kept.id, kept.record)).unzip())
    }

    /// Writes what is new, in pieces: nobody sees it before the import has come to its end.
    pub(in crate::usecase) async fn write_new(
        &self,
        store: &Store,
        ctx: &Ctx,
        progress: &mut (dyn FnMut(&str, usize) + Send),
    ) -> Result<(), Error> {
        let since = self.version;
        clear(store, since - 1).await?;
        for some in self.members.new.chunks(PIECE) {
            let tx = store.begin().await?;
            members::add_members(&tx, since, self.some_members(some)).await?;
            let shown = self.some_members(some).flat_map(|member| self.shown(&member));
            let mut ids = ctx.id_run();
            members::put_periods(&tx, since, || ids.next().unwrap_or_default(), shown, &[]).await?;
            done(tx).await?;
        }
        progress("members", self.members.touched());
        for some in self.facilities.new.chunks(PIECE) {
            let tx = store.begin().await?;
            members::add_facilities(&tx, since, self.some_facilities(some)).await?;
            done(tx).await?;
        }
        progress("facilities", self.facilities.touched());
        for (some, ids) in self.ties.new.chunks(PIECE).zip(self.ties.ids.chunks(PIECE)) {
            let tx = store.begin().await?;
            members::add_tenures(&tx, since, self.new_tenures(some, ids)).await?;
            done(tx).await?;
        }
        progress("tenures", self.ties.new.len() + self.ties.ended.len());
        Ok(())
    }

    /// Changes what stood before, in the transaction with which what is new is seen.
    pub(in crate::usecase) async fn write_rest(
        &self,
        tx: &Tx,
        ctx: &Ctx,
        settled: Settled,
        progress: &mut (dyn FnMut(&str, usize) + Send),
    ) -> Result<(), Error> {
        let (since, today) = (self.version, Some(self.exported_on));
        members::save_members(tx, since, self.some_members(&self.members.changed)).await?;
        members::members_gone(tx, &self.members.gone, today).await?;
        members::save_facilities(tx, since, self.some_facilities(&self.facilities.changed)).await?;
        members::facilities_gone(tx, &self.facilities.gone, today).await?;
        members::end_tenures(tx, &self.ties.ended, today).await?;
        let (mut ids, count) = (ctx.id_run(), settled.now.len());
        let replaced: Vec<Uuid> = settled.before.iter().map(|(of, _)| *of).collect();
        members::put_periods(tx, since, || ids.next().unwrap_or_default(), settled.now, &replaced).await?;
        progress("periods", count);
        Ok(())
    }

    /// A member's periods as the export shows them.
    fn shown(&self, member: &KeptMember) -> Vec<KeptPeriod> {
        let recorded = |period| KeptPeriod {
            member_id: member.id,
            recorded: RecordedPeriod { period, seen_on: self.exported_on },
        };
        periods(&member.record).into_iter().map(recorded).collect()
    }

    /// What changes of changed members' periods.
    pub(super) async fn settled(&self, store: &Store) -> Result<Settled, Error> {
        let exports: Vec<NaiveDate> = members::imports(store).await?.iter().map(|i| i.exported_on).collect();
        let changed = self.members.ids_of(&self.members.changed);
        let mut known: HashMap<Uuid, Vec<RecordedPeriod>> = HashMap::new();
        for period in members::periods_of(store, &changed).await? {
            known.entry(period.member_id).or_default().push(period.recorded);
        }
        let mut settled = Settled { now: Vec::new(), before: Vec::new() };
        for (at, member) in self.members.changed.iter().zip(self.some_members(&self.members.changed)) {
            let old = known.remove(&member.id).unwrap_or_default();
            let now = settle(&old, &member.record, self.last_seen(*at, &exports), self.exported_on);
            if now != old {
                settled.before.push((member.id, old));
                settled.now.extend(now.into_iter().map(|recorded| KeptPeriod { member_id: member.id, recorded }));
            }
        }
        Ok(settled)
    }

    /// When a member of the export stood in an earlier one for the last time; `exports` newest first.
    fn last_seen(&self, at: usize, exports: &[NaiveDate]) -> LastSeen {
        // Gone and back with exports of the same day, they never were away.
        let gone_on = self.members.back.get(&at).filter(|gone_on| **gone_on < self.exported_on);
        let held = exports.iter().find(|on| gone_on.is_none_or(|gone| *on < gone));
        LastSeen { on: held.copied().unwrap_or(NaiveDate::MIN), unbroken: gone_on.is_none() }
    }

    fn some_members<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = KeptMember> + Send + 'a {
        places.iter().filter_map(|at| {
            Some(KeptMember { id: self.members.ids[*at], record: self.parsed.members.get(*at)?, gone_on: None })
        })
    }

    fn some_facilities<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = KeptFacility> + Send + 'a {
        places.iter().filter_map(|at| {
            Some(KeptFacility { id: self.facilities.ids[*at], record: self.parsed.facilities.get(*at)?, gone_on: None })
        })
    }

    fn new_tenures<'a>(&'a self, places: &'a [usize], ids: &'a [Uuid]) -> impl Iterator<Item = KeptTenure> + Send + 'a {
        places.iter().zip(ids).map(|(at, id)| {
            let (person, facility, role) = self.parsed.pairs[*at];
            KeptTenure {
                id: *id,
                member_id: self.members.ids[person as usize],
                facility_id: self.facilities.ids[facility as usize],
                tenure: Tenure { role, from_on: self.ties.from_on, until_on: None },
            }
        })
    }
}

/// A piece is written; others may write.
async fn done(piece: Tx) -> Result<(), Error> {
    piece.commit().await?;
    tokio::time::sleep(BETWEEN_PIECES).await;
    Ok(())
}

/// Takes away what an import that was killed left behind.
pub(super) async fn clear(store: &Store, version: i64) -> Result<(), Error> {
    loop {
        let tx = store.begin().await?;
        let gone = members::clear_unseen(&tx, version, PIECE as u64).await?;
        done(tx).await?;
        if gone == 0 {
            return Ok(());
        }
    }
}

impl Sorted {
    fn touched(&self) -> usize {
        self.new.len() + self.changed.len() + self.gone.len()
    }
}
