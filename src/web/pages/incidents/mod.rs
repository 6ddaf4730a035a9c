//! The record of an incident, and the clocks of the clinic's duties.

mod papers;
mod radar;

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::{EvidenceItemId, IndicatorId};
use crate::domain::incidents::{Extent, Fact};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::TicketNo;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::incidents::clocks::{self, NewEnd};
use crate::usecase::incidents::evidence::{self, NewItem};
use crate::usecase::incidents::indicators;
use crate::usecase::incidents::record::{self, Typed};
use crate::usecase::once::answered;
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
    doors.page(Method::POST, "/tickets/{no}/indicators", Action::TicketWork, tell);
    doors.page(Method::POST, "/tickets/{no}/indicators/{id}/back", Action::TicketWork, take_back);
    papers::open(doors);
    radar::open(doors);
    doors.page(Method::POST, "/tickets/{no}/duties/{duty}", Action::TicketWork, end);
    doors.page(Method::POST, "/tickets/{no}/duties/{duty}/resume", Action::TicketWork, resume);
}

/// The page.
async fn show(State(state): State<AppState>, ctx: RequestCtx, At(no): At<TicketNo>) -> PageResult<Response> {
    draw(&state, &ctx, no, None, &Refused::Nothing, &[]).await
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    refusal: Option<&Refusal>,
    refused: &Refused,
    facts: &[Typed],
) -> PageResult<Response> {
    let shown = record::show(&state.services, ctx, no).await?;
    let page = IncidentPage { view: &shown, scheme: &state.services.scheme, ctx, refusal, refused, facts };
    let title = format!("インシデント記録 {no}");
    let mut whole = frame::at_desk(state, ctx, routes::TICKETS, &title, view::page(&page)).await;
    if shown.ticket.merged_into.is_none() {
        whole.key_hints = vec![("F4", "知った日時"), ("Ctrl+Enter", "保存"), ("/", "検索")];
    }
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&whole)).into_response())
}

/// Back to the page, or the page with what was refused: what was typed into its other forms stands there too.
async fn back(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    refused: &Refused,
    facts: &[Typed],
    result: Result<(), Error>,
) -> PageResult<Response> {
    match result {
        Ok(()) => Ok(see_other(&routes::ticket_part(no, "incident"))),
        Err(Error::Refused(refusal)) => draw(state, ctx, no, Some(&refusal), refused, facts).await,
        Err(error) => Err(error.into()),
    }
}

/// What a form of the page's side does, after what was being typed of the facts is saved: nothing of it is lost, and
/// nothing is done where it can't be.
async fn beside(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    pairs: &[(String, String)],
    refused: &Refused,
    does: impl Future<Output = Result<(), Error>>,
) -> PageResult<Response> {
    let typed = facts(pairs);
    match record::save(&state.services, ctx, no, &typed, Extent::SoFar, &None).await {
        Ok(()) => back(state, ctx, no, refused, &[], does.await).await,
        unsaved => back(state, ctx, no, refused, &typed, unsaved).await,
    }
}

/// A field of a form.
fn field(pairs: &[(String, String)], name: &str) -> String {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

type Pairs = Form<Vec<(String, String)>>;

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
    form: Pairs,
) -> PageResult<Response> {
    let typed = facts(&form.fields);
    let done = answered(record::save(&state.services, &ctx, no, &typed, Extent::Whole, &form.once).await);
    back(&state, &ctx, no, &Refused::Nothing, &typed, done).await
}

/// Ends a clock.
async fn end(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, duty)): At<(TicketNo, String)>,
    form: Pairs,
) -> PageResult<Response> {
    let of = |name| field(&form.fields, name);
    let told = of("told") == "yes";
    let new = NewEnd { ended_as: of("ended_as"), at: of("at"), by: of("by"), receipt: of("receipt"), told };
    let refused = Refused::End(duty.clone(), new.clone());
    let does = clocks::end(&state.services, &ctx, no, &duty, &new);
    beside(&state, &ctx, no, &form.fields, &refused, does).await
}

/// Lets a clock run again.
async fn resume(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, duty)): At<(TicketNo, String)>,
    form: Pairs,
) -> PageResult<Response> {
    let why = field(&form.fields, "why");
    let refused = Refused::Resume(duty.clone(), why.clone());
    let does = clocks::resume(&state.services, &ctx, no, &duty, &why);
    beside(&state, &ctx, no, &form.fields, &refused, does).await
}

/// A piece of evidence as typed.
fn piece(pairs: &[(String, String)]) -> NewItem {
    let of = |name| field(pairs, name);
    let (item, label, place, holder) = (of("item"), of("label"), of("place"), of("holder"));
    NewItem { item, label, place, holder, state: of("state"), handed_to: of("handed_to"), handed_at: of("handed_at") }
}

/// Adds a piece of evidence.
async fn add_item(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    form: Pairs,
) -> PageResult<Response> {
    let new = piece(&form.fields);
    let refused = Refused::Evidence(None, new.clone());
    beside(&state, &ctx, no, &form.fields, &refused, evidence::add(&state.services, &ctx, no, &new)).await
}

/// Changes one.
async fn change_item(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, id)): At<(TicketNo, EvidenceItemId)>,
    form: Pairs,
) -> PageResult<Response> {
    // Whoever sends none saw none.
    let version = field(&form.fields, "version").parse().unwrap_or(-1);
    let new = piece(&form.fields);
    let refused = Refused::Evidence(Some((id, version)), new.clone());
    let does = evidence::change(&state.services, &ctx, no, id, version, &new);
    beside(&state, &ctx, no, &form.fields, &refused, does).await
}

/// Writes down what a caller said of the attack.
async fn tell(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    form: Pairs,
) -> PageResult<Response> {
    let (kind, said) = (field(&form.fields, "indicator_kind"), field(&form.fields, "said"));
    let refused = Refused::Indicator(kind.clone(), said.clone());
    let does = indicators::tell(&state.services, &ctx, no, &kind, &said, &None);
    beside(&state, &ctx, no, &form.fields, &refused, does).await
}

/// Takes one back.
async fn take_back(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, id)): At<(TicketNo, IndicatorId)>,
    form: Pairs,
) -> PageResult<Response> {
    let does = indicators::take_back(&state.services, &ctx, no, id);
    beside(&state, &ctx, no, &form.fields, &Refused::Nothing, does).await
}
