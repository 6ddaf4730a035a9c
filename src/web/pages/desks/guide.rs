//! 使い方, for whoever is signed in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::domain::access::actor::Role;
use crate::routes;
use crate::view::desks::guide as view;
use crate::view::layout;
use crate::web::AppState;
use crate::web::extract::RequestCtx;
use crate::web::pages::frame;

/// The guide of one's own role.
pub async fn show(State(state): State<AppState>, ctx: RequestCtx) -> Response {
    let body = view::page(ctx.actor.role.unwrap_or(Role::Integration));
    layout::page(&frame::at_desk(&state, &ctx, routes::GUIDE, "使い方", body).await).into_response()
}
