//! The desk while a crowd outside guesses passwords and opens connections: saves with and without it in one run, and
//! honest sign-ins beside both. Everything on the loopback network, the crowd a process of its own at addresses of its
//! own. All of it shares this machine's processors: their shares are printed.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::client::{self, Client, Load, Result};
use crate::process::{Server, own_cpu_seconds};
use crate::setting::{PASSWORD, Setting};

const BOTS: usize = 400;
const CONNECTIONS: usize = 1_300;
/// Connections of the desk.
const DESK: usize = 4;
/// Honest sign-ins at a place.
const TIMES: usize = 5;
const TICKETS: usize = 2_000;
/// How the program is asked to be the crowd: an address and a kind follow.
const BE_CROWD: &str = "--be-crowd";

/// Where the crowd sits.
#[derive(Debug, Clone, Copy)]
enum Crowd {
    /// At one address of its own.
    OneAddress,
    /// Each at an address of its own.
    EachItsOwn,
    /// At the address of the desk, behind one router with it.
    TheDesksAddress,
}

const CROWDS: [Crowd; 3] = [Crowd::OneAddress, Crowd::EachItsOwn, Crowd::TheDesksAddress];

impl Crowd {
    fn address(self, network: u8, n: usize) -> Ipv4Addr {
        let n = match self {
            Crowd::EachItsOwn => n,
            Crowd::OneAddress => 0,
            Crowd::TheDesksAddress => return Ipv4Addr::LOCALHOST,
        };
        let [high, low] = u16::try_from(n).unwrap().to_be_bytes();
        Ipv4Addr::new(127, network, high, low.max(1))
    }
}

/// What the crowd was answered.
#[derive(Default)]
struct Told {
    looked_at: AtomicUsize,
    waits: AtomicUsize,
    others: AtomicUsize,
    opened: AtomicUsize,
}

/// Whether this process is asked to be the crowd.
pub fn is_asked_for() -> bool {
    std::env::args().any(|arg| arg == BE_CROWD)
}

/// Is the crowd, until its input ends; then says what it was told.
pub async fn be() {
    let asked: Vec<String> = std::env::args().skip_while(|arg| arg != BE_CROWD).skip(1).take(2).collect();
    let crowd = CROWDS.into_iter().find(|crowd| format!("{crowd:?}") == asked[1]).unwrap();
    let told = Arc::new(Told::default());
    let mut crowd = gather(&asked[0], crowd, &told);
    tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]).ok()).await.unwrap();
    crowd.shutdown().await;
    let n = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    println!(
        "the crowd: {} guesses looked at, {} told to wait, {} without an answer; {} connections opened; {:.1} s of processor",
        n(&told.looked_at),
        n(&told.waits),
        n(&told.others),
        n(&told.opened),
        own_cpu_seconds()
    );
}

fn crowd_outside(address: &str, crowd: Crowd) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([BE_CROWD, address, &format!("{crowd:?}")])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Runs it: three crowds, each between two quiet times.
pub async fn run(engine: &str, seconds: f64) {
    let long = Duration::from_secs_f64(seconds.min(8.0));
    let setting = Setting::make(engine, TICKETS).await;
    // Signed in once: a code works once, and a session outlives the server.
    let mut session = None;
    for crowd in CROWDS {
        let server = Server::start(&setting.url, &setting.key_file).await;
        let cookie = match session.take() {
            Some(cookie) => cookie,
            None => Client::sign_in(&server.address).await,
        };
        println!("\n== {engine}: {BOTS} bots guess, {CONNECTIONS} connections come and go; {crowd:?}");
        let saves = || client::run(&server.address, &cookie, &setting, Load::LogCall, DESK, long);
        saves().await;
        let mut alone = desk(&server, "before", saves()).await;
        let mut outside = crowd_outside(&server.address, crowd);
        sleep(Duration::from_secs(1)).await;
        let beside = desk(&server, "beside it", saves()).await;
        drop(outside.stdin.take());
        outside.wait().unwrap();
        alone.add(desk(&server, "after it", saves()).await);
        let ratio = |share| beside.percentile(share) / alone.percentile(share);
        println!("ratio: p50 {:.2} ×, p99 {:.2} × (aim ≤ 2 ×)", ratio(0.5), ratio(0.99));
        println!("resident {} MiB", server.resident_mib());
        server.stop().await;
        session = Some(cookie);
    }
}

/// The desk's saves, with somebody who signs in now and then.
async fn desk(server: &Server, when: &str, saves: impl Future<Output = Result>) -> Result {
    let (ours, servers) = (own_cpu_seconds(), server.cpu_seconds());
    let usual = tokio::spawn(honest(server.address.clone(), Ipv4Addr::LOCALHOST));
    let new = tokio::spawn(honest(server.address.clone(), Ipv4Addr::new(127, 9, 9, 9)));
    let saved = saves.await;
    println!(
        "saves {when:10} {:>6.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  {} faults; processors: server {:.2}, desk {:.2}",
        saved.rate(),
        saved.percentile(0.5),
        saved.percentile(0.99),
        saved.faults,
        (server.cpu_seconds() - servers) / saved.seconds,
        (own_cpu_seconds() - ours) / saved.seconds
    );
    for (who, signed_in) in [("at the usual place", usual), ("at a new place", new)] {
        let (slowest, refused) = signed_in.await.unwrap();
        println!(
            "  honest sign-in {who}: {:.2} s at most (aim ≤ 3 s), {refused} of {TIMES} refused",
            slowest.as_secs_f64()
        );
    }
    saved
}

/// The right password, now and then: the second factor's code would work only once.
async fn honest(address: String, from: Ipv4Addr) -> (Duration, usize) {
    let (mut slowest, mut refused) = (Duration::ZERO, 0);
    for _ in 0..TIMES {
        let started = Instant::now();
        if ask(&address, from, "bench", PASSWORD).await != Some(303) {
            refused += 1;
        }
        slowest = slowest.max(started.elapsed());
        sleep(Duration::from_millis(300)).await;
    }
    (slowest, refused)
}

fn gather(address: &str, crowd: Crowd, told: &Arc<Told>) -> JoinSet<()> {
    let mut all = JoinSet::new();
    for n in 0..BOTS {
        let (address, told, from) = (address.to_owned(), told.clone(), crowd.address(1, n));
        all.spawn(async move {
            for guess in 0.. {
                let count = match ask(&address, from, &format!("bot{n}"), &format!("guess {guess}")).await {
                    Some(422) => &told.looked_at,
                    Some(429) => &told.waits,
                    _ => &told.others,
                };
                count.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_millis(200)).await;
            }
        });
    }
    for n in 0..CONNECTIONS {
        let (address, told, from) = (address.to_owned(), told.clone(), crowd.address(2, n));
        all.spawn(async move {
            loop {
                let opened = connect(&address, from).await;
                told.opened.fetch_add(1, Ordering::Relaxed);
                // Held until the other side closes it, or somewhat more than a second.
                if let Some(mut stream) = opened {
                    drop(timeout(Duration::from_millis(1_000 + n as u64 % 500), stream.read(&mut [0])).await);
                }
                sleep(Duration::from_millis(200)).await;
            }
        });
    }
    all
}

async fn connect(address: &str, from: Ipv4Addr) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind(SocketAddr::from((from, 0))).ok()?;
    let to = address.parse().ok()?;
    timeout(Duration::from_secs(5), socket.connect(to)).await.ok()?.ok()
}

/// Signs in by password: the status, if there was an answer.
async fn ask(address: &str, from: Ipv4Addr, login: &str, password: &str) -> Option<u16> {
    let mut stream = connect(address, from).await?;
    let body = format!("login={login}&password={}", password.replace(' ', "+"));
    let request = format!(
        "POST /session HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    timeout(Duration::from_secs(40), stream.read_to_end(&mut answer)).await.ok()?.ok()?;
    String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
}
