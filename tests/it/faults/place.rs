//! Where the suites of faults keep their files: on a real disk, whatever the other tests do.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

/// A folder on a disk, not in memory, that `reader` (a user of the machine) may pass through, if one is named.
/// `MADOGUCHI_FAULTS_DIR` names a place; else it's beside the build, or where the machine keeps what is large.
pub(super) fn on_disk(reader: Option<&str>) -> TempDir {
    let named = std::env::var("MADOGUCHI_FAULTS_DIR").ok();
    let places = named.iter().map(String::as_str).chain([env!("CARGO_TARGET_TMPDIR"), "/var/tmp", "/tmp"]);
    let place = places.filter_map(|p| Path::new(p).canonicalize().ok()).find(|p| is_disk(p) && is_open(p, reader));
    let place = place.expect("no folder on a real disk: name one in MADOGUCHI_FAULTS_DIR");
    tempfile::Builder::new().prefix("faults-").tempdir_in(place).expect("a folder")
}

/// Whether what is written here outlives the machine's memory.
fn is_disk(place: &Path) -> bool {
    let kind = said(Command::new("stat").args(["-f", "-c", "%T"]).arg(place));
    !["tmpfs", "ramfs", ""].contains(&kind.as_str())
}

fn is_open(place: &PathBuf, reader: Option<&str>) -> bool {
    let Some(reader) = reader else { return true };
    let passes = Command::new("runuser").current_dir("/").args(["-u", reader, "--", "test", "-x"]).arg(place).status();
    passes.is_ok_and(|s| s.success())
}

/// What a command says, trimmed; empty when it fails.
fn said(command: &mut Command) -> String {
    command.output().map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}

/// Whether the tests run as root.
pub(super) fn is_root() -> bool {
    said(Command::new("id").arg("-u")) == "0"
}

/// Two suites of faults at a time: they want the disk and the processors for themselves, and mostly wait.
pub(super) async fn place() -> SemaphorePermit<'static> {
    static PLACES: Semaphore = Semaphore::const_new(2);
    PLACES.acquire().await.expect("never closed")
}
