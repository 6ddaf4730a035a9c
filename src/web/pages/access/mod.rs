//! The table of rights, for those who answer for it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::domain::access::actor::Action;
use crate::routes;
use crate::routes as at;
use crate::view::{access as view, layout};
use crate::web::Desk;
use crate::web::door::Doors;
use crate::web::extract::Now;
use crate::web::pages::frame;
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::RIGHTS, Action::RightsRead, show);
}

/// The table.
pub async fn show(State(desk): State<Desk>, now: Now) -> Response {
    layout::page(&frame::at_desk(&desk, &now, routes::RIGHTS, "権限表", view::page())).into_response()
}
