//! The hand-over of a shift.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;

use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::HandoverId;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::desks::handover as steps;
use crate::view::desks::handover as view;
use crate::view::layout;
use crate::web::AppState;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// What the desk is asked for now, for the pages that somebody opens first.
pub(super) async fn notice(state: &AppState, ctx: &Ctx) -> PageResult<Markup> {
    if !ctx.actor.may(Action::CallWork) {
        return Ok(Markup::default());
    }
    Ok(view::notice(steps::asked(&state.services, ctx).await?))
}

/// The page.
pub(super) async fn show(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    draw(&state, &ctx, None, "").await
}

async fn draw(state: &AppState, ctx: &Ctx, refusal: Option<&Refusal>, typed: &str) -> PageResult<Response> {
    let shown = steps::show(&state.services, ctx).await?;
    let body = view::page(&shown, &state.services.scheme, ctx.now, refusal, typed);
    let mut page = frame::at_desk(state, ctx, routes::HANDOVER, "引き継ぎ", body).await;
    page.key_hints = vec![("F4", "申し送り"), ("Ctrl+Enter", "署名する"), ("/", "検索")];
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&page)).into_response())
}

async fn back(state: &AppState, ctx: &Ctx, typed: &str, done: Result<(), Error>) -> PageResult<Response> {
    match done {
        Ok(()) => Ok(see_other(routes::HANDOVER)),
        Err(Error::Refused(refusal)) => draw(state, ctx, Some(&refusal), typed).await,
        Err(error) => Err(error.into()),
    }
}

/// What else is to be told.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SignForm {
    words: String,
}

/// Signs.
pub(super) async fn sign(State(state): State<AppState>, ctx: RequestCtx, form: Form<SignForm>) -> PageResult<Response> {
    let words = form.fields.words;
    let done = steps::sign(&state.services, &ctx, &words).await;
    back(&state, &ctx, &words, done).await
}

/// Takes one.
pub(super) async fn take(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<HandoverId>,
) -> PageResult<Response> {
    let done = steps::take(&state.services, &ctx, id).await;
    back(&state, &ctx, "", done).await
}
