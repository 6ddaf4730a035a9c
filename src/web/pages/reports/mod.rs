//! Reports' door.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::frame;
use crate::domain::access::actor::Action;
use crate::routes;
use crate::routes as at;
use crate::usecase::reports as steps;
use crate::view::{layout, reports as view};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::RequestCtx;
use crate::web::problem::PageResult;
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::REPORTS, Action::ReportRead, latest);
    doors.page(Method::GET, "/reports/{period}", Action::ReportRead, of_period);
}

/// The last full month.
pub async fn latest(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    draw(&state, &ctx, None).await
}

/// A frozen period.
pub async fn of_period(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path(period): Path<String>,
) -> PageResult<Response> {
    draw(&state, &ctx, Some(&period)).await
}

async fn draw(state: &AppState, ctx: &RequestCtx, period: Option<&str>) -> PageResult<Response> {
    let read = steps::month(&state.services, ctx, period).await?;
    let title = format!("{}の報告", view::year_month(&read.report.period));
    let body = view::month(&read, &state.services.scheme.lists);
    Ok(layout::page(&frame::at_desk(state, ctx, routes::HOME, &title, body)).into_response())
}
