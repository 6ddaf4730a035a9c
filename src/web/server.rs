//! Serving: an accept loop that gives every source its share of the connections, drops half-sent requests, and stops
//! after finishing what it has accepted.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request, Response};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::Web;
use super::impatient::Impatient;
use super::listener::Listener;
use super::pace::Pace;
use super::seats::{Mark, Seat, Seats, State};
use super::stopping::{Phase, Stopping};
use crate::config::HttpSettings;
use crate::domain::source::Source;
use crate::gateway::limits;

/// The longest head of a request: its first line and headers.
const LONGEST_HEAD: usize = super::access::HEAD_LIMIT;
/// File handles that connections leave to the database, its files and the log.
const HANDLES: usize = 256;
/// How long requests have to finish after the stop signal.
const FAREWELL: Duration = Duration::from_secs(30);
/// How long connections stay open after the stop signal on which nothing is asked: a client that was about to ask is
/// answered, and told that it was the last answer. Who waits for a successor waits no longer than that and its start.
const LINGER: Duration = Duration::from_secs(2);
/// Connections that are accepted a second, for each core: many times what a desk opens. Who opens them faster waits
/// before the door, where it costs nothing.
const COME_A_SECOND: u32 = 1_000;
/// Answers a second that turn somebody away and leave without delay; those beyond leave a little later: whoever asks in
/// vain as fast as they are answered becomes slower.
const IN_VAIN_A_SECOND: u32 = 40;
/// How much later.
const IN_VAIN: Duration = Duration::from_millis(1_500);

/// Marks an answer that turns a stranger away.
#[derive(Debug, Clone, Copy)]
pub(super) struct TurnedAway;

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Connections cut off.
    pub cut: usize,
    /// Whether it was asked to end at once.
    pub at_once: bool,
}

/// Serves until it is asked to stop, then finishes what was accepted.
pub async fn serve(listener: Listener, web: Web, settings: &HttpSettings) -> Ended {
    let (alive, mut all_gone) = mpsc::channel(1);
    let hall = Hall::new(web, settings, alive);
    let come = Pace::per_second(COME_A_SECOND * cores());
    loop {
        tokio::select! {
            () = hall.stopping.until(Phase::Finishing) => break,
            () = hall.seats.has_room() => {}
        }
        tokio::select! {
            () = hall.stopping.until(Phase::Finishing) => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    hall.admit(stream, peer);
                    let wait = come.wait(Instant::now());
                    if !wait.is_zero() {
                        tokio::time::sleep(wait).await;
                    }
                }
                Err(error) => {
                    // Out of file handles, most likely: give others the time to finish.
                    warn!(%error, "A connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    info!("Stopping: finishing what was accepted");
    let (stopping, cut) = (hall.stopping.clone(), hall.cut.clone());
    tokio::select! {
        () = listener.close(|stream, peer| hall.admit(stream, peer)) => {}
        () = stopping.until(Phase::Now) => {}
    }
    drop(hall);
    let at_once = tokio::select! {
        biased;
        () = stopping.until(Phase::Now) => true,
        _ = all_gone.recv() => false,
        () = tokio::time::sleep(FAREWELL) => {
            warn!("Some connections did not finish in time");
            stopping.ask();
            false
        }
    };
    // Nobody says anything on this channel: it closes when the last connection has ended.
    let None = all_gone.recv().await;
    Ended { cut: cut.load(Ordering::Relaxed), at_once }
}

/// What every connection needs.
struct Hall {
    http: http1::Builder,
    router: Router,
    seats: Seats,
    stopping: Stopping,
    proxies: Vec<IpAddr>,
    patience: Duration,
    /// How many are turned away without delay.
    in_vain: Arc<Pace>,
    /// Connections cut off.
    cut: Arc<AtomicUsize>,
    /// Gone when the last connection is.
    alive: mpsc::Sender<Infallible>,
}

impl Hall {
    fn new(web: Web, settings: &HttpSettings, alive: mpsc::Sender<Infallible>) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(settings.header_seconds));
        http.max_buf_size(LONGEST_HEAD);
        let most = places(settings.max_connections, limits::open_files());
        Self {
            http,
            router: web.router,
            seats: Seats::new(most, settings.connections_per_address),
            stopping: web.stopping,
            proxies: settings.proxies.clone(),
            patience: Duration::from_secs(settings.request_seconds),
            in_vain: Arc::new(Pace::per_second(IN_VAIN_A_SECOND)),
            cut: Arc::default(),
            alive,
        }
    }

    /// Serves a connection, unless its source has its share already: then it is closed at once.
    fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        let near = peer.ip().to_canonical();
        let source = (!self.proxies.contains(&near)).then(|| Source::of(near));
        let Some(seat) = self.seats.take(source) else {
            // Nothing stays behind of it, not even a closed socket that waits.
            drop(stream.set_zero_linger());
            return;
        };
        if let Err(error) = stream.set_nodelay(true) {
            warn!(%error, "TCP_NODELAY could not be set");
        }
        let service = Watched {
            router: TowerToHyperService::new(self.router.clone()),
            peer: ConnectInfo(peer),
            mark: seat.mark.clone(),
            stopping: self.stopping.clone(),
            in_vain: self.in_vain.clone(),
        };
        let connection = self.http.serve_connection(TokioIo::new(Impatient::new(stream, self.patience)), service);
        let (stopping, cut, alive) = (self.stopping.clone(), self.cut.clone(), self.alive.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = attend(connection, &seat, &stopping) => {}
                () = stopping.until(Phase::Now) => drop(cut.fetch_add(1, Ordering::Relaxed)),
            }
            drop(seat);
            drop(alive);
        });
    }
}

type Connection = http1::Connection<TokioIo<Impatient<TcpStream>>, Watched>;

/// Serves a connection until it ends, has to give way, or there was time enough to stop.
async fn attend(connection: Connection, seat: &Seat, stopping: &Stopping) {
    let time_to_go = async {
        tokio::select! {
            () = seat.mark.told_to_leave() => {}
            () = async { stopping.until(Phase::Finishing).await; tokio::time::sleep(LINGER).await } => {}
        }
    };
    let (mut connection, mut time_to_go) = (std::pin::pin!(connection), std::pin::pin!(time_to_go));
    tokio::select! {
        // A browser that hangs up, or is dropped for half-sent headers, is no event.
        _ = connection.as_mut() => return,
        () = time_to_go.as_mut() => {}
    }
    // Whoever has asked nothing so far, or in vain, is let go as they are; an answer under way is finished.
    if seat.mark.state() < State::Kept {
        return;
    }
    connection.as_mut().graceful_shutdown();
    drop(connection.await);
}

/// The router, with what it is doing written on the connection's mark; while the server stops each answer says that it
/// is the last one.
struct Watched {
    router: TowerToHyperService<Router>,
    peer: ConnectInfo<SocketAddr>,
    mark: Arc<Mark>,
    stopping: Stopping,
    in_vain: Arc<Pace>,
}

impl Service<Request<Incoming>> for Watched {
    type Response = Response<WatchedBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        // With each request, not as a layer around the router: that would make every route anew for each connection.
        request.extensions_mut().insert(self.peer);
        let busy = Busy::begin(self.mark.clone());
        let (answer, stopping, in_vain) = (self.router.call(request), self.stopping.clone(), self.in_vain.clone());
        Box::pin(async move {
            let mut response = answer.await?;
            if response.extensions().get::<TurnedAway>().is_some() && !in_vain.allows(Instant::now()) {
                busy.mark().set(State::TurnedAway);
                tokio::select! {
                    () = tokio::time::sleep(IN_VAIN) => {}
                    () = stopping.until(Phase::Finishing) => {}
                }
                busy.mark().set(State::Busy);
            }
            if stopping.has_begun() {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response.map(|body| WatchedBody { body, _busy: busy }))
        })
    }
}

/// A request under way: until its answer's last piece is taken.
struct Busy(Arc<Mark>);

impl Busy {
    fn mark(&self) -> &Mark {
        &self.0
    }

    fn begin(mark: Arc<Mark>) -> Self {
        mark.set(State::Busy);
        Self(mark)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.set(State::Kept);
    }
}

struct WatchedBody {
    body: Body,
    _busy: Busy,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn cores() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1))
}

/// How many connections are served at once: as many as set, unless the database would be left without file handles.
fn places(wanted: usize, open_files: Option<usize>) -> usize {
    let Some(limit) = open_files else { return wanted };
    let left = limit - (limit / 2).min(HANDLES);
    if left < wanted {
        warn!(limit, places = left, "Fewer connections are served at once than set: the limit of open files is low");
    }
    wanted.min(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_the_database_its_file_handles() {
        assert_eq!(places(1024, None), 1024);
        assert_eq!(places(1024, Some(20_000)), 1024);
        assert_eq!(places(1024, Some(1024)), 768);
        assert_eq!(places(1024, Some(300)), 150);
    }
}
