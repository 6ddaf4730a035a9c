//! Backups, made and restored by the real program: whole while callers write, refused when damaged, nothing left behind.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::browser::wire::send;
use crate::support::binary::readings_wait_in;
use crate::support::cases::logged;
use crate::support::db::{Engine, execute};
use crate::support::{TestApp, TestDb, on_each_db};

const PATIENCE: Duration = Duration::from_secs(60);

/// The program on a database, with whom backups are for.
fn program(url: &str, folder: &Path, recipient: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.env_clear().current_dir(folder).env("MADOGUCHI_DATABASE_URL", url).env("TMPDIR", folder);
    command.env("MADOGUCHI_SEAL__KEY_FILE", folder.join("seal.key")).envs(readings_wait_in(folder));
    command.env("MADOGUCHI_BACKUP__RECIPIENTS", format!("[\"{recipient}\"]"));
    command
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
    }
}

/// A folder with a key and the commands of a test.
struct Bench {
    db: TestDb,
    recipient: String,
}

impl Bench {
    fn of(db: TestDb) -> Self {
        let made = program(&db.url, db.folder.path(), "").args(["backup", "key", "--out", "key"]).output().unwrap();
        let recipient = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        assert!(recipient.starts_with("age1"), "{}", said(&made));
        Self { db, recipient }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.db.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        program(&self.db.url, self.db.folder.path(), &self.recipient).args(arguments).output().unwrap()
    }

    fn create(&self, name: &str) {
        let made = self.run(&["backup", "create", "--to", name]);
        assert!(made.status.success(), "{}", said(&made));
    }

    fn restore(&self, to: &TestDb, name: &str, key: &str) -> Output {
        let (file, key) = (self.path(name), self.path(key));
        let mut command = program(&to.url, to.folder.path(), "");
        command.args(["backup", "restore", &file.display().to_string(), "--identity", &key.display().to_string()]);
        command.output().unwrap()
    }

    fn names(&self) -> Vec<String> {
        names(self.db.folder.path())
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Ended with 2, in one line that holds a word.
fn refused(output: &Output, word: &str) {
    assert_eq!(output.status.code(), Some(2), "{}", said(output));
    let last = said(output).trim_end().lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("madoguchi: ") && last.contains(word), "{word}: {}", said(output));
}

async fn elsewhere(db: &TestDb) -> TestDb {
    TestDb::fresh(if db.url.starts_with("sqlite") { Engine::Sqlite } else { Engine::Postgres }).await
}

/// Nothing is in a place where a restore was refused.
async fn is_bare(to: &TestDb) -> bool {
    match to.url.starts_with("sqlite") {
        true => names(to.folder.path()).is_empty(),
        false => madoguchi::store::backup::is_bare(&to.url).await.unwrap() && names(to.folder.path()).is_empty(),
    }
}

/// A server that callers write to until told to stop, and the tickets they were answered.
struct Callers {
    server: Server,
    answered: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

fn callers(bench: &Bench) -> Callers {
    let made = bench.run(&["token", "create", "--role", "integration"]);
    let token = format!("Bearer {}", String::from_utf8_lossy(&made.stdout).trim());
    let listen = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).unwrap().to_string();
    let mut serve = program(&bench.db.url, bench.db.folder.path(), &bench.recipient);
    serve.arg("serve").env("MADOGUCHI_LISTEN", &listen).stdout(Stdio::null()).stderr(Stdio::null());
    let server = Server(serve.spawn().unwrap());
    let since = Instant::now();
    while !send(&listen, "GET /readyz", &[], "").is_ok_and(|reply| reply.status == 200) {
        assert!(since.elapsed() < PATIENCE, "the server was never ready");
        std::thread::sleep(Duration::from_millis(20));
    }
    let (answered, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
    let caller = || {
        let (listen, token) = (listen.clone(), token.clone());
        let (answered, stop) = (answered.clone(), stop.clone());
        std::thread::spawn(move || {
            let body =
                logged(serde_json::json!({ "arrived_at": "2026-01-05T01:00:00Z", "ended_at": "2026-01-05T01:09:00Z" }));
            let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
            while !stop.load(Ordering::Relaxed) {
                let reply = send(&listen, "POST /api/v1/calls", &headers, &body.to_string()).expect("an answer");
                assert_eq!(reply.status, 201, "{}", reply.body);
                let ended: serde_json::Value = serde_json::from_str(&reply.body).expect("JSON");
                answered.lock().unwrap().push(ended["ticket"].as_str().expect("a ticket").to_owned());
            }
        })
    };
    let threads = (0..4).map(|_| caller()).collect();
    Callers { server, answered, stop, threads }
}

on_each_db!(what_was_answered_before_a_backup_began_is_restored_from_it, async |db: TestDb| {
    let bench = Bench::of(db);
    let Callers { server, answered, stop, threads } = callers(&bench);
    let wait = |count: usize| {
        let since = Instant::now();
        while answered.lock().unwrap().len() < count {
            assert!(since.elapsed() < PATIENCE, "nobody writes");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    wait(40);
    let before: BTreeSet<String> = answered.lock().unwrap().iter().cloned().collect();
    bench.create("backup.age");
    let after = answered.lock().unwrap().len();
    assert!(after > before.len(), "callers wrote while the backup was made: {} and {after}", before.len());
    wait(after + 4);
    stop.store(true, Ordering::Relaxed);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    drop(server);
    assert_eq!(std::fs::metadata(bench.path("backup.age")).unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = std::fs::read(bench.path("backup.age")).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1") && !bytes.windows(6).any(|w| w == b"SQLite"));
    assert!(bench.names().iter().all(|name| !name.contains(".tmp")), "{:?}", bench.names());

    let to = elsewhere(&bench.db).await;
    let restored = bench.restore(&to, "backup.age", "key");
    assert!(restored.status.success(), "{}", said(&restored));
    assert!(names(to.folder.path()).iter().all(|name| !name.contains(".tmp")), "{:?}", names(to.folder.path()));
    let store = madoguchi::store::Store::open(&to.address()).await.unwrap();
    for number in &before {
        let no = madoguchi::domain::tickets::TicketNo::parse(number).unwrap();
        assert!(madoguchi::store::tickets::find(&store, no).await.unwrap().is_some(), "{number}");
        let found = madoguchi::store::search::find(&store, &madoguchi::domain::search::Question::read(number), None, 5)
            .await
            .unwrap();
        assert_eq!(found, [no.as_key()], "its document");
    }
    let verified = program(&to.url, to.folder.path(), "").args(["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", said(&verified));
    let refused_again = bench.restore(&to, "backup.age", "key");
    refused(&refused_again, "すでにあります");
});

on_each_db!(a_damaged_or_cut_backup_and_another_key_are_refused_and_leave_nothing, async |db: TestDb| {
    let bench = Bench::of(db);
    assert!(bench.run(&["token", "create", "--role", "integration"]).status.success());
    bench.create("whole");
    let whole = std::fs::read(bench.path("whole")).unwrap();
    let to = elsewhere(&bench.db).await;
    for (place, word) in
        [(3, "壊れている"), (300, "壊れている"), (whole.len() / 2, "壊れている"), (whole.len() - 1, "壊れている")]
    {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        std::fs::write(bench.path("bad"), &flipped).unwrap();
        refused(&bench.restore(&to, "bad", "key"), word);
        std::fs::write(bench.path("bad"), &whole[..place]).unwrap();
        refused(&bench.restore(&to, "bad", "key"), word);
        assert!(is_bare(&to).await, "{place}: {:?}", names(to.folder.path()));
    }
    assert!(bench.run(&["backup", "key", "--out", "other"]).status.success());
    refused(&bench.restore(&to, "whole", "other"), "では開けません");
    refused(&bench.restore(&to, "whole", "whole"), "whole");
    refused(&bench.restore(&to, "nothing", "key"), "ありません");
    assert!(is_bare(&to).await);
    assert!(bench.restore(&to, "whole", "key").status.success());
});

on_each_db!(a_backup_never_writes_over_a_file_and_says_how_to_make_a_key, async |db: TestDb| {
    let bench = Bench::of(db);
    bench.create("one");
    let bytes = std::fs::read(bench.path("one")).unwrap();
    refused(&bench.run(&["backup", "create", "--to", "one"]), "上書き");
    assert_eq!(std::fs::read(bench.path("one")).unwrap(), bytes);
    refused(&bench.run(&["backup", "key", "--out", "key"]), "上書き");
    refused(&bench.run(&["backup", "create", "--to", "no/such/folder"]), "folder");
    let mut unset = program(&bench.db.url, bench.db.folder.path(), "");
    unset.env_remove("MADOGUCHI_BACKUP__RECIPIENTS").args(["backup", "create", "--to", "two"]);
    refused(&unset.output().unwrap(), "backup key --out");
    let mut wrong = program(&bench.db.url, bench.db.folder.path(), "age1nobody");
    refused(&wrong.args(["backup", "create", "--to", "two"]).output().unwrap(), "age1nobody");
    assert!(!bench.names().iter().any(|name| name == "two" || name.contains(".tmp")), "{:?}", bench.names());
});

on_each_db!(a_backup_of_a_newer_version_or_another_engine_or_with_a_broken_chain_is_refused, async |db: TestDb| {
    let bench = Bench::of(db);
    assert!(bench.run(&["token", "create", "--role", "integration"]).status.success());
    assert!(bench.run(&["audit", "head"]).status.success());
    bench.create("good");
    let to = elsewhere(&bench.db).await;
    let other = TestDb::fresh(if to.url.starts_with("sqlite") { Engine::Postgres } else { Engine::Sqlite }).await;
    refused(&bench.restore(&other, "good", "key"), "データベースを指定");
    execute(&bench.db.url, "UPDATE audit_entries SET peer = 'x' WHERE seq = 1").await;
    bench.create("changed");
    refused(&bench.restore(&to, "changed", "key"), "監査記録");
    assert!(is_bare(&to).await, "{:?}", names(to.folder.path()));
    let label = madoguchi::gateway::vault::Label {
        madoguchi_backup: 1,
        engine: if to.url.starts_with("sqlite") { "sqlite".into() } else { "postgres".into() },
        schema: "m20991231_000001_future".into(),
        product: "9.0.0".into(),
        made_at: chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
    };
    let keys = madoguchi::gateway::vault::recipients(std::slice::from_ref(&bench.recipient)).unwrap();
    madoguchi::gateway::vault::write(&bench.path("newer"), &keys, &label, &mut &b"x"[..], || Ok(())).unwrap();
    refused(&bench.restore(&to, "newer", "key"), "新しい版（9.0.0）");
    assert!(is_bare(&to).await);
});

on_each_db!(making_and_restoring_are_written_down, async |app: TestApp| {
    let bench = Bench::of(TestDb { url: app.db.url.clone(), folder: tempfile::tempdir().unwrap() });
    bench.create("backup.age");
    let created = "SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'backup.create'";
    assert_eq!(app.number(created).await, 1);
    let to = elsewhere(&bench.db).await;
    assert!(bench.restore(&to, "backup.age", "key").status.success());
    let store = madoguchi::store::Store::open(&to.address()).await.unwrap();
    let entries = madoguchi::store::audit::filtered(&store, &Default::default(), 3).await.unwrap();
    assert_eq!(entries[0].action, "backup.restore");
});
