//! SQLite on a disk that fails: in the write of a page, in its flush, in the copying of the log into the database.

use std::path::PathBuf;
use std::time::Duration;

use madoguchi::demo::rng::Rng;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::disk::{Disk, EIO, ENOSPC, EROFS, FOREVER, Fault, Manner, On, Op};
use super::full::DATABASE;
use super::load::wait;
use super::place::{on_disk, place};
use super::rounds::{Plan, World, run};
use crate::support::binary::readings_wait_in;

const fn once(ops: &'static [Op], on: &'static [On], error: u64, manner: Manner) -> Fault {
    Fault { ops, on, error, manner, skip: 0, times: 1 }
}

const fn lasting(ops: &'static [Op], error: u64) -> Fault {
    Fault { ops, on: DATABASE, error, manner: Manner::Fail, skip: 0, times: FOREVER }
}

/// What fails, in words and in numbers.
const FAULTS: [(&str, Fault); 14] = [
    ("full for one write of the log", once(&[Op::Write], &[On::Wal], ENOSPC, Manner::Fail)),
    ("EIO in a flush of the log", once(&[Op::Sync], &[On::Wal], EIO, Manner::Fail)),
    ("EIO in a write of the log", once(&[Op::Write], &[On::Wal], EIO, Manner::Fail)),
    ("half a page of the log, then full", Fault { times: 2, ..once(&[Op::Write], &[On::Wal], ENOSPC, Manner::Torn) }),
    ("full in a flush of the log", once(&[Op::Sync], &[On::Wal], ENOSPC, Manner::Fail)),
    ("log written, EIO said", once(&[Op::Write], &[On::Wal], EIO, Manner::Late)),
    ("log flushed, EIO said", once(&[Op::Sync], &[On::Wal], EIO, Manner::Late)),
    ("three faults in a row", Fault { times: 3, ..once(&[Op::Write, Op::Sync], &[On::Wal], EIO, Manner::Fail) }),
    ("EIO in a write of the database", once(&[Op::Write], &[On::Main], EIO, Manner::Fail)),
    ("EIO in a flush of the database", once(&[Op::Sync], &[On::Main], EIO, Manner::Fail)),
    ("EIO in a read", once(&[Op::Read], &[On::Main, On::Wal], EIO, Manner::Fail)),
    ("a short write that is none", once(&[Op::Write], &[On::Wal], 0, Manner::Half)),
    ("full for a while", lasting(&[Op::Write], ENOSPC)),
    ("read-only for a while", lasting(&[Op::Open, Op::Write, Op::Sync, Op::Truncate], EROFS)),
];

/// How long it's waited for a call that is to fail: a database is written to only every so often.
const MEETING: Duration = Duration::from_secs(6);

/// A SQLite file on a disk that fails.
pub(super) struct Failing {
    pub(super) disk: Disk,
    pub(super) url: String,
    /// Where readings wait.
    journal: PathBuf,
    _workshop: TempDir,
    _place: TempDir,
}

impl Failing {
    pub(super) fn new() -> Self {
        let (workshop, place) = (on_disk(None), on_disk(None));
        let folder = place.path().canonicalize().expect("a folder");
        let url = format!("sqlite://{}", folder.join("test.db").display());
        let journal = folder.join("journal");
        let disk = Disk::new(workshop.path(), &folder);
        Self { disk, url, journal, _workshop: workshop, _place: place }
    }
}

impl World for Failing {
    fn kinds(&self) -> Vec<&'static str> {
        FAULTS.iter().map(|(name, _)| *name).collect()
    }

    fn url(&self) -> &str {
        &self.url
    }

    fn direct(&self) -> &str {
        &self.url
    }

    fn environment(&self) -> Vec<(&str, String)> {
        self.disk.environment().iter().cloned().chain(readings_wait_in(&self.journal)).collect()
    }

    async fn strike(&self, kind: usize, rng: &mut Rng) -> u64 {
        let fault = &FAULTS[kind].1;
        let skip = if fault.times == FOREVER { 0 } else { rng.below(14) };
        self.disk.arm(&Fault { skip, ..fault.clone() });
        if fault.times == FOREVER {
            std::thread::sleep(Duration::from_millis(200 + rng.below(400)));
        } else {
            wait(MEETING, || self.disk.hits() >= fault.times);
        }
        self.disk.calm();
        self.disk.hits()
    }

    async fn at_rest(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut on = SqliteConnection::connect(&self.url).await.expect("a connection");
        // It waits 5 s for the lock.
        match sqlx::query("BEGIN IMMEDIATE").execute(&mut on).await {
            Ok(_) => drop(sqlx::query("ROLLBACK").execute(&mut on).await),
            Err(error) => found.push(format!("the write lock is held: {error}")),
        }
        let said: Result<Vec<(String,)>, _> = sqlx::query_as("PRAGMA integrity_check").fetch_all(&mut on).await;
        match said {
            Ok(rows) if rows.len() == 1 && rows[0].0 == "ok" => {}
            other => found.push(format!("integrity: {other:?}")),
        }
        found
    }

    fn passed(&self) -> String {
        let (seen, failed) = self.disk.totals();
        format!("{} programs, {seen} calls seen, {failed} made to fail", self.disk.loaded())
    }
}

/// What must be so after any number of faults.
fn nothing_is_lost(plan: Plan) {
    let _place = Runtime::new().expect("a runtime").block_on(place());
    let world = Failing::new();
    run("SQLite", &world, plan);
    assert!(world.disk.loaded() > 0, "nothing was intercepted");
}

#[test]
fn what_is_acknowledged_is_on_disk_whatever_fails_below() {
    nothing_is_lost(Plan { faults: 25, at_least: 1, between: 8, people: 4, at_most: Duration::from_secs(60) });
}

#[test]
#[ignore = "at length: tests/faults/run"]
fn what_is_acknowledged_is_on_disk_through_two_hundred_faults() {
    nothing_is_lost(Plan { faults: 220, at_least: 200, between: 7, people: 8, at_most: Duration::from_secs(1_500) });
}
