//! Claims for a support payment.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::frame;
use crate::domain::access::actor::Action;
use crate::routes;
use crate::routes as at;
use crate::usecase::claims as steps;
use crate::view::{claims as view, layout};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::RequestCtx;
use crate::web::problem::PageResult;
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::CLAIMS, Action::ClaimRead, list);
}

/// The claims received last.
pub async fn list(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    let body = view::list(&steps::latest(&state.services, &ctx).await?);
    Ok(layout::page(&frame::at_desk(&state, &ctx, routes::CLAIMS, "一時支援金請求", body).await).into_response())
}
