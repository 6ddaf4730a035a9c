//! Passkeys: what browsers are told to ask authenticators, and adding and removing one's own.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::{Error, accounts::passkeys as steps};
use crate::view::accounts::passkeys as view;
use crate::view::layout;
use crate::web::Desk;
use crate::web::extract::{Form, Now};
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
pub async fn ask(State(desk): State<Desk>, now: Now) -> PageResult<Response> {
    told(steps::ask(&desk.house, &now).await)
}

/// The form for adding one; back to the account where they aren't offered.
pub async fn new_form(State(desk): State<Desk>) -> Response {
    if desk.house.passkeys.offered().is_err() {
        return see_other(routes::OWN);
    }
    draw(&desk, "", None)
}

fn draw(desk: &Desk, name: &str, refusal: Option<&Refusal>) -> Response {
    let status = refusal.map_or(StatusCode::OK, status_of);
    let body = view::new(name, &desk.outside.base_url, refusal);
    (status, layout::page(&frame::with_passkeys(frame::bare("パスキーの追加", body)))).into_response()
}

/// What the authenticator is asked for a new passkey.
pub async fn ask_new(State(desk): State<Desk>, now: Now, form: Form<New>) -> PageResult<Response> {
    told(steps::ask_new(&desk.house, &now, &form.fields.name).await)
}

/// Adds the passkey that the authenticator has made.
pub async fn add(State(desk): State<Desk>, now: Now, form: Form<New>) -> PageResult<Response> {
    let New { name, passkey } = &form.fields;
    match steps::add(&desk.house, &now, name, passkey).await {
        Ok(()) => Ok(see_other(routes::OWN)),
        Err(Error::Refused(refusal)) => Ok(draw(&desk, name, Some(&refusal))),
        Err(error) => Err(error.into()),
    }
}

/// Removes one.
pub async fn remove(State(desk): State<Desk>, now: Now, Path(id): Path<String>) -> PageResult<Response> {
    let id = id.parse().map_err(|_| Error::NotFound("passkey"))?;
    steps::remove(&desk.house, &now, id).await?;
    Ok(see_other(routes::OWN))
}
