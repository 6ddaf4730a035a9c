//! Reports' door.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::frame;
use crate::domain::access::actor::Action;
use crate::routes;
use crate::routes as at;
use crate::usecase::reports as steps;
use crate::view::{layout, reports as view};
use crate::web::Desk;
use crate::web::door::Doors;
use crate::web::extract::Now;
use crate::web::problem::PageResult;
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::REPORTS, Action::ReportRead, latest);
    doors.page(Method::GET, "/reports/{period}", Action::ReportRead, of_period);
}

/// The last full month.
pub async fn latest(State(desk): State<Desk>, now: Now) -> PageResult<Response> {
    draw(&desk, &now, None).await
}

/// A frozen period.
pub async fn of_period(State(desk): State<Desk>, now: Now, Path(period): Path<String>) -> PageResult<Response> {
    draw(&desk, &now, Some(&period)).await
}

async fn draw(desk: &Desk, now: &Now, period: Option<&str>) -> PageResult<Response> {
    let read = steps::month(&desk.house, now, period).await?;
    let title = format!("{}の報告", view::year_month(&read.report.period));
    let body = view::month(&read, &desk.house.scheme.lists);
    Ok(layout::page(&frame::at_desk(desk, now, routes::HOME, &title, body)).into_response())
}
