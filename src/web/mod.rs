//! DOOR. axum only: who may come in, reading what they brought, calling the step, answering.

pub mod access;
pub mod api;
pub mod assets;
pub mod door;
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
use crate::domain::actor::Action;
use crate::gateway::clock::Clock;
use crate::routes as at;
use crate::usecase::House;

pub use access::Access;
pub use door::{Doors, RouteSpec};
pub use stopping::Stopping;

/// What the handlers share.
#[derive(Clone)]
pub struct Desk {
    /// What the steps work with.
    pub house: House,
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
pub fn open(house: House, clock: Arc<dyn Clock>, settings: &Settings) -> Web {
    let stopping = Stopping::default();
    let desk = Desk { house, clock, outside: Arc::new(outside(settings)), stopping: stopping.clone() };
    let mut doors = Doors::new(desk.clone());
    public(&mut doors);
    desk_pages(&mut doors);
    office_pages(&mut doors);
    api::v1(&mut doors);
    let (router, routes) = doors.close();
    Web { router: shell::around(router, desk), routes, stopping }
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

/// What needs no sign-in.
fn public(doors: &mut Doors) {
    use pages::session;
    doors.public(Method::GET, "/healthz", pages::health::alive);
    doors.public(Method::GET, "/readyz", pages::health::ready);
    doors.public(Method::GET, "/assets/{version}/{*path}", assets::serve);
    doors.public(Method::GET, at::SIGN_IN, session::form);
    doors.public(Method::POST, at::SESSION, session::open);
}

/// The desks: calls, tickets, tier 2, supervision.
fn desk_pages(doors: &mut Doors) {
    use pages::{calls, home, sheet, supervise, tickets};
    doors.page(Method::GET, at::HOME, Action::OwnDesk, home::show);
    doors.page(Method::POST, at::SIGN_OUT, Action::OwnDesk, pages::session::end);
    own_pages(doors);

    doors.page(Method::GET, at::CALLS, Action::CallRead, calls::day);
    doors.page(Method::POST, at::CALLS, Action::CallWork, calls::start);
    doors.page(Method::GET, "/calls/{id}", Action::CallRead, sheet::show);
    doors.page(Method::POST, "/calls/{id}/sheet", Action::CallWork, sheet::save);
    doors.page(Method::POST, "/calls/{id}/candidates", Action::CallWork, sheet::candidates);
    doors.page(Method::POST, "/calls/{id}/stamps", Action::CallWork, sheet::stamp);
    doors.page(Method::POST, "/calls/{id}/notes", Action::CallWork, sheet::jot);
    doors.page(Method::POST, "/calls/{id}/verification", Action::Verify, sheet::verify);
    doors.page(Method::POST, "/calls/{id}/number", Action::Verify, sheet::hear_again);
    doors.page(Method::POST, "/calls/{id}/tickets", Action::TicketWork, sheet::open_ticket);
    doors.page(Method::POST, "/calls/{id}/links", Action::TicketWork, sheet::link);
    doors.page(Method::POST, "/calls/{id}/end", Action::CallWork, sheet::end);
    doors.page(Method::POST, "/calls/{id}/review", Action::Supervise, supervise::review_call);

    doors.page(Method::GET, at::TICKETS, Action::TicketFind, tickets::list);
    doors.page(Method::POST, at::TICKET_SEARCH, Action::TicketFind, tickets::search);
    doors.page(Method::GET, at::TICKET_SEARCH, Action::TicketFind, tickets::search_form);
    doors.page(Method::GET, "/tickets/{no}", Action::TicketRead, tickets::show);
    doors.page(Method::POST, "/tickets/{no}/entries", Action::TicketWork, tickets::add_entry);
    doors.page(Method::POST, "/tickets/{no}/transitions", Action::TicketWork, tickets::move_on);
    doors.page(Method::POST, "/tickets/{no}/change", Action::TicketWork, tickets::change);
    doors.page(Method::POST, "/tickets/{no}/remotes", Action::TicketWork, tickets::start_remote);
    doors.page(Method::POST, "/tickets/{no}/remotes/{id}/end", Action::TicketWork, tickets::end_remote);
    doors.page(Method::POST, "/tickets/{no}/holds", Action::RetentionHold, tickets::place_hold);
    doors.page(Method::POST, "/tickets/{no}/holds/{id}/lift", Action::RetentionHold, tickets::lift_hold);
    doors.page(Method::POST, "/callbacks/{id}/kept", Action::TicketWork, tickets::keep_callback);
    doors.page(Method::POST, "/tasks/{id}/done", Action::TicketWork, tickets::finish_task);

    doors.page(Method::GET, at::QUEUE, Action::Tier2, home::queue);
    doors.page(Method::GET, at::DAY, Action::Supervise, supervise::day);
    doors.page(Method::POST, "/verifications/{id}/review", Action::Supervise, supervise::review_verification);
    doors.page(Method::POST, "/stops/{id}/resume", Action::Supervise, supervise::let_on);
}

/// One's own account, and the rest of the way in.
fn own_pages(doors: &mut Doors) {
    use pages::{confirm, factor, own, passkeys, password};
    doors.page(Method::GET, at::PASSWORD, Action::OwnDesk, password::form);
    doors.page(Method::POST, at::PASSWORD, Action::OwnDesk, password::choose);
    doors.page(Method::GET, at::SECOND, Action::OwnDesk, factor::second_form);
    doors.page(Method::POST, at::SECOND, Action::OwnDesk, factor::second);
    doors.page(Method::GET, at::CONFIRM, Action::OwnDesk, confirm::form);
    doors.page(Method::POST, at::CONFIRM, Action::OwnDesk, confirm::give);
    doors.page(Method::POST, at::PASSKEY_ASK, Action::OwnDesk, passkeys::ask);
    doors.page(Method::GET, at::OWN, Action::OwnDesk, own::show);
    doors.page(Method::POST, at::OTHER_SESSIONS, Action::OwnDesk, own::end_others);
    doors.page(Method::POST, "/account/sessions/{name}/end", Action::OwnDesk, own::end_one);
    doors.page(Method::GET, at::FACTOR, Action::OwnLocks, factor::set_up);
    doors.page(Method::POST, at::FACTOR, Action::OwnLocks, factor::enrol);
    doors.page(Method::POST, at::RECOVERY, Action::OwnLocks, factor::new_codes);
    doors.page(Method::GET, at::PASSKEYS, Action::OwnLocks, passkeys::new_form);
    doors.page(Method::POST, at::PASSKEY_ASK_NEW, Action::OwnLocks, passkeys::ask_new);
    doors.page(Method::POST, at::PASSKEYS, Action::OwnLocks, passkeys::add);
    doors.page(Method::POST, "/account/passkeys/{id}/remove", Action::OwnLocks, passkeys::remove);
}

/// The offices: reports, claims, administration.
fn office_pages(doors: &mut Doors) {
    use pages::{accounts, audit, claims, directory, home, reports, rights, tokens};
    doors.page(Method::GET, at::REPORTS, Action::ReportRead, reports::latest);
    doors.page(Method::GET, "/reports/{period}", Action::ReportRead, reports::of_period);
    doors.page(Method::GET, at::CLAIMS, Action::ClaimRead, claims::list);
    doors.page(Method::GET, at::CLAIM_GUIDANCE, Action::ClaimGuidance, home::claim_guidance);
    doors.page(Method::GET, at::IMPORTS, Action::DirectoryImport, directory::list);
    doors.upload(Method::POST, at::IMPORTS, Action::DirectoryImport, directory::import);
    doors.upload(Method::POST, at::IMPORT_PREVIEW, Action::DirectoryImport, directory::preview);
    doors.page(Method::GET, at::ACCOUNTS, Action::AccountAdmin, accounts::list);
    doors.page(Method::POST, at::ACCOUNTS, Action::AccountAdmin, accounts::create);
    doors.page(Method::POST, "/accounts/{id}/code", Action::AccountAdmin, accounts::new_code);
    doors.page(Method::POST, "/accounts/{id}/disable", Action::AccountAdmin, accounts::disable);
    doors.page(Method::POST, "/accounts/{id}/enable", Action::AccountAdmin, accounts::enable);
    doors.page(Method::POST, "/accounts/{id}/role", Action::AccountAdmin, accounts::set_role);
    doors.page(Method::POST, "/accounts/{id}/end", Action::AccountAdmin, accounts::end_sessions);
    doors.page(Method::GET, at::TOKENS, Action::TokenAdmin, tokens::list);
    doors.page(Method::POST, at::TOKENS, Action::TokenAdmin, tokens::create);
    doors.page(Method::POST, "/tokens/{id}/revoke", Action::TokenAdmin, tokens::revoke);
    doors.page(Method::GET, at::RIGHTS, Action::RightsRead, rights::show);
    doors.page(Method::GET, at::AUDIT, Action::AuditRead, audit::list);
    doors.page(Method::POST, at::AUDIT_TRAIL, Action::AuditRead, audit::trail);
    doors.page(Method::POST, at::AUDIT_REVIEWS, Action::AuditReview, audit::review);
    doors.page(Method::POST, at::AUDIT_EXPORT, Action::AuditExport, audit::export);
}
