//! The table of rights, for those who answer for it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::frame;
use crate::routes;
use crate::view::{layout, rights as view};
use crate::web::Desk;
use crate::web::extract::Now;

/// The table.
pub async fn show(State(desk): State<Desk>, now: Now) -> Response {
    layout::page(&frame::at_desk(&desk, &now, routes::RIGHTS, "権限表", view::page())).into_response()
}
