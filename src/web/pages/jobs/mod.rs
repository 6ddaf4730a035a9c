//! How what runs beside the desk does, for those who look after the servers.

use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};

use crate::domain::access::actor::Action;
use crate::routes;
use crate::usecase::jobs as steps;
use crate::view::{jobs as view, layout};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::RequestCtx;
use crate::web::pages::frame;
use crate::web::problem::PageResult;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, routes::JOBS, Action::JobRead, list);
}

/// Every job and its last runs.
pub async fn list(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    let runs = steps::list(&state.services, &ctx).await?;
    let mut page = frame::at_desk(&state, &ctx, routes::JOBS, "定期処理", view::page(&runs, ctx.now)).await;
    page.refresh_seconds = Some(60);
    Ok(layout::page(&page).into_response())
}
