//! The real program as a child process: its start, its processor time, its memory.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

/// Clock ticks a second of `/proc/*/stat` on Linux.
const TICKS: f64 = 100.0;

/// A running server.
pub struct Server {
    /// `127.0.0.1:PORT`
    pub address: String,
    /// Milliseconds from start to ready.
    pub start_ms: f64,
    child: Child,
}

impl Server {
    /// Starts it on a free port and waits until its directory is served.
    pub async fn start(url: &str, key_file: &str) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let started = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_madoguchi"))
            .arg("serve")
            .env("MADOGUCHI_DATABASE_URL", url)
            .env("MADOGUCHI_LISTEN", &address)
            .env("MADOGUCHI_SEAL__KEY_FILE", key_file)
            .env("MADOGUCHI_AUDIT__JOURNAL_DIR", format!("{key_file}.journals"))
            .env("MADOGUCHI_LOG__LEVEL", "warn")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while TcpStream::connect(&address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let start_ms = started.elapsed().as_secs_f64() * 1_000.0;
        tokio::time::sleep(Duration::from_secs(2)).await;
        Self { address, start_ms, child }
    }

    /// Processor time spent so far, in seconds.
    pub fn cpu_seconds(&self) -> f64 {
        cpu(&self.child.id().to_string())
    }

    /// Resident memory in MiB.
    pub fn resident_mib(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = text.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1024
    }

    /// Stops it.
    pub async fn stop(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Processor time of this process, in seconds.
pub fn own_cpu_seconds() -> f64 {
    cpu("self")
}

fn cpu(pid: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / TICKS
}
