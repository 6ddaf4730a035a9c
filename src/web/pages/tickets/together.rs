//! Working on a ticket with others: who is there, watching, giving it to somebody, merging, and the queues.

use axum::extract::{Query, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::forms::Version;
use super::one;
use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::TicketNo;
use crate::domain::tickets::queue::Queue;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::tickets::merge::{self, NewMerge};
use crate::usecase::tickets::together::{self, Sign};
use crate::usecase::tickets::{assign, draft, queues};
use crate::view::layout;
use crate::view::tickets::together as view;
use crate::view::tickets::typed::Typed;
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// Opens the doors.
pub(super) fn open(doors: &mut Doors) {
    doors.page(Method::GET, "/queues/{queue}", Action::TicketFind, queue);
    doors.page(Method::POST, "/tickets/{no}/here", Action::TicketWork, here);
    doors.page(Method::POST, "/tickets/{no}/drafts", Action::TicketWork, keep_draft);
    doors.page(Method::POST, "/tickets/{no}/watch", Action::TicketWork, watch);
    doors.page(Method::GET, "/tickets/{no}/owner", Action::TicketWork, owner);
    doors.page(Method::POST, "/tickets/{no}/owner", Action::TicketWork, give);
    doors.page(Method::POST, "/tickets/{no}/merge", Action::TicketWork, merge);
    doors.page(Method::POST, "/tickets/{no}/unmerge", Action::TicketWork, unmerge);
}

type No = At<TicketNo>;

/// What the small forms of a ticket's page send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Sent {
    typing: String,
    opened: String,
    on: String,
    owner: String,
    into: String,
    merge_why: String,
    same_clinic: String,
    version: Version,
}

/// One has it open; who else does is answered.
async fn here(State(state): State<AppState>, ctx: RequestCtx, At(no): No, form: Form<Sent>) -> PageResult<Response> {
    let sign = match (form.fields.opened.as_str(), form.fields.typing.as_str()) {
        ("yes", _) => Sign::Opened,
        (_, "yes") => Sign::Types,
        _ => Sign::Reads,
    };
    let here = together::here(&state.services, &ctx, no, sign).await?;
    Ok(view::here(no, &here).into_response())
}

/// What somebody is typing on the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Begun {
    form: String,
    field: String,
    words: String,
}

/// Keeps what is being typed.
async fn keep_draft(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): No,
    form: Form<Begun>,
) -> PageResult<Response> {
    let Begun { form, field, words } = &form.fields;
    draft::keep(&state.services, &ctx, no, form, field, words).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Watches it, or does no longer.
async fn watch(State(state): State<AppState>, ctx: RequestCtx, At(no): No, form: Form<Sent>) -> PageResult<Response> {
    let done = together::watch(&state.services, &ctx, no, form.fields.on == "yes").await;
    one::back(&state, &ctx, no, &Typed::Nothing, done).await
}

/// To whom it may be given.
async fn owner(State(state): State<AppState>, ctx: RequestCtx, At(no): No) -> PageResult<Response> {
    draw_owner(&state, &ctx, no, None).await
}

async fn draw_owner(state: &AppState, ctx: &Ctx, no: TicketNo, refusal: Option<&Refusal>) -> PageResult<Response> {
    let to = assign::people(&state.services, ctx, no).await?;
    let body = view::assign(&view::AssignPage { to: &to, refusal });
    let page = frame::at_desk(state, ctx, routes::TICKETS, &format!("担当者の割り当て {no}"), body).await;
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&page)).into_response())
}

/// Gives it to somebody.
async fn give(State(state): State<AppState>, ctx: RequestCtx, At(no): No, form: Form<Sent>) -> PageResult<Response> {
    match assign::assign(&state.services, &ctx, no, form.fields.version.0, &form.fields.owner).await {
        Ok(()) => Ok(see_other(&routes::ticket(no))),
        Err(Error::Refused(refusal)) => draw_owner(&state, &ctx, no, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// Lets it go into another: to that one.
async fn merge(State(state): State<AppState>, ctx: RequestCtx, At(no): No, form: Form<Sent>) -> PageResult<Response> {
    let version = form.fields.version.0;
    let new = NewMerge {
        into: form.fields.into.clone(),
        why: form.fields.merge_why.clone(),
        same_clinic: form.fields.same_clinic == "yes",
    };
    match merge::merge(&state.services, &ctx, no, version, &new).await {
        Ok(into) => Ok(see_other(&routes::ticket(into))),
        refused => one::back(&state, &ctx, no, &Typed::Merge(new), refused).await,
    }
}

/// Takes it out again.
async fn unmerge(State(state): State<AppState>, ctx: RequestCtx, At(no): No, form: Form<Sent>) -> PageResult<Response> {
    let done = merge::unmerge(&state.services, &ctx, no, TicketNo::parse(form.fields.into.trim())).await;
    one::back(&state, &ctx, no, &Typed::Nothing, done).await
}

/// Where the page goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct From {
    before: String,
}

/// A queue.
async fn queue(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(which): At<String>,
    Query(from): Query<From>,
) -> PageResult<Response> {
    let which = Queue::parse(&which).ok_or(Error::NotFound("queue"))?;
    let before = match from.before.as_str() {
        "" => None,
        key => Some(key.parse().map_err(|_| Error::NotFound("queue"))?),
    };
    let found = queues::queue(&state.services, &ctx, which, before).await?;
    let body = view::queue(which, &found, &state.services.scheme.lists, before);
    let mut page = frame::at_desk(&state, &ctx, routes::TICKETS, which.label(), body).await;
    page.refresh_seconds = Some(60);
    Ok(layout::page(&page).into_response())
}
