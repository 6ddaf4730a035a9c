//! Reports on their way.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::reports::Period;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::reports::{draft as steps, draw};
use crate::view::layout;
use crate::view::reports::draft::{self as view, DraftPage};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// Opens the doors.
pub(super) fn open(doors: &mut Doors) {
    doors.page(Method::GET, routes::DRAFTS, Action::ReportPublish, list);
    doors.page(Method::POST, routes::DRAFTS, Action::ReportPublish, draw_up);
    doors.page(Method::GET, "/reports/drafts/{period}", Action::ReportPublish, show);
    doors.page(Method::POST, "/reports/drafts/{period}/comment", Action::ReportPublish, comment);
    doors.page(Method::POST, "/reports/drafts/{period}/approve", Action::ReportPublish, approve);
    doors.page(Method::POST, "/reports/drafts/{period}/publish", Action::ReportPublish, publish);
    doors.page(Method::POST, "/reports/drafts/{period}/withdraw", Action::ReportPublish, withdraw);
}

/// What the forms send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    period: String,
    version: String,
    notice: String,
}

impl Typed {
    /// Whoever sends none saw none.
    fn version(&self) -> i64 {
        self.version.parse().unwrap_or(-1)
    }
}

/// All of them.
async fn list(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    listed(&state, &ctx, "", None).await
}

async fn listed(state: &AppState, ctx: &Ctx, typed: &str, refusal: Option<&Refusal>) -> PageResult<Response> {
    let all = steps::list(&state.services, ctx).await?;
    let page = frame::at_desk(state, ctx, routes::DRAFTS, "報告", view::list(&all, typed, refusal)).await;
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&page)).into_response())
}

/// Draws one that is over.
async fn draw_up(State(state): State<AppState>, ctx: RequestCtx, form: Form<Typed>) -> PageResult<Response> {
    match draw::asked(&state.services, &ctx, &form.fields.period).await {
        Ok(period) => Ok(see_other(&routes::draft(period))),
        Err(Error::Refused(refusal)) => listed(&state, &ctx, &form.fields.period, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// One of them.
async fn show(State(state): State<AppState>, ctx: RequestCtx, At(period): At<Period>) -> PageResult<Response> {
    drawn(&state, &ctx, period, None).await
}

async fn drawn(
    state: &AppState,
    ctx: &Ctx,
    period: Period,
    refused: Option<(&view::Typed, &Refusal)>,
) -> PageResult<Response> {
    let draft = steps::show(&state.services, ctx, period).await?;
    let page = DraftPage { draft: &draft, lists: &state.services.scheme.lists, me: ctx.actor.id, refused };
    let title = format!("{}の報告", period.label());
    let whole = frame::at_desk(state, ctx, routes::DRAFTS, &title, view::page(&page)).await;
    Ok((refused.map_or(StatusCode::OK, |(_, refusal)| status_of(refusal)), layout::page(&whole)).into_response())
}

async fn back(
    state: &AppState,
    ctx: &Ctx,
    period: Period,
    typed: view::Typed,
    done: Result<(), Error>,
) -> PageResult<Response> {
    match done {
        Ok(()) => Ok(see_other(&routes::draft(period))),
        Err(Error::Refused(refusal)) => drawn(state, ctx, period, Some((&typed, &refusal))).await,
        Err(error) => Err(error.into()),
    }
}

/// Words beside the figures, and why numbers moved.
async fn comment(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(period): At<Period>,
    form: Form<Vec<(String, String)>>,
) -> PageResult<Response> {
    let of = |name: &str| form.fields.iter().find(|(of, _)| of == name).map(|(_, typed)| typed.clone());
    let version = of("version").and_then(|version| version.parse().ok()).unwrap_or(-1);
    let words = of("comment").unwrap_or_default();
    let done = steps::comment(&state.services, &ctx, period, version, &words, &form.fields).await;
    let typed = view::Typed { comment: Some(words), why: form.fields.clone(), notice: None };
    back(&state, &ctx, period, typed, done).await
}

/// The first of two.
async fn approve(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(period): At<Period>,
    form: Form<Typed>,
) -> PageResult<Response> {
    let done = steps::approve(&state.services, &ctx, period, form.fields.version()).await;
    back(&state, &ctx, period, view::Typed::default(), done).await
}

/// The second.
async fn publish(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(period): At<Period>,
    form: Form<Typed>,
) -> PageResult<Response> {
    let done = steps::publish(&state.services, &ctx, period, form.fields.version()).await;
    back(&state, &ctx, period, view::Typed::default(), done).await
}

/// By a notice.
async fn withdraw(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(period): At<Period>,
    form: Form<Typed>,
) -> PageResult<Response> {
    let (version, notice) = (form.fields.version(), form.fields.notice.clone());
    let done = steps::withdraw(&state.services, &ctx, period, version, &notice).await;
    back(&state, &ctx, period, view::Typed { notice: Some(notice), ..view::Typed::default() }, done).await
}
