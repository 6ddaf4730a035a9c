//! DOOR. axum only: who may come in, reading what they brought, calling the step, answering.

pub mod access;
pub mod api;
pub mod assets;
pub mod back;
pub mod door;
pub mod drawn_for;
pub mod extract;
pub mod guard;
pub mod handover;
mod impatient;
pub mod listener;
mod pace;
pub mod pages;
pub mod problem;
pub mod proof;
mod seats;
pub mod server;
pub mod shell;
pub mod stopping;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Method;

use crate::config::Settings;
use crate::gateway::clock::Clock;
use crate::usecase::Services;

pub use access::Access;
pub use door::{Doors, RouteSpec};
pub use stopping::Stopping;

/// What the handlers share.
#[derive(Clone)]
pub struct AppState {
    /// What the steps work with.
    pub services: Services,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// What browsers and hosts are expected.
    pub outside: Arc<Outside>,
    /// Whether the server is about to stop.
    pub stopping: Stopping,
}

/// What is known of the world outside the door.
#[derive(Debug)]
pub struct Outside {
    /// `https://madoguchi.example`, without a slash at its end.
    pub base_url: String,
    /// Host headers that are accepted.
    pub hosts: Vec<String>,
    /// What browsers may name as the place where a form was sent from.
    pub origins: Vec<String>,
    /// Whether cookies are marked Secure.
    pub secure: bool,
    /// Whether browsers are told that names below ours are under TLS too.
    pub hsts_subdomains: bool,
    /// Idle minutes of operators, specialists and supervisors.
    pub idle_minutes: i64,
    /// Proxies whose word about addresses is believed.
    pub proxies: Vec<IpAddr>,
    /// How long an answer may take.
    pub patience: Duration,
}

/// The door and the list of its routes.
pub struct Web {
    /// The router, ready to serve.
    pub router: Router,
    /// Every route: method, path, who may call it.
    pub routes: Vec<RouteSpec>,
    /// Asks whoever serves it to stop.
    pub stopping: Stopping,
}

/// Opens the door.
pub fn open(services: Services, clock: Arc<dyn Clock>, settings: &Settings) -> Web {
    let stopping = Stopping::default();
    let state = AppState { services, clock, outside: Arc::new(outside(settings)), stopping: stopping.clone() };
    let mut doors = Doors::new(state.clone());
    open_all(&mut doors);
    let (router, routes) = doors.close();
    Web { router: shell::around(router, state), routes, stopping }
}

fn outside(settings: &Settings) -> Outside {
    let listen = &settings.http.listen;
    let base_url = settings.base_url();
    let port = listen.rsplit_once(':').map_or("80", |(_, port)| port);
    let own = base_url.split_once("://").map_or(base_url.as_str(), |(_, host)| host);
    let near = [format!("localhost:{port}"), format!("127.0.0.1:{port}")];
    let secure = base_url.starts_with("https://");
    // Behind TLS a page that came in the clear is another site, whatever its host.
    let plain = near.iter().filter(|_| !secure).map(|host| format!("http://{host}"));
    Outside {
        origins: std::iter::once(base_url.clone()).chain(plain).collect(),
        hosts: std::iter::once(own.to_owned()).chain(near).collect(),
        secure,
        hsts_subdomains: settings.http.hsts_subdomains,
        base_url,
        idle_minutes: settings.session.idle_minutes,
        proxies: settings.http.proxies.clone(),
        patience: Duration::from_secs(settings.http.request_seconds),
    }
}

/// Every room's doors, and those that belong to none.
fn open_all(doors: &mut Doors) {
    doors.public(Method::GET, "/healthz", pages::health::alive);
    doors.public(Method::GET, "/readyz", pages::health::ready);
    doors.public(Method::GET, "/assets/{version}/{*path}", assets::serve);
    pages::accounts::open(doors);
    pages::desks::open(doors);
    pages::calls::open(doors);
    pages::tickets::open(doors);
    pages::incidents::open(doors);
    pages::referrals::open(doors);
    pages::members::open(doors);
    pages::reports::open(doors);
    pages::claims::open(doors);
    pages::access::open(doors);
    pages::audit::open(doors);
    pages::jobs::open(doors);
    api::v1(doors);
}
