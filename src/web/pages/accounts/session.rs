//! Signing in and out.

use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::accounts::session::Stage;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::{Error, accounts};
use crate::view::accounts::session as view;
use crate::view::layout;
use crate::web::AppState;
use crate::web::back::{self, Going};
use crate::web::extract::{Form, RequestCtx};
use crate::web::guard::{cookie, see_other, set_cookie};
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};
use crate::web::server::TurnedAway;

/// What was typed to sign in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Credentials {
    login: String,
    password: String,
    to: String,
}

/// The sign-in form.
pub async fn form(Query(going): Query<Going>) -> Response {
    draw("", &going.to, None)
}

fn draw(login: &str, to: &str, refusal: Option<&Refusal>) -> Response {
    let status = refusal.map_or(StatusCode::OK, status_of);
    (status, layout::page(&frame::bare("窓口にサインイン", view::sign_in(login, way(to), refusal)))).into_response()
}

/// Signs in.
pub async fn open(
    State(state): State<AppState>,
    ctx: RequestCtx,
    headers: HeaderMap,
    form: Form<Credentials>,
) -> PageResult<Response> {
    let typed = form.fields;
    let held = cookie(&headers, state.outside.secure);
    match accounts::sign_in(&state.services, &ctx, &typed.login, &typed.password, held.as_deref()).await {
        Ok(signed_in) => {
            if let Some(old) = held {
                accounts::leave(&state.services, &ctx, &old).await?;
            }
            let to = next(signed_in.stage, &typed.to);
            Ok(with_session(&state, &to, Some(&signed_in.secret)))
        }
        Err(Error::Refused(refusal)) => {
            let mut answer = draw(&typed.login, &typed.to, Some(&refusal));
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                answer.extensions_mut().insert(TurnedAway);
            }
            Ok(answer)
        }
        Err(error) => Err(error.into()),
    }
}

/// Where the way in goes on, and at its end where somebody was going.
pub(in crate::web) fn next(stage: Stage, to: &str) -> String {
    match stage {
        Stage::Password => back::by_way_of(routes::PASSWORD, to),
        Stage::Enrol => back::by_way_of(routes::FACTOR, to),
        Stage::Second => back::by_way_of(routes::SECOND, to),
        Stage::Full => back::ours(to).to_owned(),
    }
}

/// What a form of the way in carries on: nothing for whoever was going home.
pub(in crate::web) fn way(to: &str) -> &str {
    match back::ours(to) {
        routes::HOME => "",
        to => to,
    }
}

/// Signs out.
pub async fn end(State(state): State<AppState>, ctx: RequestCtx, headers: HeaderMap) -> PageResult<Response> {
    if let Some(secret) = cookie(&headers, state.outside.secure) {
        accounts::sign_out(&state.services, &ctx, &secret).await?;
    }
    Ok(with_session(&state, routes::SIGN_IN, None))
}

/// A page with a new session's cookie.
pub(in crate::web) fn page_with_session(state: &AppState, page: Response, secret: &str) -> Response {
    let mut response = page;
    response.headers_mut().insert(SET_COOKIE, set_cookie(state.outside.secure, Some(secret)));
    response
}

/// Sends on with a session's cookie, or without one.
pub(in crate::web) fn with_session(state: &AppState, to: &str, secret: Option<&str>) -> Response {
    let mut response = see_other(to);
    response.headers_mut().insert(SET_COOKIE, set_cookie(state.outside.secure, secret));
    response
}
