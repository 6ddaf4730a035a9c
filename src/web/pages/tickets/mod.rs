//! Tickets' door: the list, the search, one ticket and what is done on it.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::frame;
use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::{AccountId, CallbackId, HoldId, RemoteId, TaskId};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::codes;
use crate::domain::tickets::transition::Words;
use crate::domain::tickets::{StatusKind, TicketNo, Transition};
use crate::routes;
use crate::routes as at;
use crate::usecase::Error;
use crate::usecase::calls::search;
use crate::usecase::calls::search::FoundCalls;
use crate::usecase::once::answered;
use crate::usecase::rows::TicketFilter;
use crate::usecase::tickets::hold;
use crate::usecase::tickets::hold::NewHold;
use crate::usecase::tickets::page;
use crate::usecase::tickets::remote::{RemoteEnd, RemoteStart};
use crate::usecase::tickets::{self as steps, NewEntry, TicketChange, TicketList};
use crate::usecase::tickets::{callback, remote, task};
use crate::view::layout;
use crate::view::tickets::show::{beside_title, page};
use crate::view::tickets::{ListPage, SearchPage, ShowPage, list as list_view, search as search_view};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::problem::{PageResult, status_of};
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::TICKETS, Action::TicketFind, list);
    doors.page(Method::POST, at::TICKET_SEARCH, Action::TicketFind, search);
    doors.page(Method::GET, at::TICKET_SEARCH, Action::TicketFind, search_form);
    doors.page(Method::GET, "/tickets/{no}", Action::TicketRead, show);
    doors.page(Method::POST, "/tickets/{no}/entries", Action::TicketWork, add_entry);
    doors.page(Method::POST, "/tickets/{no}/transitions", Action::TicketWork, move_on);
    doors.page(Method::POST, "/tickets/{no}/change", Action::TicketWork, change);
    doors.page(Method::POST, "/tickets/{no}/remotes", Action::TicketWork, start_remote);
    doors.page(Method::POST, "/tickets/{no}/remotes/{id}/end", Action::TicketWork, end_remote);
    doors.page(Method::POST, "/tickets/{no}/holds", Action::RetentionHold, place_hold);
    doors.page(Method::POST, "/tickets/{no}/holds/{id}/lift", Action::RetentionHold, lift_hold);
    doors.page(Method::POST, "/callbacks/{id}/kept", Action::TicketWork, keep_callback);
    doors.page(Method::POST, "/tasks/{id}/done", Action::TicketWork, finish_task);
}

type Fields = HashMap<String, String>;

pub(in crate::web) fn number(text: &str) -> Result<TicketNo, Error> {
    TicketNo::parse(text).ok_or(Error::NotFound("ticket"))
}

/// Filters as they stand in the URL: codes and keys only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    state: String,
    incident: String,
    severity: String,
    owner: String,
    before: String,
}

impl ListQuery {
    /// The filter; a code the scheme doesn't know is refused like an absent page.
    pub(crate) fn filter(&self, state: &AppState, me: AccountId) -> Result<TicketFilter, Error> {
        let lists = &state.services.scheme.lists;
        let known = |code: &str, list: Vec<&str>| match code {
            "" => Ok(None),
            code if list.contains(&code) => Ok(Some(code.to_owned())),
            _ => Err(Error::NotFound("list")),
        };
        let states = match self.state.as_str() {
            "" | "open" => StatusKind::open().collect(),
            "all" => Vec::new(),
            code => vec![StatusKind::parse(code).ok_or(Error::NotFound("list"))?],
        };
        let before = match self.before.as_str() {
            "" => None,
            key => Some(key.parse().map_err(|_| Error::NotFound("list"))?),
        };
        Ok(TicketFilter {
            states,
            incident: known(&self.incident, codes(&lists.incident))?,
            severity: known(&self.severity, codes(&lists.severity))?,
            desk: None,
            owner: known(&self.owner, vec!["me"])?.map(|_| me),
            before,
        })
    }
}

/// The list.
pub async fn list(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let filter = query.filter(&state, AccountId(ctx.actor.id))?;
    let found = steps::list(&state.services, &ctx, &filter).await?;
    let body = list_view(&ListPage {
        rows: &found.page.rows,
        older: found.page.older,
        filter: &filter,
        lists: &state.services.scheme.lists,
        names: &found.names,
        me: ctx.actor.id,
    });
    let mut page = frame::at_desk(&state, &ctx, routes::TICKETS, "相談票", body);
    page.refresh_seconds = Some(60);
    Ok(layout::page(&page).into_response())
}

/// Words to search for, and what is older than a key: tickets or calls, page by page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    q: String,
    before: String,
    before_call: String,
}

/// The search before anything was asked.
pub async fn search_form(State(state): State<AppState>, ctx: RequestCtx) -> Response {
    let lists = &state.services.scheme.lists;
    let body = search_view(&SearchPage { question: "", tickets: None, calls: None, lists, error: None });
    layout::page(&frame::at_desk(&state, &ctx, routes::TICKETS, "検索", body)).into_response()
}

/// The search.
pub async fn search(State(state): State<AppState>, ctx: RequestCtx, form: Form<Question>) -> PageResult<Response> {
    let asked = form.fields;
    let lists = &state.services.scheme.lists;
    let (status, body) = match answers(&state, &ctx, &asked).await {
        Ok((tickets, calls)) => {
            let (question, tickets, calls) = (asked.q.trim(), tickets.as_ref(), calls.as_ref());
            (StatusCode::OK, search_view(&SearchPage { question, tickets, calls, lists, error: None }))
        }
        Err(Error::Refused(refusal)) => {
            let (question, error) = (asked.q.as_str(), refusal.about("q"));
            (status_of(&refusal), search_view(&SearchPage { question, tickets: None, calls: None, lists, error }))
        }
        Err(error) => return Err(error.into()),
    };
    Ok((status, layout::page(&frame::at_desk(&state, &ctx, routes::TICKETS, "検索", body))).into_response())
}

/// Tickets, and calls that led to none; only the one or the other where older ones are asked for.
async fn answers(
    state: &AppState,
    ctx: &Ctx,
    asked: &Question,
) -> Result<(Option<TicketList>, Option<FoundCalls>), Error> {
    let (before, before_call) = (asked.before.parse().ok(), asked.before_call.parse().ok());
    let tickets = match before_call {
        None => Some(steps::find(&state.services, ctx, &asked.q, before).await?),
        Some(_) => None,
    };
    let calls = match before {
        None => Some(search::find(&state.services, ctx, &asked.q, before_call).await?),
        Some(_) => None,
    };
    Ok((tickets, calls))
}

/// One ticket.
pub async fn show(State(state): State<AppState>, ctx: RequestCtx, Path(no): Path<String>) -> PageResult<Response> {
    draw(&state, &ctx, number(&no)?, None, &Fields::new()).await
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    refusal: Option<&Refusal>,
    typed: &Fields,
) -> PageResult<Response> {
    let view = page::show(&state.services, ctx, no).await?;
    let shown = ShowPage {
        view: &view,
        scheme: &state.services.scheme,
        ctx,
        refusal,
        typed,
        once: ctx.new_id().simple().to_string(),
    };
    // Whoever has no list of tickets came here from home.
    let place = if ctx.actor.may(Action::TicketFind) { routes::TICKETS } else { routes::HOME };
    let mut whole = frame::at_desk(state, ctx, place, &format!("相談票 {no}"), page(&shown));
    whole.beside_title = Some(beside_title(&shown));
    if ctx.actor.may(Action::TicketWork) {
        whole.key_hints = vec![("F4", "追記"), ("Ctrl+Enter", "追記する"), ("/", "検索")];
    }
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&whole)).into_response())
}

/// After a form: back to the ticket, or the ticket with what was refused and what had been typed.
async fn back<T>(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    typed: &Fields,
    result: Result<T, Error>,
) -> PageResult<Response> {
    match result {
        Ok(_) => Ok(see_other(&routes::ticket(no))),
        Err(Error::Refused(refusal)) => draw(state, ctx, no, Some(&refusal), typed).await,
        Err(error) => Err(error.into()),
    }
}

fn field(fields: &Fields, name: &str) -> String {
    fields.get(name).cloned().unwrap_or_default()
}

fn version(fields: &Fields) -> i64 {
    fields.get("version").and_then(|v| v.parse().ok()).unwrap_or(-1)
}

/// Appends an entry.
pub async fn add_entry(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path(no): Path<String>,
    form: Form<Fields>,
) -> PageResult<Response> {
    let no = number(&no)?;
    let typed = form.fields;
    let new = NewEntry {
        kind: field(&typed, "kind"),
        occurred_at: field(&typed, "occurred_at"),
        body: field(&typed, "body"),
    };
    let done = answered(steps::add_entry(&state.services, &ctx, no, new, &form.once).await);
    back(&state, &ctx, no, &typed, done).await
}

/// Moves the ticket on.
pub async fn move_on(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path(no): Path<String>,
    form: Form<Fields>,
) -> PageResult<Response> {
    let no = number(&no)?;
    let typed = form.fields;
    let said = |name: &str| typed.get(name).map_or("", String::as_str);
    let words = Words { reason: said("reason"), result: said("result"), exit: said("exit") };
    let step = match Transition::parse(said("transition"), words) {
        Ok(step) => step,
        Err(refusal) => return draw(&state, &ctx, no, Some(&refusal), &typed).await,
    };
    let done = answered(steps::move_on(&state.services, &ctx, no, version(&typed), step, &form.once).await);
    back(&state, &ctx, no, &typed, done).await
}

/// Changes incident, severity or owner.
pub async fn change(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path(no): Path<String>,
    form: Form<Fields>,
) -> PageResult<Response> {
    let no = number(&no)?;
    let typed = form.fields;
    let new = TicketChange {
        incident: field(&typed, "incident"),
        severity: field(&typed, "severity"),
        take_over: field(&typed, "take_over") == "yes",
    };
    let done = answered(steps::change(&state.services, &ctx, no, version(&typed), new, &form.once).await);
    back(&state, &ctx, no, &typed, done).await
}

/// Begins remote support.
pub async fn start_remote(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path(no): Path<String>,
    form: Form<Fields>,
) -> PageResult<Response> {
    let no = number(&no)?;
    let typed = form.fields;
    let new = RemoteStart {
        consent_by: field(&typed, "consent_by"),
        consented: field(&typed, "consented") == "yes",
        tool: field(&typed, "tool"),
        session_code: field(&typed, "session_code"),
    };
    let done = remote::start(&state.services, &ctx, no, new).await;
    back(&state, &ctx, no, &typed, done).await
}

/// Ends remote support.
pub async fn end_remote(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path((no, id)): Path<(String, String)>,
    form: Form<Fields>,
) -> PageResult<Response> {
    let no = number(&no)?;
    let id: RemoteId = id.parse().map_err(|_| Error::NotFound("remote"))?;
    let typed = form.fields;
    let end =
        RemoteEnd { done: field(&typed, "done"), found: field(&typed, "found"), outcome: field(&typed, "outcome") };
    let done = remote::end(&state.services, &ctx, no, id, end).await;
    back(&state, &ctx, no, &typed, done).await
}

/// Keeps the ticket beyond its period.
pub async fn place_hold(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path(no): Path<String>,
    form: Form<Fields>,
) -> PageResult<Response> {
    let no = number(&no)?;
    let typed = form.fields;
    let new = NewHold { reason: field(&typed, "hold_reason"), note: field(&typed, "note") };
    let done = answered(hold::place(&state.services, &ctx, no, version(&typed), new, &form.once).await);
    back(&state, &ctx, no, &typed, done).await
}

/// Lets go of it again.
pub async fn lift_hold(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path((no, id)): Path<(String, String)>,
) -> PageResult<Response> {
    let no = number(&no)?;
    let id: HoldId = id.parse().map_err(|_| Error::NotFound("hold"))?;
    let done = hold::lift(&state.services, &ctx, no, id).await;
    back(&state, &ctx, no, &Fields::new(), done).await
}

/// A callback was kept.
pub async fn keep_callback(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path(id): Path<String>,
) -> PageResult<Response> {
    let id: CallbackId = id.parse().map_err(|_| Error::NotFound("callback"))?;
    let number = callback::keep(&state.services, &ctx, id).await?;
    Ok(see_other(&number.map_or(routes::HOME.to_owned(), routes::ticket)))
}

/// A task was finished.
pub async fn finish_task(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Path(id): Path<String>,
    form: Form<Fields>,
) -> PageResult<Response> {
    let id: TaskId = id.parse().map_err(|_| Error::NotFound("task"))?;
    let number = task::finish(&state.services, &ctx, id, &field(&form.fields, "outcome")).await?;
    Ok(see_other(&number.map_or(routes::HOME.to_owned(), routes::ticket)))
}
