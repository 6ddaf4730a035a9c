//! One server takes another's place under load, by each of the ways that the README names: real processes, and plain
//! clients that never ask again. Not one request fails, and everything acknowledged is there. `tests/attack/run` does it
//! at length.

use std::fs;
use std::io::{Error, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::Utc;
use madoguchi::gateway::clock::{Clock, SystemClock};
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::json;

use super::on_each_db_at_length;
use crate::browser::wire::send;
use crate::support::binary::readings_wait_in;
use crate::support::cases::logged;
use crate::support::serving::PATIENCE;
use crate::support::{TestDb, on_each_db};

/// How one server takes the other's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Somebody holds the socket and passes it on (`LISTEN_FDS`), as systemd does.
    PassedOn,
    /// The one that starts takes it from the one that runs (`http.handover`).
    HandedOver,
    /// Both listen for a while (`http.reuse_port`).
    SharedPort,
}

struct Place<'a> {
    way: Way,
    url: &'a str,
    folder: &'a Path,
    listen: String,
    socket: Option<TcpListener>,
}

/// The real program.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Server {
    fn terminate(&self) {
        let done = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().expect("a signal");
        assert!(done.success());
    }

    /// Waits until it has ended well.
    fn ends(mut self) {
        let since = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().expect("a status") {
                assert_eq!(status.code(), Some(0), "it ends well");
                return;
            }
            assert!(since.elapsed() < PATIENCE, "it never ended");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl<'a> Place<'a> {
    fn new(way: Way, db: &'a TestDb) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
        let listen = socket.local_addr().expect("an address").to_string();
        let socket = (way == Way::PassedOn).then_some(socket);
        Self { way, url: &db.url, folder: db.folder.path(), listen, socket }
    }

    fn program(&self) -> Command {
        let program = env!("CARGO_BIN_EXE_madoguchi");
        let mut command = match &self.socket {
            None => {
                let mut command = Command::new(program);
                command.arg("serve");
                command
            }
            Some(socket) => {
                let mut command = Command::new("sh");
                let passing_on = "exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\" serve";
                command.args(["-c", passing_on, program]);
                command.stdin(Stdio::from(OwnedFd::from(socket.try_clone().expect("the socket"))));
                command
            }
        };
        command.current_dir(self.folder).env("MADOGUCHI_DATABASE_URL", self.url).stdout(Stdio::null());
        command.env("MADOGUCHI_LISTEN", &self.listen).env("MADOGUCHI_LOG__LEVEL", "error");
        command.envs(readings_wait_in(self.folder));
        match self.way {
            Way::PassedOn => {}
            Way::HandedOver => drop(command.env("MADOGUCHI_HTTP__HANDOVER", self.folder.join("handover"))),
            Way::SharedPort => drop(command.env("MADOGUCHI_HTTP__REUSE_PORT", "true")),
        }
        command
    }

    fn start(&self) -> Server {
        Server(self.program().spawn().expect("a server"))
    }

    /// Starts the first one, and waits until it serves.
    fn first(&self) -> Server {
        let server = self.start();
        let since = Instant::now();
        while !send(&self.listen, "GET /readyz", &[], "").is_ok_and(|reply| reply.status == 200) {
            assert!(since.elapsed() < PATIENCE, "the server was never ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Another one takes its place.
    fn next(&self, running: Server) -> Server {
        match self.way {
            Way::PassedOn => {
                running.terminate();
                running.ends();
                self.start()
            }
            Way::HandedOver => {
                let next = self.start();
                running.ends();
                next
            }
            Way::SharedPort => {
                let next = self.start();
                let since = Instant::now();
                while listeners(&self.listen) < 2 {
                    assert!(since.elapsed() < PATIENCE, "the second one never listened");
                    std::thread::sleep(Duration::from_millis(20));
                }
                running.terminate();
                running.ends();
                next
            }
        }
    }
}

/// How many sockets listen on a port of this machine.
fn listeners(address: &str) -> usize {
    let port: u16 = address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
    let of_port = format!(":{port:04X} 00000000:0000 0A");
    fs::read_to_string("/proc/net/tcp").expect("the sockets").lines().filter(|line| line.contains(&of_port)).count()
}

/// A client that keeps its connection until it is told that an answer was the last one. It never asks again.
struct Kept<'a> {
    to: &'a str,
    stream: Option<TcpStream>,
}

impl Kept<'_> {
    fn send(&mut self, request: &str) -> Result<u16, Error> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(self.to)?,
        };
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        let mut chunk = [0; 16 * 1024];
        let (head, length) = loop {
            let n = stream.read(&mut chunk)?;
            if n == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            bytes.extend_from_slice(&chunk[..n]);
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).map(str::trim);
            let length: usize = length.and_then(|n| n.parse().ok()).unwrap_or_default();
            break (head.to_owned(), head.len() + 4 + length);
        };
        while bytes.len() < length {
            match stream.read(&mut chunk)? {
                0 => return Err(ErrorKind::UnexpectedEof.into()),
                n => bytes.extend_from_slice(&chunk[..n]),
            }
        }
        if !head.contains("connection: close") {
            self.stream = Some(stream);
        }
        head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| ErrorKind::InvalidData.into())
    }
}

/// Logs calls one after another until it is enough: how many were acknowledged, and what failed.
fn caller(n: usize, place: &Place<'_>, token: &str, done: &AtomicUsize, enough: &AtomicBool) -> Vec<String> {
    let (mut kept, mut failed) = (Kept { to: &place.listen, stream: None }, Vec::new());
    for serial in 0.. {
        if enough.load(Ordering::Relaxed) {
            break;
        }
        let key = format!("caller-{n}-{serial}");
        let arrived: chrono::DateTime<Utc> = SystemClock.now() - chrono::Duration::minutes(5);
        let body = json!({ "arrived_at": arrived, "ended_at": null, "narrative": key, "out_of_hours_reason": "試験" });
        let body = logged(body).to_string();
        // Some open a connection for each request, others keep theirs.
        let status = if n.is_multiple_of(2) {
            let headers =
                [("Authorization", token), ("Content-Type", "application/json"), ("Idempotency-Key", key.as_str())];
            send(&place.listen, "POST /api/v1/calls", &headers, &body).map(|reply| reply.status)
        } else {
            kept.send(&format!(
                "POST /api/v1/calls HTTP/1.1\r\nHost: {}\r\nAuthorization: {token}\r\nContent-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
                place.listen,
                body.len()
            ))
        };
        match status {
            Ok(200 | 201) => drop(done.fetch_add(1, Ordering::Relaxed)),
            other => failed.push(format!("{key}: {other:?}")),
        }
    }
    failed
}

async fn tickets(url: &str) -> i64 {
    let connection = Database::connect(url).await.expect("a connection");
    let sql = "SELECT COUNT(*) AS n FROM tickets";
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let n = connection.query_one_raw(statement).await.expect(sql).expect("a row").try_get("", "n").expect("a number");
    connection.close().await.expect("closed");
    n
}

async fn restarts(way: Way, db: TestDb, times: usize) {
    let place = Place::new(way, &db);
    let made = Command::new(env!("CARGO_BIN_EXE_madoguchi"))
        .args(["token", "create", "--role", "operator"])
        .env("MADOGUCHI_DATABASE_URL", &db.url)
        .current_dir(db.folder.path())
        .output();
    let token = format!("Bearer {}", String::from_utf8_lossy(&made.expect("a token").stdout).trim());
    let (done, enough) = (AtomicUsize::new(0), AtomicBool::new(false));
    let failed: Vec<String> = std::thread::scope(|scope| {
        let mut running = place.first();
        let callers: Vec<_> = (0..8)
            .map(|n| {
                let (place, token, done, enough) = (&place, &token, &done, &enough);
                scope.spawn(move || caller(n, place, token, done, enough))
            })
            .collect();
        let more = |than: usize| {
            let since = Instant::now();
            while done.load(Ordering::Relaxed) < than + 40 && since.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(2));
            }
            done.load(Ordering::Relaxed)
        };
        let mut so_far = more(0);
        for _ in 0..times {
            running = place.next(running);
            so_far = more(so_far);
        }
        enough.store(true, Ordering::Relaxed);
        let failed = callers.into_iter().flat_map(|caller| caller.join().expect("a caller")).collect();
        running.terminate();
        running.ends();
        failed
    });
    let acknowledged = done.load(Ordering::Relaxed);
    assert!(failed.is_empty(), "{way:?}: {} of {} failed: {failed:?}", failed.len(), acknowledged + failed.len());
    assert!(acknowledged > 40 * times, "{acknowledged} calls were logged");
    assert_eq!(usize::try_from(tickets(&db.url).await).expect("a count"), acknowledged);
}

on_each_db!(a_socket_passed_on_loses_nobody, async |db: TestDb| {
    restarts(Way::PassedOn, db, 2).await;
});

on_each_db!(a_socket_handed_over_loses_nobody, async |db: TestDb| {
    restarts(Way::HandedOver, db, 2).await;
});

on_each_db!(two_servers_on_one_port_lose_nobody, async |db: TestDb| {
    restarts(Way::SharedPort, db, 2).await;
});

on_each_db_at_length!(sockets_passed_on_again_and_again_lose_nobody, async |db: TestDb| {
    restarts(Way::PassedOn, db, 15).await;
});

on_each_db_at_length!(sockets_handed_over_again_and_again_lose_nobody, async |db: TestDb| {
    restarts(Way::HandedOver, db, 20).await;
});

on_each_db_at_length!(two_servers_on_one_port_again_and_again_lose_nobody, async |db: TestDb| {
    restarts(Way::SharedPort, db, 20).await;
});

on_each_db!(a_second_signal_ends_it_now_and_its_exit_code_says_so, async |db: TestDb| {
    let place = Place::new(Way::HandedOver, &db);
    let mut server = place.first();
    let mut endless = TcpStream::connect(&place.listen).expect("a connection");
    let head = format!("POST /session HTTP/1.1\r\nHost: {}\r\nContent-Length: 100\r\n\r\nlogin=", place.listen);
    endless.write_all(head.as_bytes()).expect("sent");
    // Accepted one after the other: by now it is under way.
    assert_eq!(send(&place.listen, "GET /healthz", &[], "").expect("an answer").status, 200);
    server.terminate();
    let since = Instant::now();
    while TcpStream::connect(&place.listen).is_ok() {
        assert!(since.elapsed() < PATIENCE, "the listener is closed first");
    }
    assert!(server.0.try_wait().expect("a status").is_none(), "what was accepted is still being finished");
    server.terminate();
    assert_eq!(server.0.wait().expect("a status").code(), Some(1));
});

on_each_db!(a_port_that_is_taken_is_shared_only_when_that_was_asked_for, async |db: TestDb| {
    let place = Place::new(Way::SharedPort, &db);
    let _first = place.first();
    let mut second = place.program();
    let alone = second.env("MADOGUCHI_HTTP__REUSE_PORT", "false").stderr(Stdio::piped()).output().expect("it ends");
    assert_eq!(alone.status.code(), Some(2), "{}", String::from_utf8_lossy(&alone.stderr));
});
