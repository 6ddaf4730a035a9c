//! The wave radar and its campaigns.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::CampaignId;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::TicketNo;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::incidents::campaigns::{self as steps, Which, Words};
use crate::usecase::incidents::radar;
use crate::usecase::once::answered;
use crate::view::incidents::radar::{self as view, RadarPage, Refused};
use crate::view::layout;
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// Opens the doors.
pub(super) fn open(doors: &mut Doors) {
    doors.page(Method::GET, routes::WAVES, Action::Tier2, show);
    doors.page(Method::POST, routes::WAVES_CAMPAIGNS, Action::Tier2, begin);
    doors.page(Method::POST, routes::WAVES_JOINED, Action::Tier2, join);
    doors.page(Method::POST, routes::WAVES_ASIDE, Action::Tier2, set_aside);
    doors.page(Method::POST, "/campaigns/{id}", Action::Tier2, change);
    doors.page(Method::POST, "/campaigns/{id}/tickets", Action::Tier2, add);
    doors.page(Method::POST, "/campaigns/{id}/news", Action::Tier2, follow_up);
    doors.page(Method::POST, "/campaigns/{id}/tickets/{no}/leave", Action::Tier2, leave);
}

/// The page.
async fn show(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    draw(&state, &ctx, None, &Refused::Nothing).await
}

async fn draw(state: &AppState, ctx: &Ctx, refusal: Option<&Refusal>, refused: &Refused) -> PageResult<Response> {
    let radar = radar::show(&state.services, ctx).await?;
    let once = ctx.new_id().simple().to_string();
    let page = RadarPage { radar: &radar, lists: &state.services.scheme.lists, refusal, refused, once: &once };
    let whole = frame::at_desk(state, ctx, routes::WAVES, "同じ手がかりの相談", view::page(&page)).await;
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&whole)).into_response())
}

async fn back(state: &AppState, ctx: &Ctx, refused: Refused, done: Result<(), Error>) -> PageResult<Response> {
    match done {
        Ok(()) => Ok(see_other(routes::WAVES)),
        Err(Error::Refused(refusal)) => draw(state, ctx, Some(&refusal), &refused).await,
        Err(error) => Err(error.into()),
    }
}

/// What a form of the page sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    kind: String,
    key: String,
    incident: String,
    into: String,
    name: String,
    advice: String,
    why: String,
    ticket: String,
    news: String,
    version: String,
    ended: String,
}

impl Typed {
    fn which(&self) -> Which {
        Which { kind: self.kind.clone(), key: self.key.clone(), incident: self.incident.clone() }
    }

    fn words(&self) -> Words {
        Words { name: self.name.clone(), advice: self.advice.clone() }
    }
}

/// A new campaign of a wave.
async fn begin(State(state): State<AppState>, ctx: RequestCtx, form: Form<Typed>) -> PageResult<Response> {
    let (which, words) = (form.fields.which(), form.fields.words());
    let done = answered(steps::open(&state.services, &ctx, &which, &words, &form.once).await).map(drop);
    back(&state, &ctx, Refused::Open(which, words), done).await
}

/// A wave's tickets join a campaign: the one that is known by the same, or the one that was chosen.
async fn join(State(state): State<AppState>, ctx: RequestCtx, form: Form<Typed>) -> PageResult<Response> {
    let into = form.fields.into.parse().ok().map(CampaignId);
    let done = steps::join(&state.services, &ctx, &form.fields.which(), into).await;
    back(&state, &ctx, Refused::Nothing, done).await
}

/// A wave is none.
async fn set_aside(State(state): State<AppState>, ctx: RequestCtx, form: Form<Typed>) -> PageResult<Response> {
    let which = form.fields.which();
    let done = steps::set_aside(&state.services, &ctx, &which, &form.fields.why).await;
    back(&state, &ctx, Refused::Aside(which, form.fields.why.clone()), done).await
}

/// Changes a campaign, or ends it.
async fn change(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<CampaignId>,
    form: Form<Typed>,
) -> PageResult<Response> {
    // Whoever sends none saw none.
    let version = form.fields.version.parse().unwrap_or(-1);
    let words = form.fields.words();
    let done = steps::change(&state.services, &ctx, id, version, &words, form.fields.ended == "yes").await;
    back(&state, &ctx, Refused::Change(id.to_string(), words), done).await
}

/// A ticket joins, by its number.
async fn add(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<CampaignId>,
    form: Form<Typed>,
) -> PageResult<Response> {
    let no = form.fields.ticket.clone();
    let done = steps::add(&state.services, &ctx, id, &no).await;
    back(&state, &ctx, Refused::Add(id.to_string(), no), done).await
}

/// What is new is written on all of its tickets.
async fn follow_up(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<CampaignId>,
    form: Form<Typed>,
) -> PageResult<Response> {
    let news = form.fields.news.clone();
    let done = answered(steps::follow_up(&state.services, &ctx, id, &news, &form.once).await).map(drop);
    back(&state, &ctx, Refused::FollowUp(id.to_string(), news), done).await
}

/// A ticket leaves again.
async fn leave(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((id, no)): At<(CampaignId, TicketNo)>,
) -> PageResult<Response> {
    let done = steps::leave(&state.services, &ctx, id, no).await;
    back(&state, &ctx, Refused::Nothing, done).await
}
