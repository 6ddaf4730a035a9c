//! Passkeys: what browsers are told to ask authenticators, and adding and removing one's own.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::id::PasskeyId;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::{Error, accounts::passkeys as steps};
use crate::view::accounts::passkeys as view;
use crate::view::layout;
use crate::web::AppState;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// A passkey to be added.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct New {
    name: String,
    passkey: String,
}

/// What the script beside the page is told: what to ask the authenticator, or in words why not.
fn told(asked: Result<Value, Error>) -> PageResult<Response> {
    match asked {
        Ok(options) => Ok(Json(options).into_response()),
        Err(Error::Refused(refusal)) => {
            let words = refusal.fields.first().map_or(&refusal.message, |field| &field.message);
            Ok((status_of(&refusal), Json(json!({ "message": words }))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What the authenticator is asked for a proof.
pub async fn ask(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    told(steps::ask(&state.services, &ctx).await)
}

/// The form for adding one; back to the account where they aren't offered.
pub async fn new_form(State(state): State<AppState>) -> Response {
    if state.services.passkeys.offered().is_err() {
        return see_other(routes::OWN);
    }
    draw(&state, "", None)
}

fn draw(state: &AppState, name: &str, refusal: Option<&Refusal>) -> Response {
    let status = refusal.map_or(StatusCode::OK, status_of);
    let body = view::new(name, &state.outside.base_url, refusal);
    (status, layout::page(&frame::with_passkeys(frame::bare("パスキーの追加", body)))).into_response()
}

/// What the authenticator is asked for a new passkey.
pub async fn ask_new(State(state): State<AppState>, ctx: RequestCtx, form: Form<New>) -> PageResult<Response> {
    told(steps::ask_new(&state.services, &ctx, &form.fields.name).await)
}

/// Adds the passkey that the authenticator has made.
pub async fn add(State(state): State<AppState>, ctx: RequestCtx, form: Form<New>) -> PageResult<Response> {
    let New { name, passkey } = &form.fields;
    match steps::add(&state.services, &ctx, name, passkey).await {
        Ok(()) => Ok(see_other(routes::OWN)),
        Err(Error::Refused(refusal)) => Ok(draw(&state, name, Some(&refusal))),
        Err(error) => Err(error.into()),
    }
}

/// Removes one.
pub async fn remove(State(state): State<AppState>, ctx: RequestCtx, At(id): At<PasskeyId>) -> PageResult<Response> {
    steps::remove(&state.services, &ctx, id).await?;
    Ok(see_other(routes::OWN))
}
