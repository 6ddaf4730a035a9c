//! The record of an incident and referrals, for programs: the same steps as the pages'.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::Method;

use super::wire::{Done, FactsIn, IncidentOut, IndicatorIn, ReferralList, StepIn};
use crate::domain::access::actor::Action;
use crate::domain::id::ReferralId;
use crate::domain::incidents::Extent;
use crate::domain::tickets::TicketNo;
use crate::usecase::Error;
use crate::usecase::incidents::{indicators, record};
use crate::usecase::once::answered;
use crate::usecase::referrals::{introduce, show};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Json, RequestCtx};
use crate::web::problem::ApiProblem;

type ApiResult<T> = Result<Answer<T>, ApiProblem>;

/// Opens the doors.
pub(super) fn open(doors: &mut Doors) {
    doors.api(Method::GET, "/api/v1/tickets/{no}/incident", Action::TicketWork, incident);
    doors.api(Method::POST, "/api/v1/tickets/{no}/incident", Action::TicketWork, tell);
    doors.api(Method::POST, "/api/v1/tickets/{no}/indicators", Action::TicketWork, tell_indicator);
    doors.api(Method::GET, "/api/v1/tickets/{no}/referrals", Action::ReferralWork, referrals);
    doors.api(Method::POST, "/api/v1/tickets/{no}/referrals", Action::ReferralWork, begin);
    doors.api(Method::POST, "/api/v1/tickets/{no}/referrals/{id}", Action::ReferralWork, step);
}

fn done(no: TicketNo, result: Result<(), Error>) -> ApiResult<Done> {
    answered(result)?;
    Ok(Answer(Done { number: no.to_string() }))
}

/// What is known of an incident.
async fn incident(State(state): State<AppState>, ctx: RequestCtx, At(no): At<TicketNo>) -> ApiResult<IncidentOut> {
    Ok(Answer(IncidentOut::from(&record::show(&state.services, &ctx, no).await?)))
}

/// Facts were told.
async fn tell(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    told: Json<FactsIn>,
) -> ApiResult<Done> {
    let typed = told.body.typed().map_err(Error::from)?;
    done(no, record::save(&state.services, &ctx, no, &typed, Extent::Whole, &told.once).await)
}

/// A caller said something of the attack.
async fn tell_indicator(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    told: Json<IndicatorIn>,
) -> ApiResult<Done> {
    let IndicatorIn { kind, said } = &told.body;
    done(no, indicators::tell(&state.services, &ctx, no, kind, said, &told.once).await)
}

/// A ticket's referrals.
async fn referrals(State(state): State<AppState>, ctx: RequestCtx, At(no): At<TicketNo>) -> ApiResult<ReferralList> {
    Ok(Answer(ReferralList::from(&show::show(&state.services, &ctx, no).await?)))
}

/// Begins one.
async fn begin(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    asked: Json<StepIn>,
) -> ApiResult<Done> {
    done(no, introduce::begin(&state.services, &ctx, no, &asked.body.into(), &asked.once).await)
}

/// Takes a step.
async fn step(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, id)): At<(TicketNo, ReferralId)>,
    asked: Json<StepIn>,
) -> ApiResult<Done> {
    let seen = asked.body.seen;
    done(no, introduce::take(&state.services, &ctx, no, id, seen, &asked.body.into(), &asked.once).await)
}
