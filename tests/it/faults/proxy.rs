//! A line between the product and PostgreSQL that breaks when it's told to: it understands of the protocol where a
//! message begins and ends, and which one is a COMMIT.

use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// Where a connection is cut, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// A COMMIT never arrives.
    BeforeCommit,
    /// A COMMIT arrives, and nobody waits for its answer.
    AfterCommit,
    /// A COMMIT was done, and its answer is lost.
    AnswerLost,
    /// A COMMIT was done, and half of its answer comes back.
    HalfAnswer,
    /// The nth message from now on towards PostgreSQL never arrives.
    Message(u64),
    /// Of the nth message from now on towards the product half arrives.
    Answer(u64),
}

/// What becomes of a message.
enum Fate {
    Pass,
    /// It is cut before it.
    Lost,
    /// It is cut behind it.
    Last,
    /// It is cut in the middle of it.
    Half,
}

/// What waits for a connection's next answer.
const PASS: u8 = 0;
const LOSE: u8 = 1;
const HALVE: u8 = 2;

struct Line {
    to: SocketAddr,
    cut: Mutex<Option<Cut>>,
    /// Cuts made since it was told to.
    made: AtomicU64,
    messages: AtomicU64,
    commits: AtomicU64,
    frozen: watch::Sender<bool>,
    refusing: watch::Sender<bool>,
    /// Counts up: every connection of before is cut.
    torn: watch::Sender<u64>,
}

/// The line; it lives in a runtime of its own.
pub(super) struct Proxy {
    line: Arc<Line>,
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Proxy {
    /// A line to a port of this machine.
    pub(super) fn to(port: u16) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let line = Arc::new(Line {
            to: SocketAddr::from(([127, 0, 0, 1], port)),
            cut: Mutex::new(None),
            made: AtomicU64::new(0),
            messages: AtomicU64::new(0),
            commits: AtomicU64::new(0),
            frozen: watch::Sender::new(false),
            refusing: watch::Sender::new(false),
            torn: watch::Sender::new(0),
        });
        drop(listener);
        runtime.spawn(accept(line.clone(), address));
        Self { line, address, runtime: Some(runtime) }
    }

    /// Its own port.
    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The next connection that comes to this point is cut there.
    pub(super) fn cut(&self, at: Cut) {
        self.line.made.store(0, SeqCst);
        *self.line.cut.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    /// Nothing is cut any more.
    pub(super) fn calm(&self) {
        *self.line.cut.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.line.frozen.send_replace(false);
        self.line.refusing.send_replace(false);
    }

    /// Cuts made since it was told to.
    pub(super) fn made(&self) -> u64 {
        self.line.made.load(SeqCst)
    }

    /// Nothing passes, in either direction, until it's calm.
    pub(super) fn freeze(&self) {
        self.line.frozen.send_replace(true);
    }

    /// All connections are cut, and new ones refused until it's calm.
    pub(super) fn refuse(&self) {
        self.line.refusing.send_replace(true);
        self.line.torn.send_modify(|n| *n += 1);
    }

    /// Messages that came by towards PostgreSQL, and how many of them were a COMMIT.
    pub(super) fn seen(&self) -> (u64, u64) {
        (self.line.messages.load(SeqCst), self.line.commits.load(SeqCst))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn accept(line: Arc<Line>, address: SocketAddr) {
    let mut refusing = line.refusing.subscribe();
    loop {
        if refusing.wait_for(|yes| !yes).await.is_err() {
            return;
        }
        let listener = TcpListener::bind(address).await.expect("the port again");
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => drop(tokio::spawn(carry(line.clone(), stream))),
                    Err(_) => break,
                },
                // Without a listener the machine itself refuses.
                _ = refusing.wait_for(|yes| *yes) => break,
            }
        }
    }
}

async fn carry(line: Arc<Line>, client: TcpStream) -> Result<(), Error> {
    let mut torn = line.torn.subscribe();
    let server = TcpStream::connect(line.to).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (client_in, mut client_out) = client.into_split();
    let (server_in, mut server_out) = server.into_split();
    let mut client_in = BufReader::new(client_in);
    greet(&mut client_in, &mut client_out, &mut server_out).await?;
    let next = AtomicU8::new(PASS);
    tokio::select! {
        ended = towards_server(&line, client_in, server_out, &next) => ended,
        ended = towards_client(&line, BufReader::new(server_in), client_out, &next) => ended,
        _ = torn.changed() => Ok(()),
    }
}

/// The first message has no kind; whoever asks for encryption is told that there is none.
async fn greet(
    client_in: &mut BufReader<OwnedReadHalf>,
    client_out: &mut OwnedWriteHalf,
    server_out: &mut OwnedWriteHalf,
) -> Result<(), Error> {
    const ENCRYPTION: [u32; 2] = [80_877_103, 80_877_104];
    loop {
        let (head, body) = rest(client_in, Vec::new()).await?;
        let code = body.get(..4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes);
        if !ENCRYPTION.contains(&code) {
            return server_out.write_all(&[head, body].concat()).await;
        }
        client_out.write_all(b"N").await?;
    }
}

/// What follows a message's kind: its length, which counts itself, and its body.
async fn rest(from: &mut (impl AsyncRead + Unpin), mut head: Vec<u8>) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let length = from.read_u32().await?;
    head.extend(length.to_be_bytes());
    let mut body = vec![0; usize::try_from(length.saturating_sub(4)).unwrap_or_default()];
    from.read_exact(&mut body).await?;
    Ok((head, body))
}

async fn message(from: &mut (impl AsyncRead + Unpin)) -> Result<(u8, Vec<u8>, Vec<u8>), Error> {
    let kind = from.read_u8().await?;
    let (head, body) = rest(from, vec![kind]).await?;
    Ok((kind, head, body))
}

async fn towards_server(
    line: &Line,
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    next: &AtomicU8,
) -> Result<(), Error> {
    loop {
        let (kind, head, body) = message(&mut from).await?;
        thawed(line).await;
        let fate = line.asked(is_commit(kind, &body), next);
        pass(&mut to, &[head, body].concat(), fate).await?;
    }
}

async fn towards_client(
    line: &Line,
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    next: &AtomicU8,
) -> Result<(), Error> {
    loop {
        let (_, head, body) = message(&mut from).await?;
        thawed(line).await;
        let fate = line.answered(next);
        pass(&mut to, &[head, body].concat(), fate).await?;
    }
}

async fn thawed(line: &Line) {
    // The sender lives as long as the line.
    drop(line.frozen.subscribe().wait_for(|frozen| !frozen).await);
}

async fn pass(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8], fate: Fate) -> Result<(), Error> {
    let cut = || Err(ErrorKind::ConnectionAborted.into());
    match fate {
        Fate::Pass => to.write_all(bytes).await,
        Fate::Lost => cut(),
        Fate::Last => to.write_all(bytes).await.and_then(|()| cut()),
        Fate::Half => to.write_all(&bytes[..bytes.len() / 2]).await.and_then(|()| cut()),
    }
}

/// Whether a message asks for a commit: a simple query, as the driver sends it.
fn is_commit(kind: u8, body: &[u8]) -> bool {
    kind == b'Q' && body.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"COMMIT"))
}

impl Line {
    fn asked(&self, commit: bool, next: &AtomicU8) -> Fate {
        self.messages.fetch_add(1, SeqCst);
        self.commits.fetch_add(u64::from(commit), SeqCst);
        let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        let (fate, answer) = match *cut {
            Some(Cut::Message(n)) if n > 1 => {
                *cut = Some(Cut::Message(n - 1));
                return Fate::Pass;
            }
            Some(Cut::Message(_)) => (Fate::Lost, PASS),
            Some(Cut::BeforeCommit) if commit => (Fate::Lost, PASS),
            Some(Cut::AfterCommit) if commit => (Fate::Last, PASS),
            Some(Cut::AnswerLost) if commit => (Fate::Pass, LOSE),
            Some(Cut::HalfAnswer) if commit => (Fate::Pass, HALVE),
            _ => return Fate::Pass,
        };
        *cut = None;
        next.store(answer, SeqCst);
        self.made.fetch_add(1, SeqCst);
        fate
    }

    fn answered(&self, next: &AtomicU8) -> Fate {
        match next.load(SeqCst) {
            LOSE => return Fate::Lost,
            HALVE => return Fate::Half,
            _ => {}
        }
        let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        match *cut {
            Some(Cut::Answer(n)) if n > 1 => {
                *cut = Some(Cut::Answer(n - 1));
                Fate::Pass
            }
            Some(Cut::Answer(_)) => {
                *cut = None;
                self.made.fetch_add(1, SeqCst);
                Fate::Half
            }
            _ => Fate::Pass,
        }
    }
}
