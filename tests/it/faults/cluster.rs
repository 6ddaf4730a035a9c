//! A PostgreSQL cluster of its own on a real disk, with every flush it would do in earnest; it can be stopped hard,
//! frozen and started again.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::place::{is_root, on_disk};

/// The server's own user, where the tests run as root: it refuses to be root itself.
const USER: &str = "postgres";

pub(super) struct Cluster {
    folder: TempDir,
    bin: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one.
    pub(super) fn start() -> Self {
        let folder = on_disk(is_root().then_some(USER));
        if is_root() {
            let owned = Command::new("chown").arg(USER).arg(folder.path()).status();
            assert!(owned.is_ok_and(|s| s.success()), "the folder could not be given to {USER}");
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        let cluster = Self { folder, bin: newest_bin(), port };
        cluster.run("initdb", &["-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync"]);
        cluster.up();
        cluster
    }

    /// The address of a database of this name, made anew.
    pub(super) async fn database(&self, name: &str) -> String {
        crate::support::db::execute(&self.url("postgres"), &format!("CREATE DATABASE {name}")).await;
        self.url(name)
    }

    /// Where it listens.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Starts it, after a stop.
    pub(super) fn up(&self) {
        let folder = self.folder.path().display();
        let options = format!(
            "-p {} -h 127.0.0.1 -k {folder} -c fsync=on -c full_page_writes=on -c synchronous_commit=on -c max_connections=60 -c shared_buffers=32MB",
            self.port
        );
        let log = format!("{folder}/log");
        self.run("pg_ctl", &["-l", &log, "-w", "-t", "60", "-o", &options, "start"]);
    }

    /// Stops it as a power cut would: nothing is finished, the next start recovers.
    pub(super) fn fall(&self) {
        self.run("pg_ctl", &["-m", "immediate", "-w", "stop"]);
    }

    /// All its processes stand still.
    pub(super) fn freeze(&self) {
        self.signal("-STOP");
        // Whoever was just being born is a child now of somebody who has no more.
        self.signal("-STOP");
    }

    /// They go on.
    pub(super) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn url(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, tool: &str, arguments: &[&str]) {
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", USER, "--"]).arg(self.bin.join(tool));
            command
        } else {
            Command::new(self.bin.join(tool))
        };
        // The server that is started here would keep a pipe open for ever.
        command.current_dir("/").arg("-D").arg(self.data()).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(command.status().is_ok_and(|s| s.success()), "{tool} failed: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The server's process, and those it has made.
    fn processes(&self) -> Vec<String> {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let Some(first) = file.lines().next().map(str::to_owned) else { return Vec::new() };
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = all.filter_map(|entry| entry.file_name().into_string().ok());
        let children: Vec<_> = numbers.filter(|number| parent(number).as_deref() == Some(&first)).collect();
        std::iter::once(first).chain(children).collect()
    }

    fn signal(&self, signal: &str) {
        // One that has ended meanwhile is no matter.
        drop(Command::new("kill").arg(signal).args(self.processes()).stderr(Stdio::null()).status());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.thaw();
        if self.data().join("postmaster.pid").exists() {
            self.fall();
        }
    }
}

/// Whose child a process is.
fn parent(process: &str) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Behind its name, which may hold anything: state, parent.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1).map(str::to_owned)
}

fn newest_bin() -> PathBuf {
    let versions = fs::read_dir(Path::new("/usr/lib/postgresql")).into_iter().flatten().flatten();
    let mut bins: Vec<_> = versions.map(|v| v.path().join("bin")).filter(|b| b.join("initdb").exists()).collect();
    bins.sort_by_key(|b| b.parent().and_then(Path::file_name).and_then(|n| n.to_str()?.parse::<u32>().ok()));
    bins.pop().expect("PostgreSQL is not installed: run tests/run")
}
