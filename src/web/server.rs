//! Serving: an accept loop that drops half-sent requests, caps connections, and stops after finishing what it has accepted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tracing::{info, warn};

use super::impatient::Impatient;
use crate::config::HttpSettings;
use crate::gateway::limits;

/// The longest head of a request: its first line and headers.
const LONGEST_HEAD: usize = super::access::HEAD_LIMIT;
/// File handles that connections leave to the database, its files and the log.
const HANDLES: usize = 256;
/// How long connections have to finish after the stop signal.
const FAREWELL: Duration = Duration::from_secs(30);

/// Listens on an address.
///
/// # Errors
/// One line that names the address, when it is taken or can't be had.
pub async fn listen(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("{address} は使用中です。別のポートを MADOGUCHI_LISTEN で指定してください")
        }
        _ => format!("{address} で待ち受けできません: {e}"),
    })
}

/// Serves until `stop` resolves, then finishes what was accepted.
pub async fn serve(listener: TcpListener, router: Router, settings: &HttpSettings, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(places(settings.max_connections, limits::open_files())));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(settings.header_seconds));
    http.max_buf_size(LONGEST_HEAD);
    let patience = Duration::from_secs(settings.request_seconds);
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place,
            () = &mut stop => break,
        };
        let Ok(place) = place else { break };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, most likely: give others the time to finish.
                    warn!(%error, "A connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let connection = http.serve_connection(
            TokioIo::new(Impatient::new(quick(stream), patience)),
            TowerToHyperService::new(known(&router, peer)),
        );
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A browser that hangs up, or is dropped for half-sent headers, is no event.
            drop(watched.await);
            drop(place);
        });
    }
    info!("Stopping: finishing what was accepted");
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        warn!("Some connections did not finish in time");
    }
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

fn quick(stream: TcpStream) -> TcpStream {
    if let Err(error) = stream.set_nodelay(true) {
        warn!(%error, "TCP_NODELAY could not be set");
    }
    stream
}

/// The router, knowing who is on the other side.
fn known(router: &Router, peer: SocketAddr) -> Router {
    router.clone().layer(axum::Extension(ConnectInfo(peer)))
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
