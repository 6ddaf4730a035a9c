//! A day's calls, and starting one.

mod along;
pub mod end;
pub mod sheet;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::frame;
use crate::domain::access::actor::Action;
use crate::domain::calls::Direction;
use crate::domain::id::CallId;
use crate::routes;
use crate::routes as at;
use crate::usecase::once::answered;
use crate::usecase::{Error, calls as steps};
use crate::view::calls::sheet::EndForm;
use crate::view::{calls as view, layout};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::problem::{PageResult, status_of};
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::CALLS, Action::CallRead, day);
    doors.page(Method::POST, at::CALLS, Action::CallWork, start);
    doors.page(Method::GET, "/calls/{id}", Action::CallRead, sheet::show);
    doors.page(Method::POST, "/calls/{id}/sheet", Action::CallWork, sheet::save);
    doors.page(Method::POST, "/calls/{id}/candidates", Action::CallWork, sheet::candidates);
    doors.page(Method::POST, "/calls/{id}/stamps", Action::CallWork, sheet::stamp);
    doors.page(Method::POST, "/calls/{id}/stamps/back", Action::CallWork, sheet::take_back);
    doors.page(Method::POST, "/calls/{id}/notes", Action::CallWork, sheet::jot);
    doors.page(Method::POST, "/calls/{id}/verification", Action::Verify, sheet::verify);
    doors.page(Method::POST, "/calls/{id}/number", Action::Verify, sheet::hear_again);
    doors.page(Method::POST, "/calls/{id}/tickets", Action::TicketWork, sheet::open_ticket);
    doors.page(Method::POST, "/calls/{id}/next", Action::CallWork, next);
    doors.page(Method::POST, "/calls/{id}/links", Action::TicketWork, sheet::link);
    along::open(doors);
    doors.page(Method::POST, "/calls/{id}/end", Action::CallWork, end::end);
    doors.page(Method::POST, "/calls/{id}/end/foreseen", Action::CallWork, end::foresee);
}

/// Which day.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DayQuery {
    day: String,
    lacking: String,
}

/// A day's calls.
pub async fn day(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Query(query): Query<DayQuery>,
) -> PageResult<Response> {
    let day = match query.day.as_str() {
        "" => ctx.today(),
        text => text.parse().map_err(|_| Error::NotFound("day"))?,
    };
    draw(&state, &ctx, day, query.lacking == "yes", None).await
}

async fn draw(
    state: &AppState,
    ctx: &RequestCtx,
    day: chrono::NaiveDate,
    lacking: bool,
    warning: Option<&str>,
) -> PageResult<Response> {
    let mut calls = steps::of_day(&state.services, ctx, day).await?;
    calls.calls.retain(|call| !lacking || !call.lacking.is_empty());
    let body = view::day(&calls, ctx.today(), &ctx.new_id().to_string(), ctx.actor.may(Action::CallWork));
    let mut page = frame::at_desk(state, ctx, routes::CALLS, "通話", body).await;
    page.key_hints = vec![("/", "検索")];
    page.flash = warning.and_then(frame::warning);
    Ok(layout::page(&page).into_response())
}

/// A call begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewCall {
    phone: String,
    direction: String,
}

/// Goes on to the conversation's next clinic: to its sheet.
pub async fn next(State(state): State<AppState>, ctx: RequestCtx, At(call): At<CallId>) -> PageResult<Response> {
    match steps::conversation::next(&state.services, &ctx, call).await {
        Ok(next) => Ok(see_other(&routes::call(next.call))),
        Err(Error::Refused(refusal)) => sheet::again(&state, &ctx, call, &refusal, &EndForm::default()).await,
        Err(error) => Err(error.into()),
    }
}

/// Starts a call: to its sheet.
pub async fn start(State(state): State<AppState>, ctx: RequestCtx, form: Form<NewCall>) -> PageResult<Response> {
    let direction = Direction::parse(&form.fields.direction).unwrap_or(Direction::Inbound);
    match answered(steps::start(&state.services, &ctx, direction, &form.fields.phone, &form.once).await) {
        Ok(started) => Ok(see_other(&routes::call(started.call))),
        Err(Error::Refused(refusal)) => {
            let message = refusal.about("phone").unwrap_or(&refusal.message).to_owned();
            let mut response = draw(&state, &ctx, ctx.today(), false, Some(&message)).await?;
            *response.status_mut() =
                if refusal.fields.is_empty() { status_of(&refusal) } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}
