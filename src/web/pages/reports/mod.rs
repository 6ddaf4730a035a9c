//! Reports' doors: for readers what is published, for supervisors what is on its way.

mod drafts;

use axum::extract::State;
use axum::http::Method;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::frame;
use crate::domain::access::actor::Action;
use crate::domain::reports::Period;
use crate::routes;
use crate::usecase::reports::read as steps;
use crate::view::{layout, reports::read as view};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, RequestCtx};
use crate::web::problem::PageResult;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, routes::REPORTS, Action::ReportRead, latest);
    doors.page(Method::GET, "/reports/{period}", Action::ReportRead, of_period);
    doors.page(Method::GET, "/reports/{period}/files/{form}", Action::ReportRead, file);
    drafts::open(doors);
}

/// The newest report.
pub async fn latest(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    match steps::latest(&state.services, &ctx).await? {
        Some(read) => Ok(draw(&state, &ctx, &read).await),
        None => {
            let mut page = frame::at_desk(&state, &ctx, routes::HOME, "報告", view::none_yet()).await;
            page.refresh_seconds = Some(60);
            Ok(layout::page(&page).into_response())
        }
    }
}

/// The report of a period.
async fn of_period(State(state): State<AppState>, ctx: RequestCtx, At(period): At<Period>) -> PageResult<Response> {
    Ok(draw(&state, &ctx, &steps::of(&state.services, &ctx, period).await?).await)
}

async fn draw(state: &AppState, ctx: &RequestCtx, read: &steps::Read) -> Response {
    let title = format!("{}の報告", read.issue.report.period.label());
    let body = view::report(read, &state.services.scheme.lists);
    layout::page(&frame::at_desk(state, ctx, routes::HOME, &title, body).await).into_response()
}

/// A report as a file.
async fn file(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((period, form)): At<(Period, String)>,
) -> PageResult<Response> {
    let (kind, bytes) = steps::download(&state.services, &ctx, period, &form).await?;
    let name = format!("attachment; filename=\"report-{period}.{form}\"");
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}
