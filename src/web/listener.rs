//! Where connections come in: bound by ourselves, or inherited from whoever holds the socket between two servers; and how
//! it is closed without losing anybody who was let in.

use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use socket2::{SockFilter, SockRef};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::handover::{Offer, Running};
use crate::config::HttpSettings;

/// Connections that wait to be accepted; the machine may allow fewer (`net.core.somaxconn`).
const BACKLOG: u32 = 4_096;
/// How long those who are being let in have to come in, while nobody new is.
const LAST_COME_IN: Duration = Duration::from_millis(250);

/// An address taken, where nobody is let in yet.
pub struct Bound(Where);

enum Where {
    Ours {
        socket: TcpSocket,
        address: String,
        shared_port: bool,
    },
    Inherited(TcpListener),
    /// A running server has it still, and hands it over.
    Running {
        running: Running,
        address: String,
    },
}

/// Where connections come in.
pub struct Listener {
    inner: TcpListener,
    /// Somebody else holds the socket too, and goes on with those who wait.
    goes_on: Arc<AtomicBool>,
    shared_port: bool,
}

/// Takes the address of the settings. Before it come a socket that was passed on (`LISTEN_FDS`, as systemd does), and one
/// that a running server hands over.
///
/// # Errors
/// One line that names the address, when it is taken or can't be had.
pub fn bind(settings: &HttpSettings) -> Result<Bound, String> {
    let passed_on = listenfd::ListenFd::from_env()
        .take_tcp_listener(0)
        .map_err(|e| format!("LISTEN_FDS で渡されたソケットを使えません: {e}"))?;
    if let Some(listener) = passed_on {
        let listener = ready(listener).map_err(|e| format!("LISTEN_FDS で渡されたソケットを使えません: {e}"))?;
        return Ok(Bound(Where::Inherited(listener)));
    }
    let address = settings.listen.clone();
    if !settings.handover.is_empty()
        && let Some(running) = Running::at(Path::new(&settings.handover))
    {
        return Ok(Bound(Where::Running { running, address }));
    }
    let socket = ours(&address, settings.reuse_port).map_err(|e| said(&address, &e))?;
    Ok(Bound(Where::Ours { socket, address, shared_port: settings.reuse_port }))
}

fn ours(address: &str, shared_port: bool) -> std::io::Result<TcpSocket> {
    let address: SocketAddr = address.parse().map_err(|_| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    if shared_port {
        socket.set_reuseport(true)?;
    }
    socket.bind(address)?;
    Ok(socket)
}

fn ready(listener: std::net::TcpListener) -> std::io::Result<TcpListener> {
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

fn said(address: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("{address} は使用中です。別のポートを MADOGUCHI_LISTEN で指定してください")
        }
        _ => format!("{address} で待ち受けできません: {error}"),
    }
}

impl Bound {
    /// Whether another server may be answering at this address, now or until a moment ago: its clients aren't to notice
    /// the change.
    pub fn takes_over(&self) -> bool {
        !matches!(self.0, Where::Ours { shared_port: false, .. })
    }

    /// Lets connections in.
    ///
    /// # Errors
    /// As [`bind`], when somebody else was quicker.
    pub fn listen(self) -> Result<Listener, String> {
        match self.0 {
            Where::Inherited(inner) => {
                Ok(Listener { inner, goes_on: Arc::new(AtomicBool::new(true)), shared_port: false })
            }
            Where::Running { running, address } => {
                let same = |socket: &std::net::TcpListener| {
                    socket.local_addr().is_ok_and(|at| address.parse().is_ok_and(|ours: SocketAddr| ours == at))
                };
                let inner = running
                    .take(same)
                    .and_then(ready)
                    .map_err(|e| format!("動いているサーバーから {address} を引き継げません（http.handover）: {e}"))?;
                Ok(inner.into())
            }
            Where::Ours { socket, address, shared_port } => {
                let inner = socket.listen(BACKLOG).map_err(|e| said(&address, &e))?;
                Ok(Listener { shared_port, ..inner.into() })
            }
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(inner: TcpListener) -> Self {
        Self { inner, goes_on: Arc::default(), shared_port: false }
    }
}

impl Listener {
    /// The socket, for a successor.
    ///
    /// # Errors
    /// When there are no more file handles.
    pub fn offer(&self) -> std::io::Result<Offer> {
        Ok(Offer { socket: self.inner.as_fd().try_clone_to_owned()?, goes_on: self.goes_on.clone() })
    }

    /// The next connection.
    pub(super) async fn accept(&self) -> std::io::Result<(TcpStream, SocketAddr)> {
        self.inner.accept().await
    }

    /// Closes it: nobody new is let in, and who was is given to `take`. One that somebody else holds too is left as it
    /// is: those who wait there are theirs.
    pub(super) async fn close(self, mut take: impl FnMut(TcpStream, SocketAddr)) {
        if self.goes_on.load(Ordering::Acquire) {
            return;
        }
        if !(self.shared_port && others_take_over()) && self.let_nobody_new_in() {
            let over = tokio::time::sleep(LAST_COME_IN);
            tokio::pin!(over);
            loop {
                tokio::select! {
                    accepted = self.inner.accept() => if let Ok((stream, peer)) = accepted { take(stream, peer) },
                    () = &mut over => break,
                }
            }
        }
        // Asked of the socket itself: not what the runtime has heard of it so far.
        let Ok(rest) = self.inner.into_std() else { return };
        while let Ok((stream, peer)) = rest.accept() {
            let ready = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            if let Ok(stream) = ready {
                take(stream, peer);
            }
        }
    }

    /// From now on the first packet of a new connection is dropped, as if it had been lost: who sent it sends it again
    /// in a second, to the one who listens then, or is refused. Without this somebody let in between the last look
    /// and the closing would be cut off. `false` where the machine doesn't know of it.
    fn let_nobody_new_in(&self) -> bool {
        // Of the TCP header: the byte of flags; SYN without ACK is dropped.
        let filter = [
            SockFilter::new(LOAD_BYTE, 0, 0, 13),
            SockFilter::new(AND, 0, 0, 0x12),
            SockFilter::new(JUMP_IF_EQUAL, 0, 1, 0x02),
            SockFilter::new(RETURN, 0, 0, 0),
            SockFilter::new(RETURN, 0, 0, u32::MAX),
        ];
        SockRef::from(&self.inner).attach_filter(&filter).is_ok()
    }
}

// Classic BPF, as `linux/bpf_common.h` writes it.
const LOAD_BYTE: u16 = 0x30;
const AND: u16 = 0x54;
const JUMP_IF_EQUAL: u16 = 0x15;
const RETURN: u16 = 0x06;

/// Whether the machine gives those who wait at a closed socket to another one of the same port.
fn others_take_over() -> bool {
    std::fs::read_to_string("/proc/sys/net/ipv4/tcp_migrate_req").is_ok_and(|text| text.trim() == "1")
}
