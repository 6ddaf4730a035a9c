//! The real server on a port of its own, in a runtime of its own, so that it can be cut off like a pulled plug.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use madoguchi::app::App;
use madoguchi::gateway::clock::SetClock;
use madoguchi::gateway::password::Cost;
use madoguchi::usecase::members;
use madoguchi::web::server;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::SemaphorePermit;

use super::driver;
use super::window::Browser;
use crate::support::TestApp;
use crate::support::app::settings;
use crate::support::db::{Given, TestDb};

/// A running server.
pub(crate) struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    /// Starts on a database: on a port given, or on any.
    pub(crate) async fn start(db: &TestDb, clock: &SetClock, port: u16) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let (mut settings, clock) = (settings(db), clock.clone());
        let ready = runtime.spawn(async move {
            let listener = listen(port).await;
            let address = listener.local_addr().expect("an address");
            settings.http.listen = address.to_string();
            settings.http.base_url = base(address);
            let app = App::build_with(settings, Arc::new(clock), Cost::TRIAL).await.expect("the product");
            members::refresh(&app.services).await.expect("an index");
            let kept = app.keep_journal().await.expect("a journal");
            app.start_jobs(kept);
            let web = app.web();
            tokio::spawn(async move { server::serve(listener.into(), web, &app.settings.http).await });
            address
        });
        Self { address: ready.await.expect("a server"), runtime: Some(runtime) }
    }

    /// Where it is found.
    pub(crate) fn base(&self) -> String {
        base(self.address)
    }

    /// Pulls the plug: connections are cut, nothing is finished.
    pub(crate) fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A name: browsers know passkeys at names only.
fn base(address: SocketAddr) -> String {
    format!("http://localhost:{}", address.port())
}

async fn listen(port: u16) -> TcpListener {
    loop {
        match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => return listener,
            // The one before it is still letting go.
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                tokio::time::sleep(Duration::from_millis(50)).await
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// A desk: the product with its cast and the dozen of the directory, served to browsers.
pub(crate) struct Desk {
    pub(crate) app: TestApp,
    pub(crate) server: Server,
    _place: SemaphorePermit<'static>,
}

impl Given for Desk {
    async fn given(db: TestDb) -> Self {
        let place = driver::place().await;
        let app = TestApp::given(db).await.with_directory().await;
        let server = Server::start(&app.db, &app.clock, 0).await;
        Self { app, server, _place: place }
    }
}

impl Desk {
    /// A browser that nobody has signed in with.
    pub(crate) async fn browser(&self) -> Browser {
        Browser::open(&self.server.base(), &self.app).await
    }

    /// A second server on the same database.
    pub(crate) async fn second(&self) -> Server {
        Server::start(&self.app.db, &self.app.clock, 0).await
    }

    /// The same server again, on the same port.
    pub(crate) async fn restart(&mut self) {
        let port = self.server.address.port();
        self.server = Server::start(&self.app.db, &self.app.clock, port).await;
    }
}
