//! The real program: served, killed, asked over a bare connection.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::browser::wire::{Reply, send};

/// How long something may take that must come about; far more than it ever does.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// `madoguchi serve` in a process of its own.
pub(crate) struct Server(Child);

impl Server {
    /// Starts it and waits until it is ready; `with` stands in its environment.
    pub(crate) fn start(url: &str, listen: &str, with: &[(&str, String)]) -> Self {
        Self::logging(url, listen, with, Stdio::inherit())
    }

    /// The same, with its errors written somewhere.
    pub(crate) fn logging(url: &str, listen: &str, with: &[(&str, String)], log: Stdio) -> Self {
        let mut serve = command(url);
        serve.stderr(log).arg("serve").env("MADOGUCHI_LISTEN", listen).envs(with.iter().map(|(k, v)| (k, v)));
        let server = Self(serve.spawn().expect("a server"));
        let since = Instant::now();
        while !send(listen, "GET /readyz", &[], "").is_ok_and(|r| r.status == 200) {
            assert!(since.elapsed() < PATIENCE, "the server was never ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }
}

impl Drop for Server {
    /// SIGKILL: nothing is finished, nothing is said.
    fn drop(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
    }
}

/// The program on a database, saying nothing but errors.
pub(crate) fn command(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.env("MADOGUCHI_DATABASE_URL", url).env("MADOGUCHI_LOG__LEVEL", "error").stdout(Stdio::null());
    command
}

/// What tells a server where readings wait while its database can't be written: left to itself it takes room for them
/// where the user of the machine keeps what is to last.
pub(crate) fn readings_wait_in(folder: &Path) -> [(&'static str, String); 2] {
    [("MADOGUCHI_AUDIT__JOURNAL_DIR", folder.display().to_string()), ("MADOGUCHI_AUDIT__JOURNAL_MIB", "1".into())]
}

/// What an operator's script sends as `Authorization`.
pub(crate) fn token(url: &str) -> String {
    let made =
        command(url).args(["token", "create", "--role", "operator"]).stdout(Stdio::piped()).output().expect("a token");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    format!("Bearer {}", String::from_utf8_lossy(&made.stdout).trim())
}

/// An address with a port that is free now.
pub(crate) fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").to_string()
}

/// A script at a server's door.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// Address and port.
    pub(crate) to: String,
    /// As `token` gives it.
    pub(crate) token: String,
}

impl Script {
    /// Reads; an answer that was cut is an error.
    pub(crate) fn get(&self, path: &str) -> Result<Reply, std::io::Error> {
        send(&self.to, &format!("GET {path}"), &[("Authorization", &self.token)], "")
    }

    /// Posts JSON with an idempotency key.
    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> Result<Reply, std::io::Error> {
        let headers =
            [("Authorization", self.token.as_str()), ("Content-Type", "application/json"), ("Idempotency-Key", key)];
        send(&self.to, &format!("POST {path}"), &headers, &body.to_string())
    }
}

impl Reply {
    /// Its body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The stable code of an error.
    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}
