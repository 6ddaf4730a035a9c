//! A load of HTTP/1.1 requests over kept connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use madoguchi::gateway::clock::{Clock, SystemClock};
use madoguchi::gateway::totp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::setting::{PASSWORD, SECRET, Setting};

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// A ticket's page.
    OpenTicket,
    /// The list's page.
    List,
    /// A search for a two-character word.
    Search,
    /// A finished call, with its ticket.
    LogCall,
    /// A note on a ticket.
    AddEntry,
}

impl Load {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Load::OpenTicket => "open a ticket",
            Load::List => "list 50",
            Load::Search => "search",
            Load::LogCall => "log a call",
            Load::AddEntry => "add an entry",
        }
    }
}

/// What came of a load.
#[derive(Default)]
pub struct Result {
    /// Requests answered well.
    pub done: usize,
    /// Others.
    pub faults: usize,
    /// Milliseconds each.
    pub times: Vec<f64>,
    /// How long it ran.
    pub seconds: f64,
}

impl Result {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.seconds
    }

    /// A percentile of the times, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        let last = times.len().saturating_sub(1);
        times.get(((times.len() as f64 * share) as usize).min(last)).copied().unwrap_or_default()
    }

    /// Adds another worker's.
    pub fn add(&mut self, other: Result) {
        self.done += other.done;
        self.faults += other.faults;
        self.times.extend(other.times);
        self.seconds = self.seconds.max(other.seconds);
    }
}

fn cookie_of(headers: &str) -> String {
    let line = headers.lines().find(|l| l.to_lowercase().starts_with("set-cookie:")).unwrap();
    line.split_once(':').unwrap().1.split(';').next().unwrap().trim().to_owned()
}

/// A kept connection.
pub struct Client {
    stream: TcpStream,
    host: String,
    rest: Vec<u8>,
}

impl Client {
    /// Connects.
    pub async fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, host: address.to_owned(), rest: Vec::new() }
    }

    /// Signs in; gives the cookie.
    pub async fn sign_in(address: &str) -> String {
        Self::sign_in_as(address, "bench").await
    }

    /// Signs somebody in; gives the cookie.
    pub async fn sign_in_as(address: &str, login: &str) -> String {
        let mut client = Self::connect(address).await;
        let body = format!("login={login}&password={}", PASSWORD.replace(' ', "+"));
        let head = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
        let (status, headers) = client.send("POST", "/session", head, &body).await;
        assert_eq!(status, 303, "{headers}");
        let head = format!("{head}Cookie: {}\r\n", cookie_of(&headers));
        let code = totp::code_at(SECRET, SystemClock.now()).unwrap();
        let (status, headers) = client.send("POST", "/session/second", &head, &format!("code={code}")).await;
        assert_eq!(status, 303, "{headers}");
        cookie_of(&headers)
    }

    /// Logs a call that tier 2 is asked for.
    pub async fn escalates(&mut self, n: usize, token: &str) {
        let head = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        let body = serde_json::json!({
            "arrived_at": chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap().to_rfc3339(), "number": "03-1234-5678",
            "caller_name": "受付", "facility": format!("診療所{n}"), "incident": "ransomware", "severity": "urgent",
            "narrative": "脅迫文が出ている。", "disposition": "escalated", "next_reason": "全台停止", "out_of_hours_reason": "試験",
        });
        let (status, headers) = self.send("POST", "/api/v1/calls", &head, &body.to_string()).await;
        assert_eq!(status, 201, "{headers}");
    }

    /// Adds a line to a ticket.
    pub async fn adds(&mut self, ticket: &str, n: usize, token: &str) {
        let head = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        let body = serde_json::json!({ "kind": "note", "body": format!("{n}回目の確認をした。") }).to_string();
        let (status, headers) = self.send("POST", &format!("/api/v1/tickets/{ticket}/entries"), &head, &body).await;
        assert_eq!(status, 200, "{headers}");
    }

    /// The status and the headers of the answer; 0 when there is none.
    async fn send(&mut self, method: &str, path: &str, head: &str, body: &str) -> (u16, String) {
        match self.try_send(method, path, head, body).await {
            Ok(answer) => answer,
            Err(_) => {
                *self = Self::connect(&self.host.clone()).await;
                (0, String::new())
            }
        }
    }

    async fn try_send(&mut self, method: &str, path: &str, head: &str, body: &str) -> std::io::Result<(u16, String)> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{head}Content-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        let mut buffer = std::mem::take(&mut self.rest);
        let end = loop {
            if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break end;
            }
            self.more(&mut buffer).await?;
        };
        let headers = String::from_utf8_lossy(&buffer[..end]).into_owned();
        let length: usize = headers
            .lines()
            .find_map(|l| l.to_lowercase().strip_prefix("content-length:").map(|v| v.trim().parse().unwrap()))
            .unwrap_or_default();
        while buffer.len() < end + 4 + length {
            self.more(&mut buffer).await?;
        }
        self.rest = buffer.split_off(end + 4 + length);
        Ok((headers.split_whitespace().nth(1).unwrap().parse().unwrap(), headers))
    }

    async fn more(&mut self, buffer: &mut Vec<u8>) -> std::io::Result<()> {
        match self.stream.read_buf(buffer).await? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Runs a kind of work over so many connections for so long.
pub async fn run(
    address: &str,
    cookie: &str,
    setting: &Setting,
    work: Load,
    connections: usize,
    long: Duration,
) -> Result {
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let workers: Vec<_> = (0..connections)
        .map(|_| {
            let (address, cookie, next) = (address.to_owned(), cookie.to_owned(), next.clone());
            let (tickets, token) = (setting.tickets.clone(), setting.token.clone());
            tokio::spawn(async move {
                let mut client = Client::connect(&address).await;
                let mut result = Result::default();
                while started.elapsed() < long {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let began = Instant::now();
                    let status = one(&mut client, work, n, &tickets, &cookie, &token).await;
                    result.times.push(began.elapsed().as_secs_f64() * 1_000.0);
                    if (200..300).contains(&status) { result.done += 1 } else { result.faults += 1 }
                }
                result.seconds = started.elapsed().as_secs_f64();
                result
            })
        })
        .collect();
    let mut all = Result::default();
    for worker in workers {
        all.add(worker.await.unwrap());
    }
    all
}

/// Opens a page over so many connections for so long.
pub async fn opens(address: &str, cookie: &str, path: &str, connections: usize, long: Duration) -> Result {
    let started = Instant::now();
    let workers: Vec<_> = (0..connections)
        .map(|_| {
            let (address, path) = (address.to_owned(), path.to_owned());
            let head = format!("Cookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n");
            tokio::spawn(async move {
                let mut client = Client::connect(&address).await;
                let mut result = Result::default();
                while started.elapsed() < long {
                    let began = Instant::now();
                    let (status, _) = client.send("GET", &path, &head, "").await;
                    result.times.push(began.elapsed().as_secs_f64() * 1_000.0);
                    if status == 200 { result.done += 1 } else { result.faults += 1 }
                }
                result.seconds = started.elapsed().as_secs_f64();
                result
            })
        })
        .collect();
    let mut all = Result::default();
    for worker in workers {
        all.add(worker.await.unwrap());
    }
    all
}

async fn one(client: &mut Client, work: Load, n: usize, tickets: &[String], cookie: &str, token: &str) -> u16 {
    let ticket = &tickets[(n * 7_919) % tickets.len()];
    let cookie = format!("Cookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n");
    let api = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let (status, _) = match work {
        Load::OpenTicket => client.send("GET", &format!("/tickets/{ticket}"), &cookie, "").await,
        Load::List => client.send("GET", "/tickets?state=all", &cookie, "").await,
        Load::Search => {
            let head = format!("{cookie}Content-Type: application/x-www-form-urlencoded\r\n");
            // 感染
            client.send("POST", "/tickets/search", &head, "q=%E6%84%9F%E6%9F%93").await
        }
        Load::LogCall => {
            let at = chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap().to_rfc3339();
            let body = serde_json::json!({
                "arrived_at": at, "number": "03-1234-5678", "caller_name": "受付", "facility": "中央診療所", "incident": "malware",
                "severity": "high", "narrative": "添付ファイルを開いたあと、画面に警告が出続けている。", "disposition": "solved",
                "out_of_hours_reason": "試験",
            });
            client
                .send(
                    "POST",
                    "/api/v1/calls",
                    &format!("{api}Idempotency-Key: b{n}-{}\r\n", std::process::id()),
                    &body.to_string(),
                )
                .await
        }
        Load::AddEntry => {
            let body = serde_json::json!({ "kind": "note", "body": "再起動後に改善したことを確認した。" });
            client.send("POST", &format!("/api/v1/tickets/{ticket}/entries"), &api, &body.to_string()).await
        }
    };
    status
}
