//! Reports' door.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::frame;
use crate::domain::access::actor::Action;
use crate::domain::reports::Period;
use crate::routes;
use crate::routes as at;
use crate::usecase::reports as steps;
use crate::view::{layout, reports as view};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, RequestCtx};
use crate::web::problem::PageResult;
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::REPORTS, Action::ReportRead, latest);
    doors.page(Method::GET, "/reports/{period}", Action::ReportRead, of_period);
}

/// The newest report.
pub async fn latest(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    match steps::latest(&state.services, &ctx).await? {
        Some(read) => Ok(draw(&state, &ctx, &read).await),
        None => {
            let mut page = frame::at_desk(&state, &ctx, routes::HOME, "月次報告", view::none_yet()).await;
            page.refresh_seconds = Some(60);
            Ok(layout::page(&page).into_response())
        }
    }
}

/// A frozen period.
pub async fn of_period(State(state): State<AppState>, ctx: RequestCtx, At(period): At<Period>) -> PageResult<Response> {
    Ok(draw(&state, &ctx, &steps::month(&state.services, &ctx, period).await?).await)
}

async fn draw(state: &AppState, ctx: &RequestCtx, read: &steps::ReadReport) -> Response {
    let title = format!("{}の報告", read.report.period.label());
    let body = view::month(read, &state.services.scheme.lists);
    layout::page(&frame::at_desk(state, ctx, routes::HOME, &title, body).await).into_response()
}
