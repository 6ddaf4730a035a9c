//! The supervisor's day and reviews.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use uuid::Uuid;

use crate::domain::id::{CallId, VerificationId};
use crate::routes;
use crate::usecase::desks::supervision as steps;
use crate::view::desks::supervision as view;
use crate::view::layout;
use crate::web::AppState;
use crate::web::extract::{At, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::PageResult;

/// The day view.
pub async fn day(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    after(state, ctx, html! {}).await
}

/// The day view, after a call that one took oneself.
pub async fn after(state: AppState, ctx: RequestCtx, from: Markup) -> PageResult<Response> {
    let day = steps::day(&state.services, &ctx).await?;
    let body = html! { (from) (view::day(&day, &state.services.scheme, ctx.now, &ctx.new_id().to_string())) };
    let mut page = frame::at_desk(&state, &ctx, routes::HOME, "本日の状況", body).await;
    page.refresh_seconds = Some(30);
    Ok(layout::page(&page).into_response())
}

/// A call outside hours, or a complaint, was looked at.
pub async fn review_call(State(state): State<AppState>, ctx: RequestCtx, At(id): At<CallId>) -> PageResult<Response> {
    steps::review_call(&state.services, &ctx, id).await?;
    Ok(see_other(routes::HOME))
}

/// Somebody who was stopped may try numbers again.
pub async fn let_on(State(state): State<AppState>, ctx: RequestCtx, At(id): At<Uuid>) -> PageResult<Response> {
    steps::let_on(&state.services, &ctx, id).await?;
    Ok(see_other(routes::DAY))
}

/// A provisional verification was looked at.
pub async fn review_verification(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<VerificationId>,
) -> PageResult<Response> {
    steps::review_verification(&state.services, &ctx, id).await?;
    Ok(see_other(routes::HOME))
}
