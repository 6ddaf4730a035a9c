//! The API's handlers: extract, call, answer.

use axum::Json as Answer;
use axum::extract::{Query, State};
use axum::http::StatusCode;

use super::wire::{
    CallLog, CallPage, ChangeIn, Done, Ended, LookUpIn, LookUpOut, Me, NewEntry, PublishedReport, SearchIn, TicketOut,
    TicketPage, TransitionIn,
};
use crate::domain::access::actor::Action;
use crate::domain::access::field::Field;
use crate::domain::reports::Period;
use crate::domain::tickets::transition::Words;
use crate::domain::tickets::{TicketNo, Transition};
use crate::usecase::calls::search;
use crate::usecase::once::answered;
use crate::usecase::tickets as steps;
use crate::usecase::tickets::page;
use crate::usecase::verification::api;
use crate::usecase::{Error, calls, reports};
use crate::web::AppState;
use crate::web::extract::{At, Json, RequestCtx};
use crate::web::pages::tickets::ListQuery;
use crate::web::problem::ApiProblem;

type ApiResult<T> = Result<Answer<T>, ApiProblem>;

/// Who the token is.
pub async fn me(ctx: RequestCtx) -> Answer<Me> {
    let actions = Action::ALL.iter().filter(|a| ctx.actor.may(**a)).map(|a| a.code()).collect();
    let seen = |field: &&Field| field.actions().iter().any(|action| ctx.actor.sees(*action, **field));
    let fields = Field::ALL.iter().filter(seen).map(|f| f.code()).collect();
    let role = ctx.actor.role.map_or("", |r| r.code()).to_owned();
    Answer(Me { name: ctx.actor.name.clone(), role, actions, fields })
}

/// A page of tickets.
pub async fn list(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Query(query): Query<ListQuery>,
) -> ApiResult<TicketPage> {
    let filter = query.filter(&state, &ctx)?;
    Ok(Answer(TicketPage::from(&steps::list(&state.services, &ctx, &filter).await?)))
}

/// Tickets that hold every word.
pub async fn search(State(state): State<AppState>, ctx: RequestCtx, asked: Json<SearchIn>) -> ApiResult<TicketPage> {
    let found = steps::find(&state.services, &ctx, &asked.body.q, asked.body.before).await?;
    Ok(Answer(TicketPage::from(&found)))
}

/// One ticket.
pub async fn show(State(state): State<AppState>, ctx: RequestCtx, At(no): At<TicketNo>) -> ApiResult<TicketOut> {
    Ok(Answer(TicketOut::from(&page::show(&state.services, &ctx, no).await?)))
}

/// Appends an entry.
pub async fn add_entry(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    new: Json<NewEntry>,
) -> ApiResult<Done> {
    let done = steps::add_entry(&state.services, &ctx, no, new.body.into(), &new.once).await;
    Ok(Answer(answered(done)?.into()))
}

/// Moves a ticket on.
pub async fn move_on(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    asked: Json<TransitionIn>,
) -> ApiResult<Done> {
    let TransitionIn { transition, version, reason, result, exit, promises } = &asked.body;
    let step = Transition::parse(transition, Words { reason, result, exit }).map_err(Error::from)?;
    let done = steps::move_on(&state.services, &ctx, no, *version, step, promises, &asked.once).await;
    Ok(Answer(answered(done)?.into()))
}

/// Changes incident, severity or owner.
pub async fn change(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    asked: Json<ChangeIn>,
) -> ApiResult<Done> {
    let ChangeIn { version, change } = asked.body;
    let done = steps::change(&state.services, &ctx, no, version, change.into(), &asked.once).await;
    Ok(Answer(answered(done)?.into()))
}

/// Logs a finished call.
pub async fn log_call(
    State(state): State<AppState>,
    ctx: RequestCtx,
    new: Json<CallLog>,
) -> Result<(StatusCode, Answer<Ended>), ApiProblem> {
    let ended = answered(calls::log(&state.services, &ctx, new.body.into(), &new.once).await)?;
    Ok((StatusCode::CREATED, Answer(ended.into())))
}

/// Calls without a ticket that hold every word.
pub async fn search_calls(
    State(state): State<AppState>,
    ctx: RequestCtx,
    asked: Json<SearchIn>,
) -> ApiResult<CallPage> {
    let found = search::find(&state.services, &ctx, &asked.body.q, asked.body.before).await?;
    Ok(Answer(CallPage::from(&found)))
}

/// Holds what a caller said against the directory.
pub async fn look_up(State(state): State<AppState>, ctx: RequestCtx, asked: Json<LookUpIn>) -> ApiResult<LookUpOut> {
    let asked = asked.body;
    let day = asked.call_date.unwrap_or_else(|| ctx.today());
    let (answer, version) =
        api::look_up(&state.services, &ctx, day, asked.name, asked.facility, asked.address, asked.number).await?;
    Ok(Answer(LookUpOut::of(&answer, version)))
}

/// A published report.
pub async fn report(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(period): At<Period>,
) -> ApiResult<PublishedReport> {
    Ok(Answer(reports::read::of(&state.services, &ctx, period).await?.into()))
}
