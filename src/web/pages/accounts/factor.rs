//! The second factor: setting it up, and giving it on the way in.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::accounts::session::Stage;
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::accounts::factors::{self as steps, Given};
use crate::usecase::accounts::passkeys;
use crate::view::accounts::locks as view;
use crate::view::layout;
use crate::web::AppState;
use crate::web::back::{self, Going};
use crate::web::extract::{Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::accounts::session;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// A code as typed, or an authenticator's answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    code: String,
    passkey: String,
    to: String,
}

/// What of the two was given.
pub(in crate::web) fn given<'a>(code: &'a str, passkey: &'a str) -> Given<'a> {
    if passkey.is_empty() { Given::Code(code) } else { Given::Passkey(passkey) }
}

fn stage(ctx: &Ctx) -> Stage {
    ctx.session.map_or(Stage::Full, |s| s.stage)
}

/// Asks for the second factor after the password.
pub async fn second_form(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Query(going): Query<Going>,
) -> PageResult<Response> {
    match stage(&ctx) {
        Stage::Second => draw_second(&state, &ctx, &going.to, None).await,
        _ => Ok(see_other(back::ours(&going.to))),
    }
}

async fn draw_second(state: &AppState, ctx: &Ctx, to: &str, refusal: Option<&Refusal>) -> PageResult<Response> {
    let status = refusal.map_or(StatusCode::OK, status_of);
    let by_passkey = passkeys::can_give(&state.services, ctx).await?;
    let home = by_passkey.then_some(state.outside.base_url.as_str());
    let page = frame::bare("2段階認証", view::second(session::way(to), refusal, home));
    let page = if by_passkey { frame::with_passkeys(page) } else { page };
    Ok((status, layout::page(&page)).into_response())
}

/// Takes the second factor.
pub async fn second(State(state): State<AppState>, ctx: RequestCtx, form: Form<Typed>) -> PageResult<Response> {
    if stage(&ctx) != Stage::Second {
        return Ok(see_other(back::ours(&form.fields.to)));
    }
    let Typed { code, passkey, to } = &form.fields;
    match steps::second(&state.services, &ctx, given(code, passkey)).await {
        Ok(signed_in) => Ok(session::with_session(&state, back::ours(to), Some(&signed_in.secret))),
        Err(Error::Refused(refusal)) => draw_second(&state, &ctx, to, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// Begins to set up an authenticator app.
pub async fn begin(State(state): State<AppState>, ctx: RequestCtx, form: Form<Going>) -> PageResult<Response> {
    steps::begin(&state.services, &ctx).await?;
    Ok(see_other(&back::by_way_of(routes::FACTOR, &form.fields.to)))
}

/// Shows what an authenticator app is set up from; before, what is needed for it.
pub async fn set_up(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Query(going): Query<Going>,
) -> PageResult<Response> {
    draw_set_up(&state, &ctx, &going.to, None).await
}

async fn draw_set_up(state: &AppState, ctx: &Ctx, to: &str, refusal: Option<&Refusal>) -> PageResult<Response> {
    let set_up = steps::set_up(&state.services, ctx).await?;
    let status = refusal.map_or(StatusCode::OK, status_of);
    let again = stage(ctx) == Stage::Full;
    let to = session::way(to);
    let body =
        set_up.map_or_else(|| view::before_set_up(to, again), |set_up| view::set_up(&set_up, to, refusal, again));
    Ok((status, layout::page(&frame::bare("認証アプリの登録", body))).into_response())
}

/// Takes the app's first code; the recovery codes are shown once.
pub async fn enrol(State(state): State<AppState>, ctx: RequestCtx, form: Form<Typed>) -> PageResult<Response> {
    match steps::enrol(&state.services, &ctx, &form.fields.code).await {
        Ok(enrolled) => {
            let page =
                layout::page(&frame::bare("回復コード", view::codes(&enrolled.codes, back::ours(&form.fields.to))))
                    .into_response();
            Ok(session::page_with_session(&state, page, &enrolled.signed_in.secret))
        }
        Err(Error::Refused(refusal)) => draw_set_up(&state, &ctx, &form.fields.to, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// New recovery codes, shown once.
pub async fn new_codes(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    let codes = steps::new_codes(&state.services, &ctx).await?;
    Ok(layout::page(&frame::bare("回復コード", view::codes(&codes, routes::HOME))).into_response())
}
