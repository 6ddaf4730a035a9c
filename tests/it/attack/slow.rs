//! Half-sent headers and bodies, bytes that trickle, answers that nobody reads, requests that are too long or say two
//! things at once: closed in time, while others are served.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::browser::wire::send;
use crate::support::binary::readings_wait_in;
use crate::support::serving::{PATIENCE, is_open, serve, until_closed};
use crate::support::{TestApp, TestDb, on_each_db, on_one_db};

const LOGIN: &str = "POST /session HTTP/1.1\r\nHOST\r\nContent-Type: application/x-www-form-urlencoded\r\n";

on_each_db!(half_sent_requests_are_closed_in_time_while_others_are_served, async |app: TestApp| {
    let server = serve(&app, |http| {
        http.header_seconds = 4;
        http.request_seconds = 5;
        http.max_connections = 300;
        http.connections_per_address = 300;
    })
    .await;
    let kanda = app.browser_of("kanda").await;
    let cookie = format!(
        "Cookie: {}\r\nMadoguchi-For: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        kanda.cookie().expect("a cookie"),
        kanda.drawn_for().await
    );
    let body = |more: &str| format!("{LOGIN}{more}Content-Length: 1000\r\n\r\nlogin=");
    let note = format!(
        "POST /tickets/2026-000001/entries HTTP/1.1\r\nHOST\r\nSec-Fetch-Site: same-origin\r\n{cookie}Content-Length: 9\r\n\r\nbody="
    );
    let halves: [(usize, String); 6] = [
        (20, String::new()),
        (80, "POST /session HTTP/1.1\r\nHOST\r\nX-Half: ".into()),
        (20, "GE".into()),
        (30, body("")),
        (30, note),
        (20, format!("{LOGIN}Transfer-Encoding: chunked\r\n\r\n5\r\nlogin")),
    ];
    let mut open = Vec::new();
    for (many, text) in &halves {
        for _ in 0..*many {
            open.push(server.said(text).await);
        }
    }
    let trickles: Vec<_> = (0..20).map(|n| tokio::spawn(trickle(server.address, n % 2 == 0))).collect();
    for _ in 0..10 {
        server.serves().await;
    }
    assert!(open.iter().filter(|stream| is_open(stream)).count() > 100, "others were served beside them");
    let since = Instant::now();
    for stream in &mut open {
        let answer = until_closed(stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    for trickle in trickles {
        trickle.await.expect("closed in time");
    }
    assert!(since.elapsed() < Duration::from_secs(40), "closed after {:?}", since.elapsed());
    server.serves().await;
});

/// A byte now and then, of headers or of a body, for as long as the other side listens.
async fn trickle(to: SocketAddr, headers: bool) {
    let mut stream = TcpStream::connect(to).await.expect("a connection");
    let start = if headers {
        "GET /session/new HTTP/1.1\r\nX-Slow: ".into()
    } else {
        LOGIN.replace("HOST", &format!("Host: {to}")) + "Content-Length: 9999\r\n\r\n"
    };
    drop(stream.write_all(start.as_bytes()).await);
    let since = Instant::now();
    let mut chunk = [0; 1024];
    while stream.write_all(b"a").await.is_ok() {
        assert!(since.elapsed() < PATIENCE, "still listened to");
        if matches!(timeout(Duration::from_millis(100), stream.read(&mut chunk)).await, Ok(Ok(0) | Err(_))) {
            return;
        }
    }
}

on_one_db!(
    idle_connections_beyond_the_cap_make_others_wait_no_longer_than_it_takes_to_close_them,
    async |app: TestApp| {
        let server = serve(&app, |http| {
            http.header_seconds = 1;
            http.max_connections = 20;
        })
        .await;
        let mut idle = Vec::new();
        for _ in 0..10 {
            // Once answered, kept alive and silent.
            let mut stream = server.said("GET /healthz HTTP/1.1\r\nHOST\r\n\r\n").await;
            let mut chunk = [0; 1024];
            assert!(stream.read(&mut chunk).await.expect("an answer") > 0);
            idle.push(stream);
        }
        for _ in 0..50 {
            idle.push(server.said("").await);
        }
        timeout(PATIENCE, server.serves()).await.expect("served in the end");
        for stream in &mut idle {
            assert_eq!(until_closed(stream).await, "");
        }
    }
);

on_one_db!(whoever_does_not_read_the_answer_holds_no_place_for_ever, async |app: TestApp| {
    let server = serve(&app, |http| {
        http.header_seconds = 2;
        http.request_seconds = 2;
    })
    .await;
    let page = app.stranger().get("/session/new").await.page();
    let script = page.attributes("script[src]", "src").remove(0);
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small window");
    let mut stream = socket.connect(server.address).await.expect("a connection");
    let (asked, many) = (server.filled(&format!("GET {script} HTTP/1.1\r\nHOST\r\n\r\n")), 2_000);
    // As much as the other side takes: it stops reading when it can't write.
    drop(timeout(Duration::from_secs(1), stream.write_all(asked.repeat(many).as_bytes())).await);
    tokio::time::sleep(Duration::from_secs(8)).await;
    let got = until_closed(&mut stream).await;
    let answers = got.matches("HTTP/1.1 200").count();
    assert!(answers > 0 && answers < many, "{answers} of {many} answers came: the connection was kept open");
    server.serves().await;
});

on_one_db!(what_is_too_long_is_refused_with_its_status, async |app: TestApp| {
    let server = serve(&app, |_| {}).await;
    let many: String = (0..300).map(|n| format!("X-{n}: x\r\n")).collect();
    let get = "GET /session/new HTTP/1.1\r\nHOST\r\n";
    let chunks = "4000\r\n".to_owned() + &"a".repeat(0x4000) + "\r\n";
    let json = |body: &str| {
        format!(
            "POST /api/v1/calls HTTP/1.1\r\nHOST\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    for (name, text, status) in [
        ("a long header", format!("{get}X-Long: {}\r\n\r\n", "a".repeat(600_000)), "431"),
        ("a long cookie", format!("{get}Cookie: madoguchi={}\r\n\r\n", "a".repeat(300_000)), "431"),
        ("many headers", format!("{get}{many}\r\n"), "431"),
        ("a long address", format!("GET /{} HTTP/1.1\r\nHOST\r\n\r\n", "a".repeat(600_000)), "4"),
        ("a long body, announced", format!("{LOGIN}Content-Length: 10000000\r\n\r\nlogin="), "413"),
        ("a long body, in pieces", format!("{LOGIN}Transfer-Encoding: chunked\r\n\r\n{}", chunks.repeat(40)), "413"),
        ("a deep body without a token", json(&"[".repeat(100_000)), "401"),
    ] {
        let answer = server.answer(&text).await;
        let line = answer.lines().next().unwrap_or_default();
        assert!(line.starts_with(&format!("HTTP/1.1 {status}")), "{name}: {line:?}");
        server.serves().await;
    }
});

on_one_db!(requests_that_say_two_things_are_refused_and_smuggle_nothing, async |app: TestApp| {
    let server = serve(&app, |http| {
        http.header_seconds = 1;
        http.request_seconds = 2;
    })
    .await;
    let inner = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n";
    let start = format!("{LOGIN}Connection: close\r\n");
    for (name, text) in [
        ("two lengths", format!("{start}Content-Length: 0\r\nContent-Length: {}\r\n\r\n{inner}", inner.len())),
        ("a length of letters", format!("{start}Content-Length: 0x10\r\n\r\n{inner}")),
        ("a signed length", format!("{start}Content-Length: +5\r\n\r\n{inner}")),
        (
            "a length and chunks",
            format!("{start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}"),
        ),
        ("an unknown coding", format!("{start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{inner}")),
        ("chunks twice", format!("{start}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n{inner}")),
        ("a space before the colon", "POST /session HTTP/1.1\r\nHOST\r\nContent-Length : 5\r\n\r\n".to_owned() + inner),
        ("a folded header", format!("GET /session/new HTTP/1.1\r\nHOST\r\nX-A: a\r\n b: {inner}\r\n\r\n")),
        ("a bare line feed", format!("GET /session/new HTTP/1.1\nHOST\n\n{inner}")),
        ("no host", format!("GET /session/new HTTP/1.1\r\nConnection: close\r\n\r\n{inner}")),
        ("another version", "GET /session/new HTTP/9.9\r\nHOST\r\n\r\n".to_owned()),
        (
            "an upgrade",
            "GET /session/new HTTP/1.1\r\nHOST\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n".to_owned(),
        ),
        ("the other protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        ("a secure greeting", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}".to_owned()),
    ] {
        let answer = server.answer(&text).await;
        assert!(!answer.contains("\"ready\""), "{name}: what was smuggled in was answered: {answer}");
        assert!(!answer.contains("HTTP/1.1 5") && !answer.contains("HTTP/1.1 101"), "{name}: {answer}");
        server.serves().await;
    }
});

/// The real program, allowed few open files.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
    }
}

on_each_db!(a_flood_of_connections_leaves_the_database_its_files, async |db: TestDb| {
    let program = env!("CARGO_BIN_EXE_madoguchi");
    let listen = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").to_string();
    let mut few = Command::new("sh");
    few.args(["-c", "ulimit -n 120 && exec \"$0\" serve", program]).current_dir(db.folder.path());
    few.env("MADOGUCHI_DATABASE_URL", &db.url).env("MADOGUCHI_LISTEN", &listen);
    few.envs(readings_wait_in(db.folder.path()))
        .env("MADOGUCHI_HTTP__HEADER_SECONDS", "2")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let made = Command::new(program)
        .args(["token", "create", "--role", "operator"])
        .env("MADOGUCHI_DATABASE_URL", &db.url)
        .current_dir(db.folder.path())
        .output();
    let token = format!("Bearer {}", String::from_utf8_lossy(&made.expect("a token").stdout).trim());
    let _program = Program(few.spawn().expect("a server"));
    let since = Instant::now();
    while !send(&listen, "GET /readyz", &[], "").is_ok_and(|reply| reply.status == 200) {
        assert!(since.elapsed() < PATIENCE, "the server was never ready");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let flood: Vec<_> = (0..200).map(|_| std::net::TcpStream::connect(&listen).expect("a connection")).collect();
    let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
    for _ in 0..3 {
        let reply = send(&listen, "POST /api/v1/tickets/search", &headers, "{\"q\":\"脅迫文\"}").expect("an answer");
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    drop(flood);
});
