//! The second factor again: taking it and going on with what waited.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::usecase::{Error, accounts::factors};
use crate::view::accounts::locks as view;
use crate::view::layout;
use crate::web::back::{self, Going};
use crate::web::extract::{Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::accounts::factor;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};
use crate::web::{AppState, proof};

/// What was typed, and what waits behind it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Given {
    code: String,
    passkey: String,
    to: String,
    kept: Option<String>,
}

/// The question by itself.
pub async fn form(State(state): State<AppState>, ctx: RequestCtx, Query(going): Query<Going>) -> PageResult<Response> {
    proof::draw(&state, &ctx, StatusCode::OK, back::ours(&going.to), None, None).await
}

/// Takes the answer and goes on.
pub async fn give(State(state): State<AppState>, ctx: RequestCtx, form: Form<Given>) -> PageResult<Response> {
    let Given { code, passkey, to, kept } = form.fields;
    let to = back::ours(&to);
    match factors::confirm(&state.services, &ctx, factor::given(&code, &passkey)).await {
        Ok(()) => Ok(match kept {
            None => see_other(to),
            Some(kept) => {
                let fields: Vec<(String, String)> = serde_urlencoded::from_str(&kept).unwrap_or_default();
                layout::page(&frame::bare("確認できました", view::go_on(to, &fields))).into_response()
            }
        }),
        Err(Error::Refused(refusal)) => {
            proof::draw(&state, &ctx, status_of(&refusal), to, kept.as_deref(), Some(&refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}
