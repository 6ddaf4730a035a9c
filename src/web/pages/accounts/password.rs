//! One's own password.

use axum::extract::State;
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
use crate::web::Desk;
use crate::web::extract::{Form, Now};
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
}

/// The form.
pub async fn form(State(desk): State<Desk>, now: Now) -> Response {
    draw(&desk, &now, None)
}

fn draw(desk: &Desk, ctx: &Ctx, refusal: Option<&Refusal>) -> Response {
    // Somebody who came in by a code may do nothing but this: the frame without places says so.
    let first = ctx.session.is_some_and(|s| s.stage == Stage::Password);
    let body = view::password(first, refusal);
    let page = if first {
        frame::bare("はじめてのサインイン", body)
    } else {
        frame::at_desk(desk, ctx, routes::PASSWORD, "パスワードの変更", body)
    };
    (refusal.map_or(StatusCode::OK, status_of), layout::page(&page)).into_response()
}

/// Chooses a password; other sessions end.
pub async fn choose(State(desk): State<Desk>, now: Now, form: Form<NewPassword>) -> PageResult<Response> {
    let typed = form.fields;
    match accounts::choose_password(&desk.house, &now, &typed.current, &typed.password, &typed.again).await {
        Ok(signed_in) => Ok(session::with_session(&desk, session::next(signed_in.stage), Some(&signed_in.secret))),
        Err(Error::Refused(refusal)) => Ok(draw(&desk, &now, Some(&refusal))),
        Err(error) => Err(error.into()),
    }
}
