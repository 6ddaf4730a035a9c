//! The table of rights, for those who answer for it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::domain::access::actor::Action;
use crate::routes;
use crate::routes as at;
use crate::view::{access as view, layout};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::RequestCtx;
use crate::web::pages::frame;
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::RIGHTS, Action::RightsRead, show);
}

/// The table.
pub async fn show(State(state): State<AppState>, ctx: RequestCtx) -> Response {
    layout::page(&frame::at_desk(&state, &ctx, routes::RIGHTS, "権限表", view::page()).await).into_response()
}
