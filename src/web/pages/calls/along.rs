//! Reading along, and questions pinned to a sheet.

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, json};

use super::sheet;
use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::CallId;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::calls::along as steps;
use crate::usecase::once::answered;
use crate::view::calls::along::{AlongPage, page};
use crate::view::calls::sheet::asked_part;
use crate::view::layout;
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// Opens the doors.
pub(super) fn open(doors: &mut Doors) {
    doors.page(Method::GET, "/calls/{id}/along", Action::Tier2, show);
    doors.page(Method::POST, "/calls/{id}/questions", Action::Tier2, pin);
    doors.page(Method::GET, "/calls/{id}/asked", Action::CallWork, asked);
    doors.page(Method::POST, "/calls/{id}/answers", Action::CallWork, answer);
}

/// The page.
async fn show(State(state): State<AppState>, ctx: RequestCtx, At(call): At<CallId>) -> PageResult<Response> {
    draw(&state, &ctx, call, "", None).await
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    call: CallId,
    typed: &str,
    refusal: Option<&Refusal>,
) -> PageResult<Response> {
    let along = steps::show(&state.services, ctx, call).await?;
    let once = ctx.new_id().simple().to_string();
    let body = page(&AlongPage { along: &along, lists: &state.services.scheme.lists, typed, refusal, once: &once });
    let whole = frame::at_desk(state, ctx, routes::CALLS, "通話を読む", body).await;
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&whole)).into_response())
}

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Sent {
    words: String,
    question: String,
    answer: String,
}

/// Pins a question.
async fn pin(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Sent>,
) -> PageResult<Response> {
    match answered(steps::pin(&state.services, &ctx, call, &form.fields.words, &form.once).await) {
        Ok(()) => Ok(see_other(&routes::call_part(call, "along"))),
        Err(Error::Refused(refusal)) => draw(&state, &ctx, call, &form.fields.words, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// What is asked of whoever types the sheet: the part to draw anew, in JSON.
async fn asked(State(state): State<AppState>, ctx: RequestCtx, At(call): At<CallId>) -> PageResult<Response> {
    let asked = steps::asked(&state.services, &ctx, call).await?;
    let parts: Map<_, _> = [sheet::part("part-asked", asked_part(call, &asked, None))].into_iter().collect();
    Ok(axum::Json(json!({ "parts": parts })).into_response())
}

/// The caller answered.
async fn answer(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Sent>,
) -> PageResult<Response> {
    let which = form.fields.question.parse().map_err(|_| Error::NotFound("question"))?;
    let typed = &form.fields.answer;
    let done = steps::answer(&state.services, &ctx, call, which, typed).await;
    match done {
        // Said beside the answer, which stays as it was typed; the sheet around it isn't touched.
        Err(Error::Refused(refusal)) if !refusal.fields.is_empty() => {
            let asked = steps::asked(&state.services, &ctx, call).await?;
            let why = refusal.about("answer").unwrap_or(&refusal.message);
            Ok((status_of(&refusal), asked_part(call, &asked, Some((typed, why)))).into_response())
        }
        done => sheet::back(&state, &ctx, call, done).await,
    }
}
