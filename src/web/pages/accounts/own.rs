//! One's own account.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::routes;
use crate::usecase::accounts::{factors, own as steps, passkeys};
use crate::view::accounts::own as view;
use crate::view::accounts::passkeys::Mine;
use crate::view::layout;
use crate::web::AppState;
use crate::web::extract::{At, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::PageResult;

/// Password, second factor, passkeys, sessions.
pub async fn show(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    let sessions = steps::sessions_of_mine(&state.services, &ctx).await?;
    let left = factors::codes_left(&state.services, &ctx).await?;
    let keys = passkeys::of_mine(&state.services, &ctx).await?;
    let keys = Mine { keys: &keys, offered: state.services.passkeys.offered() };
    let body = view::page(&sessions, ctx.session.map(|s| s.id), left, &keys);
    Ok(layout::page(&frame::at_desk(&state, &ctx, routes::OWN, "アカウントの設定", body).await).into_response())
}

/// Ends one session.
pub async fn end_one(State(state): State<AppState>, ctx: RequestCtx, At(name): At<Uuid>) -> PageResult<Response> {
    steps::end_session(&state.services, &ctx, name).await?;
    Ok(see_other(routes::OWN))
}

/// Ends all other sessions.
pub async fn end_others(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    steps::end_other_sessions(&state.services, &ctx).await?;
    Ok(see_other(routes::OWN))
}
