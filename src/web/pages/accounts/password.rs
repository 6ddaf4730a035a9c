//! One's own password.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::accounts::session::Stage;
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::{Error, accounts};
use crate::view::accounts::session as view;
use crate::view::layout;
use crate::web::AppState;
use crate::web::back::Going;
use crate::web::extract::{Form, RequestCtx};
use crate::web::pages::accounts::session;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewPassword {
    current: String,
    password: String,
    again: String,
    to: String,
}

/// The form.
pub async fn form(State(state): State<AppState>, ctx: RequestCtx, Query(going): Query<Going>) -> Response {
    draw(&state, &ctx, &going.to, None).await
}

async fn draw(state: &AppState, ctx: &Ctx, to: &str, refusal: Option<&Refusal>) -> Response {
    // Somebody who came in by a code may do nothing but this: the frame without places says so.
    let first = ctx.session.is_some_and(|s| s.stage == Stage::Password);
    let body = view::password(first, session::way(to), refusal);
    let page = if first {
        frame::bare("はじめてのサインイン", body)
    } else {
        frame::at_desk(state, ctx, routes::PASSWORD, "パスワードの変更", body).await
    };
    (refusal.map_or(StatusCode::OK, status_of), layout::page(&page)).into_response()
}

/// Chooses a password; other sessions end.
pub async fn choose(State(state): State<AppState>, ctx: RequestCtx, form: Form<NewPassword>) -> PageResult<Response> {
    let typed = form.fields;
    match accounts::choose_password(&state.services, &ctx, &typed.current, &typed.password, &typed.again).await {
        Ok(signed_in) => {
            Ok(session::with_session(&state, &session::next(signed_in.stage, &typed.to), Some(&signed_in.secret)))
        }
        Err(Error::Refused(refusal)) => Ok(draw(&state, &ctx, &typed.to, Some(&refusal)).await),
        Err(error) => Err(error.into()),
    }
}
