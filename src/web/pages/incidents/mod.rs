//! The record of an incident, and the clocks of the clinic's duties.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::EvidenceItemId;
use crate::domain::incidents::Fact;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::TicketNo;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::incidents::clocks::{self, NewEnd};
use crate::usecase::incidents::evidence::{self, NewItem};
use crate::usecase::incidents::record::{self, Typed};
use crate::view::incidents::{self as view, IncidentPage, Refused};
use crate::view::layout;
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// Opens the doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, "/tickets/{no}/incident", Action::TicketWork, show);
    doors.page(Method::POST, "/tickets/{no}/incident", Action::TicketWork, save);
    doors.page(Method::POST, "/tickets/{no}/items", Action::TicketWork, add_item);
    doors.page(Method::POST, "/tickets/{no}/items/{id}", Action::TicketWork, change_item);
    doors.page(Method::POST, "/tickets/{no}/duties/{duty}", Action::TicketWork, end);
    doors.page(Method::POST, "/tickets/{no}/duties/{duty}/resume", Action::TicketWork, resume);
}

/// The page.
async fn show(State(state): State<AppState>, ctx: RequestCtx, At(no): At<TicketNo>) -> PageResult<Response> {
    draw(&state, &ctx, no, None, &Refused::Nothing).await
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    refusal: Option<&Refusal>,
    refused: &Refused,
) -> PageResult<Response> {
    let shown = record::show(&state.services, ctx, no).await?;
    let page = IncidentPage { view: &shown, scheme: &state.services.scheme, ctx, refusal, refused };
    let title = format!("インシデント記録 {no}");
    let mut whole = frame::at_desk(state, ctx, routes::TICKETS, &title, view::page(&page)).await;
    whole.key_hints = vec![("F4", "知った日時"), ("Ctrl+Enter", "保存"), ("/", "検索")];
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&whole)).into_response())
}

async fn back(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    refused: &Refused,
    result: Result<(), Error>,
) -> PageResult<Response> {
    match result {
        Ok(()) => Ok(see_other(&routes::ticket_part(no, "incident"))),
        Err(Error::Refused(refusal)) => draw(state, ctx, no, Some(&refusal), refused).await,
        Err(error) => Err(error.into()),
    }
}

/// The facts as typed: each under its code, with what the page had shown under `was_` and its code. A fact that isn't
/// sent stays as it is, one of several boxes is sent when its `was_` is.
fn facts(pairs: &[(String, String)]) -> Vec<Typed> {
    let of = |fact: Fact| {
        let shown = pairs.iter().find(|(name, _)| name.strip_prefix("was_") == Some(fact.code()))?.1.clone();
        let typed = pairs.iter().filter(|(name, _)| name == fact.code()).map(|(_, value)| value.as_str());
        Some(Typed { fact, typed: typed.collect::<Vec<_>>().join(","), shown })
    };
    Fact::ALL.iter().copied().filter_map(of).collect()
}

/// Saves what was told.
async fn save(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    form: Form<Vec<(String, String)>>,
) -> PageResult<Response> {
    let typed = facts(&form.fields);
    let done = record::save(&state.services, &ctx, no, &typed).await;
    back(&state, &ctx, no, &Refused::Facts(typed), done).await
}

/// How a clock ended.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EndForm {
    ended_as: String,
    at: String,
    by: String,
    receipt: String,
    told: String,
}

/// Ends a clock.
async fn end(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, duty)): At<(TicketNo, String)>,
    form: Form<EndForm>,
) -> PageResult<Response> {
    let EndForm { ended_as, at, by, receipt, told } = form.fields;
    let new = NewEnd { ended_as, at, by, receipt, told: told == "yes" };
    let done = clocks::end(&state.services, &ctx, no, &duty, &new).await;
    back(&state, &ctx, no, &Refused::End(duty, new), done).await
}

/// Why a clock runs again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WhyForm {
    why: String,
}

/// Lets a clock run again.
async fn resume(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, duty)): At<(TicketNo, String)>,
    form: Form<WhyForm>,
) -> PageResult<Response> {
    let why = form.fields.why;
    let done = clocks::resume(&state.services, &ctx, no, &duty, &why).await;
    back(&state, &ctx, no, &Refused::Resume(duty, why), done).await
}

/// A piece of evidence.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ItemForm {
    item: String,
    label: String,
    place: String,
    holder: String,
    state: String,
    handed_to: String,
    handed_at: String,
    version: String,
}

impl From<ItemForm> for NewItem {
    fn from(ItemForm { item, label, place, holder, state, handed_to, handed_at, .. }: ItemForm) -> Self {
        Self { item, label, place, holder, state, handed_to, handed_at }
    }
}

/// Adds a piece of evidence.
async fn add_item(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    form: Form<ItemForm>,
) -> PageResult<Response> {
    let new = NewItem::from(form.fields);
    let done = evidence::add(&state.services, &ctx, no, &new).await;
    back(&state, &ctx, no, &Refused::Evidence(None, new), done).await
}

/// Changes one.
async fn change_item(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, id)): At<(TicketNo, EvidenceItemId)>,
    form: Form<ItemForm>,
) -> PageResult<Response> {
    // Whoever sends none saw none.
    let version = form.fields.version.parse().unwrap_or(-1);
    let new = NewItem::from(form.fields);
    let done = evidence::change(&state.services, &ctx, no, id, version, &new).await;
    back(&state, &ctx, no, &Refused::Evidence(Some((id, version)), new), done).await
}
