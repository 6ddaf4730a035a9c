//! One ticket, and what is done on it. After a form: back to the ticket, or the ticket with what was refused and what
//! had been typed.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::forms::{
    ChangeForm, EntryForm, EvidenceForm, HoldForm, RemoteEndForm, RemoteStartForm, TaskForm, TransitionForm, TriedForm,
};
use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::{AccountId, CallbackId, HoldId, RemoteId, TaskId};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::transition::Words;
use crate::domain::tickets::{TicketNo, Transition};
use crate::routes;
use crate::usecase::Error;
use crate::usecase::calls::outbound;
use crate::usecase::once::answered;
use crate::usecase::tickets::{
    self as steps, NewEntry, TicketChange, callback, evidence_gate, hold, page, remote, task,
};
use crate::view::layout;
use crate::view::tickets::ShowPage;
use crate::view::tickets::show as view;
use crate::view::tickets::typed::{Typed, TypedTransition};
use crate::web::AppState;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

type No = At<TicketNo>;

/// One ticket.
pub(super) async fn show(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): No,
    Query(asked): Query<Asked>,
) -> PageResult<Response> {
    let view = match asked.all.as_str() {
        "yes" => page::show(&state.services, &ctx, no).await?,
        _ => page::show_newest(&state.services, &ctx, no).await?,
    };
    Ok(drawn(&state, &ctx, &view, None, &Typed::Nothing).await)
}

/// How much of a long timeline is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    all: String,
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    refusal: Option<&Refusal>,
    typed: &Typed,
) -> PageResult<Response> {
    let view = page::show_newest(&state.services, ctx, no).await?;
    Ok(drawn(state, ctx, &view, refusal, typed).await)
}

async fn drawn(
    state: &AppState,
    ctx: &Ctx,
    view: &page::TicketView,
    refusal: Option<&Refusal>,
    typed: &Typed,
) -> Response {
    let no = view.ticket.number;
    let shown =
        ShowPage { view, scheme: &state.services.scheme, ctx, refusal, typed, once: ctx.new_id().simple().to_string() };
    // Whoever has no list of tickets came here from home.
    let place = if ctx.actor.may(Action::TicketFind) { routes::TICKETS } else { routes::HOME };
    let mut whole = frame::at_desk(state, ctx, place, &format!("相談票 {no}"), view::page(&shown)).await;
    whole.beside_title = Some(view::beside_title(&shown));
    if ctx.actor.may(Action::TicketWork) && view.ticket.merged_into.is_none() {
        whole.key_hints = vec![("F4", "追記"), ("Ctrl+Enter", "追記する"), ("/", "検索")];
    }
    (refusal.map_or(StatusCode::OK, status_of), layout::page(&whole)).into_response()
}

pub(super) async fn back<T>(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    typed: &Typed,
    result: Result<T, Error>,
) -> PageResult<Response> {
    match result {
        Ok(_) => Ok(see_other(&routes::ticket(no))),
        Err(Error::Refused(refusal)) => draw(state, ctx, no, Some(&refusal), typed).await,
        Err(error) => Err(error.into()),
    }
}

/// Appends an entry.
pub(super) async fn add_entry(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): No,
    form: Form<EntryForm>,
) -> PageResult<Response> {
    let new = NewEntry::from(form.fields);
    let done = answered(steps::add_entry(&state.services, &ctx, no, new.clone(), &form.once).await);
    // What happened earlier isn't among the newest lines of a long timeline, and whoever wrote it looks for it.
    if done.is_ok() && !new.occurred_at.trim().is_empty() {
        return Ok(see_other(&routes::whole_ticket(no)));
    }
    back(&state, &ctx, no, &Typed::Entry(new), done).await
}

/// Moves the ticket on.
pub(super) async fn move_on(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): No,
    form: Form<TransitionForm>,
) -> PageResult<Response> {
    let version = form.fields.version.0;
    let typed = TypedTransition::from(form.fields);
    let words = Words { reason: &typed.reason, result: &typed.result, exit: &typed.exit };
    let done = match Transition::parse(&typed.transition, words) {
        Ok(step) => {
            let settled = typed.promises.as_str();
            let moved = steps::move_on(&state.services, &ctx, no, version, step, settled, &form.once).await;
            answered(moved)
        }
        Err(refusal) => Err(refusal.into()),
    };
    back(&state, &ctx, no, &Typed::Transition(typed), done).await
}

/// The last move was a mistake.
pub(super) async fn take_back(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): No,
    form: Form<TransitionForm>,
) -> PageResult<Response> {
    let version = form.fields.version.0;
    let done = answered(steps::take_back(&state.services, &ctx, no, version, &form.once).await);
    back(&state, &ctx, no, &Typed::Nothing, done).await
}

/// Changes incident, severity or owner.
pub(super) async fn change(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): No,
    form: Form<ChangeForm>,
) -> PageResult<Response> {
    let version = form.fields.version.0;
    let new = TicketChange::from(form.fields);
    let done = answered(steps::change(&state.services, &ctx, no, version, new.clone(), &form.once).await);
    back(&state, &ctx, no, &Typed::Change(new), done).await
}

/// What was heard before remote support, or before cleaning.
pub(super) async fn ask_evidence(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): No,
    form: Form<EvidenceForm>,
) -> PageResult<Response> {
    let (new, end) = form.fields.into_parts();
    let done = evidence_gate::ask(&state.services, &ctx, no, new.clone()).await;
    if done.is_ok() && end != remote::RemoteEnd::default() {
        // The end of a session was being typed: it goes on from there.
        return draw(&state, &ctx, no, None, &Typed::RemoteEnd(end)).await;
    }
    back(&state, &ctx, no, &Typed::Evidence(new, end), done).await
}

/// Begins remote support.
pub(super) async fn start_remote(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): No,
    form: Form<RemoteStartForm>,
) -> PageResult<Response> {
    let new = remote::RemoteStart::from(form.fields);
    let done = remote::start(&state.services, &ctx, no, new.clone()).await;
    back(&state, &ctx, no, &Typed::RemoteStart(new), done).await
}

/// Ends remote support.
pub(super) async fn end_remote(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, id)): At<(TicketNo, RemoteId)>,
    form: Form<RemoteEndForm>,
) -> PageResult<Response> {
    let end = remote::RemoteEnd::from(form.fields);
    let done = remote::end(&state.services, &ctx, no, id, end.clone()).await;
    back(&state, &ctx, no, &Typed::RemoteEnd(end), done).await
}

/// Keeps the ticket beyond its period.
pub(super) async fn place_hold(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): No,
    form: Form<HoldForm>,
) -> PageResult<Response> {
    let version = form.fields.version.0;
    let new = hold::NewHold::from(form.fields);
    let done = answered(hold::place(&state.services, &ctx, no, version, new.clone(), &form.once).await);
    back(&state, &ctx, no, &Typed::Hold(new), done).await
}

/// Lets go of it again.
pub(super) async fn lift_hold(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, id)): At<(TicketNo, HoldId)>,
) -> PageResult<Response> {
    let done = hold::lift(&state.services, &ctx, no, id).await;
    back(&state, &ctx, no, &Typed::Nothing, done).await
}

/// Which promise a call keeps.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ringing {
    promise: String,
}

/// The clinic is rung about its ticket: to the sheet.
pub(super) async fn ring(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    form: Form<Ringing>,
) -> PageResult<Response> {
    let promise = match form.fields.promise.as_str() {
        "" => None,
        typed => Some(typed.parse().map_err(|_| Error::NotFound("callback"))?),
    };
    match answered(outbound::about(&state.services, &ctx, no, promise, &form.once).await) {
        Ok(started) => Ok(see_other(&routes::call(started.call))),
        Err(error) => back(&state, &ctx, no, &Typed::Nothing, Err::<(), _>(error)).await,
    }
}

/// A callback was kept.
pub(super) async fn keep_callback(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<CallbackId>,
) -> PageResult<Response> {
    let number = callback::keep(&state.services, &ctx, id).await?;
    Ok(see_other(&number.map_or(routes::HOME.to_owned(), routes::ticket)))
}

/// Somebody takes one.
pub(super) async fn take_callback(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<CallbackId>,
    form: Form<TakenForm>,
) -> PageResult<Response> {
    let seen = form.fields.rings.parse().ok().map(AccountId);
    let number = callback::take(&state.services, &ctx, id, seen).await?;
    Ok(see_other(&number.map_or(routes::HOME.to_owned(), routes::ticket)))
}

/// Whom one saw ringing, before one took it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TakenForm {
    rings: String,
}

/// Somebody tried to keep one, in vain.
pub(super) async fn try_callback(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<CallbackId>,
    form: Form<TriedForm>,
) -> PageResult<Response> {
    let number = callback::tried(&state.services, &ctx, id, &form.fields.how).await?;
    Ok(see_other(&number.map_or(routes::HOME.to_owned(), routes::ticket)))
}

/// A task was finished.
pub(super) async fn finish_task(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<TaskId>,
    form: Form<TaskForm>,
) -> PageResult<Response> {
    let number = task::finish(&state.services, &ctx, id, &form.fields.outcome).await?;
    Ok(see_other(&number.map_or(routes::HOME.to_owned(), routes::ticket)))
}
