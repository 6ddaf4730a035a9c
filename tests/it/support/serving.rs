//! A real server inside the test, its settings changed, talked to byte by byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use madoguchi::app::App;
use madoguchi::config::HttpSettings;
use madoguchi::gateway::password::Cost;
use madoguchi::web::Stopping;
use madoguchi::web::server::{self, Ended};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::TestApp;
use super::app::settings;

/// Longer than anything here takes on a machine that is busy with other things.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A real server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) stopping: Stopping,
    ended: Option<JoinHandle<Ended>>,
    runtime: Option<Runtime>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Serves a database with changed settings.
pub(crate) async fn serve(app: &TestApp, change: fn(&mut HttpSettings)) -> Server {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let (mut settings, clock) = (settings(&app.db), app.clock.clone());
    let ready = runtime.spawn(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        settings.http.listen = address.to_string();
        change(&mut settings.http);
        let app = App::build_with(settings, Arc::new(clock), Cost::TRIAL).await.expect("the product");
        let web = app.web();
        let stopping = web.stopping.clone();
        let ended = tokio::spawn(async move { server::serve(listener.into(), web, &app.settings.http).await });
        (address, stopping, ended)
    });
    let (address, stopping, ended) = ready.await.expect("a server");
    Server { address, stopping, ended: Some(ended), runtime: Some(runtime) }
}

impl Server {
    /// A connection on which so much has been said.
    pub(crate) async fn said(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(self.filled(text).as_bytes()).await.expect("sent");
        stream
    }

    pub(crate) fn filled(&self, text: &str) -> String {
        text.replace("HOST", &format!("Host: {}", self.address))
    }

    /// What is answered to something, until the other side closes.
    pub(crate) async fn answer(&self, text: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        // Whoever is refused early finds the connection closed under what is still being sent.
        drop(stream.write_all(self.filled(text).as_bytes()).await);
        until_closed(&mut stream).await
    }

    /// A connection from one of the machine's own addresses on which so much has been said.
    pub(crate) async fn said_from(&self, from: &str, text: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(format!("{from}:0").parse().expect("an address")).expect("an address of ours");
        let mut stream = socket.connect(self.address).await.expect("a connection");
        // Whoever is refused finds the connection closed under what is being sent.
        drop(stream.write_all(self.filled(text).as_bytes()).await);
        stream
    }

    /// How serving ended; the test fails when it doesn't.
    pub(crate) async fn ended(&mut self) -> Ended {
        let ended = self.ended.take().expect("asked once");
        timeout(PATIENCE, ended).await.expect("ended in time").expect("no panic")
    }

    /// Somebody who means no harm.
    pub(crate) async fn serves(&self) {
        let answer = self.answer("GET /session/new HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "others are served: {answer}");
    }
}

/// All that comes until the other side closes; the test fails when it doesn't.
pub(crate) async fn until_closed(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match timeout(PATIENCE, stream.read(&mut chunk)).await.expect("closed in time") {
            Ok(0) | Err(_) => return String::from_utf8_lossy(&bytes).into_owned(),
            Ok(n) => bytes.extend_from_slice(&chunk[..n]),
        }
    }
}

/// Whether nothing has come and nobody has closed.
pub(crate) fn is_open(stream: &TcpStream) -> bool {
    matches!(stream.try_read(&mut [0]), Err(e) if e.kind() == std::io::ErrorKind::WouldBlock)
}
