//! Tickets' door: the list and the search; one ticket and what is done on it stand in `one`.

mod forms;
mod one;
mod together;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::frame;
use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::scheme::codes;
use crate::domain::tickets::StatusKind;
use crate::domain::tickets::line::{TicketFilter, Whose};
use crate::routes;
use crate::routes as at;
use crate::usecase::Error;
use crate::usecase::calls::search;
use crate::usecase::calls::search::FoundCalls;
use crate::usecase::tickets::{self as steps, TicketList};
use crate::view::layout;
use crate::view::tickets::{ListPage, SearchPage, list as list_view, search as search_view};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{Form, RequestCtx};
use crate::web::problem::{PageResult, status_of};
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::TICKETS, Action::TicketFind, list);
    doors.page(Method::POST, at::TICKET_SEARCH, Action::TicketFind, search);
    doors.page(Method::GET, at::TICKET_SEARCH, Action::TicketFind, search_form);
    doors.page(Method::GET, "/tickets/{no}", Action::TicketRead, one::show);
    together::open(doors);
    doors.page(Method::POST, "/tickets/{no}/entries", Action::TicketWork, one::add_entry);
    doors.page(Method::POST, "/tickets/{no}/transitions", Action::TicketWork, one::move_on);
    doors.page(Method::POST, "/tickets/{no}/transitions/back", Action::TicketWork, one::take_back);
    doors.page(Method::POST, "/tickets/{no}/calls", Action::CallWork, one::ring);
    doors.page(Method::POST, "/tickets/{no}/change", Action::TicketWork, one::change);
    doors.page(Method::POST, "/tickets/{no}/evidence", Action::TicketWork, one::ask_evidence);
    doors.page(Method::POST, "/tickets/{no}/remotes", Action::TicketWork, one::start_remote);
    doors.page(Method::POST, "/tickets/{no}/remotes/{id}/end", Action::TicketWork, one::end_remote);
    doors.page(Method::POST, "/tickets/{no}/holds", Action::RetentionHold, one::place_hold);
    doors.page(Method::POST, "/tickets/{no}/holds/{id}/lift", Action::RetentionHold, one::lift_hold);
    doors.page(Method::POST, "/callbacks/{id}/kept", Action::TicketWork, one::keep_callback);
    doors.page(Method::POST, "/callbacks/{id}/taken", Action::CallWork, one::take_callback);
    doors.page(Method::POST, "/callbacks/{id}/tried", Action::TicketWork, one::try_callback);
    doors.page(Method::POST, "/tasks/{id}/done", Action::TicketWork, one::finish_task);
}

/// Filters as they stand in the URL: codes and keys only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    state: String,
    incident: String,
    severity: String,
    owner: String,
    opened: String,
    before: String,
}

impl ListQuery {
    /// The filter; a code the scheme doesn't know is refused like an absent page.
    pub(crate) fn filter(&self, state: &AppState, ctx: &Ctx) -> Result<TicketFilter, Error> {
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
            owner: match self.owner.as_str() {
                "" => None,
                "me" => Some(Whose::Of(AccountId(ctx.actor.id))),
                "none" => Some(Whose::Nobody),
                "ended" => Some(Whose::Ended(ctx.now)),
                _ => return Err(Error::NotFound("list")),
            },
            opened_on: known(&self.opened, vec!["today"])?.map(|_| ctx.today()),
            before,
            ..TicketFilter::default()
        })
    }
}

/// The list.
pub async fn list(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let filter = query.filter(&state, &ctx)?;
    let found = steps::list(&state.services, &ctx, &filter).await?;
    let body = list_view(&ListPage {
        rows: &found.page.rows,
        older: found.page.older,
        filter: &filter,
        lists: &state.services.scheme.lists,
        names: &found.names,
        me: ctx.actor.id,
    });
    let mut page = frame::at_desk(&state, &ctx, routes::TICKETS, "相談票", body).await;
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
    layout::page(&frame::at_desk(&state, &ctx, routes::TICKETS, "検索", body).await).into_response()
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
    Ok((status, layout::page(&frame::at_desk(&state, &ctx, routes::TICKETS, "検索", body).await)).into_response())
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
