//! What is planted in every field is found in no line of the log, however much is logged.

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::browser::wire::{Reply, send};
use crate::support::binary::readings_wait_in;
use crate::support::cases::logged;
use crate::support::{TestDb, on_each_db};

const CANARIES: [&str; 6] = ["金糸雀", "canary-7f3a", "0312349876", "03-1234-9876", "9081726354", "カナリア"];
const PATIENCE: Duration = Duration::from_secs(60);

/// The real program, whose every word goes into a file.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
    }
}

fn command(db: &TestDb) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.env_clear().current_dir(db.folder.path()).env("MADOGUCHI_DATABASE_URL", &db.url);
    command.envs(readings_wait_in(db.folder.path()));
    command
}

fn start(db: &TestDb, listen: &str, log: &Path) -> Server {
    let log = File::create(log).expect("a file");
    let mut serve = command(db);
    serve.arg("serve").env("MADOGUCHI_LISTEN", listen).env("MADOGUCHI_LOG__LEVEL", "trace");
    serve.stdout(Stdio::from(log.try_clone().expect("a file"))).stderr(Stdio::from(log));
    let server = Server(serve.spawn().expect("a server"));
    let since = Instant::now();
    while !send(listen, "GET /readyz", &[], "").is_ok_and(|reply| reply.status == 200) {
        assert!(since.elapsed() < PATIENCE, "the server was never ready");
        std::thread::sleep(Duration::from_millis(20));
    }
    server
}

on_each_db!(what_is_told_reaches_no_line_of_the_log, async |db: TestDb| {
    let made = command(&db).args(["token", "create", "--role", "operator"]).output().expect("a token");
    let token = format!("Bearer {}", String::from_utf8_lossy(&made.stdout).trim());
    let listen = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").to_string();
    let log = db.folder.path().join("log");
    let server = start(&db, &listen, &log);
    let api = |path: &str, body: &str| -> Reply {
        let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
        send(&listen, &format!("POST /api/v1/{path}"), &headers, body).expect("an answer")
    };
    let said =
        json!({ "name": "金糸雀", "facility": "カナリア医院", "address": "東京都カナリア区", "number": "9081726354" });
    // The directory's index stands a moment after the desk is ready: until then it says so, which is no fault.
    let since = Instant::now();
    while api("verifications", &said.to_string()).status == 503 {
        assert!(since.elapsed() < PATIENCE, "the index never stood");
        std::thread::sleep(Duration::from_millis(50));
    }
    let call = logged(json!({
        "number": "03-1234-9876", "caller_name": "金糸雀", "facility": "カナリア医院", "member_name": "金糸雀 太郎",
        "member_number": "9081726354", "address": "東京都カナリア区", "narrative": "canary-7f3a が届いた", "ended_at": null,
        "arrived_at": "2026-01-05T01:00:00Z", "out_of_hours_reason": "カナリア",
    }));
    let ticket: serde_json::Value = serde_json::from_str(&api("calls", &call.to_string()).body).expect("JSON");
    let no = ticket["ticket"].as_str().unwrap_or_else(|| panic!("{ticket}")).to_owned();
    for (path, body) in [
        (format!("tickets/{no}/entries"), json!({ "kind": "note", "body": "canary-7f3a" }).to_string()),
        (format!("tickets/{no}/entries"), json!({ "kind": "canary-7f3a", "body": 7 }).to_string()),
        ("tickets/search".into(), json!({ "q": "金糸雀" }).to_string()),
        ("calls/search".into(), json!({ "q": "カナリア" }).to_string()),
        ("verifications".into(), said.to_string()),
        ("calls".into(), "{\"caller_name\": \"金糸雀\", \"number\": 03-1234-9876".into()),
        ("calls".into(), json!({ "caller_name": "金糸雀\u{0}", "arrived_at": "canary-7f3a" }).to_string()),
    ] {
        assert!(api(&path, &body).status < 500, "{path}");
    }
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "same-origin")];
    for (start, body) in [
        ("POST /session", "login=canary-7f3a&password=canary-7f3a"),
        ("POST /session/second", "code=9081726354"),
        ("GET /tickets?q=canary-7f3a", ""),
        ("GET /tickets/canary-7f3a", ""),
        ("GET /canary-7f3a/9081726354", ""),
        ("GET /api/v1/reports/canary-7f3a", ""),
        ("POST /tickets/0312349876/entries", "body=x"),
        ("POST /tickets/search", "q=canary-7f3a"),
    ] {
        assert!(send(&listen, start, &form, body).expect("an answer").status < 500, "{start}");
    }
    drop(server);
    let written = std::fs::read_to_string(&log).expect("the log");
    for line in ["POST /api/v1/calls 201", "POST /api/v1/tickets/search 200", "POST /session 422"] {
        assert!(written.contains(line), "{line} should be logged:\n{written}");
    }
    for canary in CANARIES.into_iter().chain([token.trim_start_matches("Bearer ")]) {
        let line = written.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{canary}");
    }
});
