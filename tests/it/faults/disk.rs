//! A disk that fails when it's told to: `tests/faults/shim.c` below the real program, and the page by which it is told.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::load::wait;

const OPS: usize = 5;
const FILES: usize = 8;

/// What a call does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Op {
    /// Opens a file to write to it.
    Open = 0,
    Read = 1,
    Write = 2,
    /// fsync, fdatasync
    Sync = 3,
    Truncate = 4,
}

/// On which file of the database.
#[derive(Debug, Clone, Copy)]
pub(super) enum On {
    Main = 0,
    Wal = 1,
    Journal = 2,
    Shm = 3,
}

/// How it fails.
#[derive(Debug, Clone, Copy)]
pub(super) enum Manner {
    /// Nothing is done.
    Fail = 0,
    /// Half is written, what should follow fails.
    Torn = 1,
    /// It is done, and said to have failed.
    Late = 2,
    /// Half is written, and said so: no fault, but something to cope with.
    Half = 3,
}

/// errno of Linux.
pub(super) const EIO: u64 = 5;
pub(super) const ENOSPC: u64 = 28;
pub(super) const EROFS: u64 = 30;
/// Until it's switched off.
pub(super) const FOREVER: u64 = u64::MAX;

/// Which calls fail, and how.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) ops: &'static [Op],
    /// Empty: any file of the folder.
    pub(super) on: &'static [On],
    pub(super) error: u64,
    pub(super) manner: Manner,
    /// So many such calls go through before.
    pub(super) skip: u64,
    pub(super) times: u64,
}

/// The shim, compiled, and its page.
pub(super) struct Disk {
    page: File,
    environment: Vec<(&'static str, String)>,
}

// Places of the page's numbers, as `struct page` has them.
const LOADED: usize = 0;
const ARMED: usize = 1;
const RULE: usize = 2;
const HITS: usize = 8;
const REMEMBERS: usize = 9;
const CUT: usize = 10;
const DARK: usize = 11;
const SEEN: usize = 16;
const FAILED: usize = SEEN + OPS * FILES;

impl Disk {
    /// Compiles the shim into `workshop`; it will watch the files of `folder`, an absolute path without links.
    pub(super) fn new(workshop: &Path, folder: &Path) -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
        let shim = workshop.join("shim.so");
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O2", "-o"]).arg(&shim).arg(source).output();
        let compiled = compiled.expect("a C compiler");
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        let path = workshop.join("page");
        std::fs::write(&path, [0; 4096]).expect("a page");
        let page = File::options().read(true).write(true).open(&path).expect("a page");
        let environment = vec![
            ("LD_PRELOAD", shim.display().to_string()),
            ("MADOGUCHI_FAULTS_PAGE", path.display().to_string()),
            ("MADOGUCHI_FAULTS_FOLDER", folder.display().to_string()),
        ];
        Self { page, environment }
    }

    /// What stands in the environment of a program that is to run on it.
    pub(super) fn environment(&self) -> &[(&'static str, String)] {
        &self.environment
    }

    /// From now on these calls fail.
    pub(super) fn arm(&self, fault: &Fault) {
        self.calm();
        let bits = |of: &mut dyn Iterator<Item = usize>| of.fold(0, |set, bit| set | 1 << bit);
        let ops = bits(&mut fault.ops.iter().map(|o| *o as usize));
        let on = if fault.on.is_empty() { u64::MAX } else { bits(&mut fault.on.iter().map(|o| *o as usize)) };
        let rule = [ops, on, fault.skip, fault.times, fault.error, fault.manner as u64, 0];
        for (place, number) in rule.into_iter().enumerate() {
            self.set(RULE + place, number);
        }
        self.set(ARMED, 1);
    }

    /// From now on nothing fails.
    pub(super) fn calm(&self) {
        self.set(ARMED, 0);
    }

    /// Calls that failed since it was armed.
    pub(super) fn hits(&self) -> u64 {
        self.get(HITS)
    }

    /// There is power, and what is written and not flushed will be gone when it's cut.
    pub(super) fn power_on(&self) {
        for (place, number) in [(CUT, 0), (DARK, 0), (REMEMBERS, 1)] {
            self.set(place, number);
        }
    }

    /// Cuts the power before the nth write, flush or truncation from now: what wasn't flushed is taken back, and
    /// nothing is written any more by a program that runs on it. How many writes were taken back; nothing when it was
    /// never dark, for nobody wrote.
    pub(super) fn cut_power(&self, nth: u64) -> Option<u64> {
        self.set(CUT, nth);
        wait(Duration::from_secs(20), || self.get(DARK) > 0).then(|| self.get(DARK) - 1)
    }

    /// Programs that run, or ran, on it.
    pub(super) fn loaded(&self) -> u64 {
        self.get(LOADED)
    }

    /// All calls it saw, and those it made to fail.
    pub(super) fn totals(&self) -> (u64, u64) {
        let sum = |from: usize| (from..from + OPS * FILES).map(|place| self.get(place)).sum();
        (sum(SEEN), sum(FAILED))
    }

    fn set(&self, place: usize, number: u64) {
        self.page.write_all_at(&number.to_ne_bytes(), place as u64 * 8).expect("the page");
    }

    fn get(&self, place: usize) -> u64 {
        let mut bytes = [0; 8];
        self.page.read_exact_at(&mut bytes, place as u64 * 8).expect("the page");
        u64::from_ne_bytes(bytes)
    }
}
