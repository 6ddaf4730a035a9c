//! The API under `/api/v1`: the same steps, JSON in and out. Each route is opened and described in one line,
//! so the description can't forget one.

pub mod describe;
pub mod handlers;
mod incidents;
pub mod wire;

use axum::http::Method;

use super::door::Doors;
use crate::domain::access::actor::Action;
use crate::routes;

/// Opens the API.
pub fn v1(doors: &mut Doors) {
    use handlers as h;
    doors.api(Method::GET, routes::OPENAPI, Action::ApiDescribe, describe::document);
    doors.page(Method::GET, routes::API_DOCS, Action::ApiDescribe, describe::page);
    doors.page(Method::GET, "/api/docs/{*path}", Action::ApiDescribe, describe::file);

    doors.api(Method::GET, "/api/v1/me", Action::ApiDescribe, h::me);
    doors.api(Method::GET, "/api/v1/tickets", Action::TicketFind, h::list);
    doors.api(Method::POST, "/api/v1/tickets/search", Action::TicketFind, h::search);
    doors.api(Method::GET, "/api/v1/tickets/{no}", Action::TicketRead, h::show);
    doors.api(Method::POST, "/api/v1/tickets/{no}/entries", Action::TicketWork, h::add_entry);
    doors.api(Method::POST, "/api/v1/tickets/{no}/transitions", Action::TicketWork, h::move_on);
    doors.api(Method::POST, "/api/v1/tickets/{no}/change", Action::TicketWork, h::change);
    incidents::open(doors);
    doors.api(Method::POST, "/api/v1/calls", Action::CallLog, h::log_call);
    doors.api(Method::POST, "/api/v1/calls/search", Action::CallRead, h::search_calls);
    doors.api(Method::POST, "/api/v1/verifications", Action::Verify, h::look_up);
    doors.api(Method::GET, "/api/v1/reports/{period}", Action::ReportRead, h::report);
}
