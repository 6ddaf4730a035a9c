//! Home of each role.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;

use crate::domain::access::actor::{Action, Role};
use crate::routes;
use crate::usecase::desks::home as steps;
use crate::usecase::{calls, claims};
use crate::view::desks::home as view;
use crate::view::layout;
use crate::web::AppState;
use crate::web::extract::RequestCtx;
use crate::web::pages::desks::{handover, supervision};
use crate::web::pages::{frame, members, reports};
use crate::web::problem::{PageResult, Problem};

/// The call that one comes from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct From {
    ended: String,
}

impl From {
    async fn said(&self, state: &AppState, ctx: &RequestCtx) -> PageResult<Markup> {
        let call = self.ended.parse().ok().filter(|_| ctx.actor.may(Action::CallWork));
        let Some(call) = call else { return Ok(html! {}) };
        let ended = calls::just_ended(&state.services, ctx, call).await?;
        Ok(html! { @for (how, ticket) in ended { (view::ended(how, ticket)) } })
    }
}

/// Home.
pub async fn show(
    State(state): State<AppState>,
    ctx: RequestCtx,
    from: Result<Query<From>, QueryRejection>,
) -> PageResult<Response> {
    let Query(from) = from.unwrap_or_default();
    let (from, notice) = (from.said(&state, &ctx).await?, handover::notice(&state, &ctx).await?);
    let from = html! { (from) (notice) };
    match ctx.actor.role {
        Some(Role::Operator) => operator(state, ctx, from).await,
        Some(Role::Specialist) => specialist(state, ctx, from).await,
        Some(Role::Supervisor) => supervision::after(state, ctx, from).await,
        Some(Role::Clerk) => clerk(state, ctx).await,
        Some(Role::JmaReader) => reports::latest(State(state), ctx).await,
        Some(Role::Administrator) => members::list(State(state), ctx).await,
        Some(Role::Integration) | None => Err(Problem::of_status(axum::http::StatusCode::NOT_FOUND, false)),
    }
}

async fn operator(state: AppState, ctx: RequestCtx, from: Markup) -> PageResult<Response> {
    let home = steps::operator(&state.services, &ctx).await?;
    let names = HashMap::from([(ctx.actor.id, ctx.actor.name.clone())]);
    let body = view::operator(&home, &state.services.scheme.lists, ctx.now, &ctx.new_id().to_string(), &names);
    let mut page = frame::at_desk(&state, &ctx, routes::HOME, "ホーム", html! { (from) (body) }).await;
    page.key_hints = vec![("/", "検索")];
    page.refresh_seconds = Some(60);
    Ok(layout::page(&page).into_response())
}

async fn specialist(state: AppState, ctx: RequestCtx, from: Markup) -> PageResult<Response> {
    let home = steps::specialist(&state.services, &ctx).await?;
    let body = view::specialist(&home, &state.services.scheme, ctx.now);
    let mut page = frame::at_desk(&state, &ctx, routes::HOME, "2次対応", html! { (from) (body) }).await;
    page.refresh_seconds = Some(30);
    Ok(layout::page(&page).into_response())
}

/// Where the queue goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct After {
    after: String,
}

/// The queue of tier 2, a page of it.
pub async fn queue(
    State(state): State<AppState>,
    ctx: RequestCtx,
    after: Result<Query<After>, QueryRejection>,
) -> PageResult<Response> {
    let Query(After { after }) = after.unwrap_or_default();
    let after = after.parse().ok();
    let queue = steps::queue(&state.services, &ctx, after.as_ref()).await?;
    let body = view::queue_page(&queue, &state.services.scheme.lists, ctx.now, after.is_none());
    let mut page = frame::at_desk(&state, &ctx, routes::QUEUE, "2次対応待ち", body).await;
    page.refresh_seconds = Some(30);
    Ok(layout::page(&page).into_response())
}

async fn clerk(state: AppState, ctx: RequestCtx) -> PageResult<Response> {
    let claims = claims::latest(&state.services, &ctx).await?;
    let cases = steps::clerk(&state.services, &ctx).await?;
    let body = view::clerk(&claims, &cases, &state.services.scheme.lists);
    Ok(layout::page(&frame::at_desk(&state, &ctx, routes::HOME, "一時支援金事務局", body).await).into_response())
}

/// Callers pointed to the claims office.
pub async fn claim_enquiries(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    let cases = steps::clerk(&state.services, &ctx).await?;
    let body = view::enquiries(&cases, &state.services.scheme.lists);
    Ok(layout::page(&frame::at_desk(&state, &ctx, routes::HOME, "ご案内した件", body).await).into_response())
}
