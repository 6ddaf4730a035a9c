//! Signing in and out.

use axum::extract::State;
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
}

/// The sign-in form.
pub async fn form() -> Response {
    draw("", None)
}

fn draw(login: &str, refusal: Option<&Refusal>) -> Response {
    let status = refusal.map_or(StatusCode::OK, status_of);
    (status, layout::page(&frame::bare("窓口にサインイン", view::sign_in(login, refusal)))).into_response()
}

/// Signs in.
pub async fn open(
    State(state): State<AppState>,
    ctx: RequestCtx,
    headers: HeaderMap,
    form: Form<Credentials>,
) -> PageResult<Response> {
    let typed = form.fields;
    match accounts::sign_in(&state.services, &ctx, &typed.login, &typed.password).await {
        Ok(signed_in) => {
            if let Some(old) = cookie(&headers, state.outside.secure) {
                accounts::leave(&state.services, &ctx, &old).await?;
            }
            let to = next(signed_in.stage);
            Ok(with_session(&state, to, Some(&signed_in.secret)))
        }
        Err(Error::Refused(refusal)) => {
            let mut answer = draw(&typed.login, Some(&refusal));
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                answer.extensions_mut().insert(TurnedAway);
            }
            Ok(answer)
        }
        Err(error) => Err(error.into()),
    }
}

/// Where the way in goes on.
pub(in crate::web) fn next(stage: Stage) -> &'static str {
    match stage {
        Stage::Password => routes::PASSWORD,
        Stage::Enrol => routes::FACTOR,
        Stage::Second => routes::SECOND,
        Stage::Full => routes::HOME,
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
