//! The end of a call: what it would lack, and ending it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, json};

use super::sheet::{again, part};
use crate::domain::calls::Disposition;
use crate::domain::calls::disposition::NextChoice;
use crate::domain::id::CallId;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::calls::wrap_up::WrapUp;
use crate::usecase::calls::{conversation, lacking};
use crate::usecase::once::answered;
use crate::usecase::{Error, calls};
use crate::view::calls::sheet::{EndForm, foreseen_part};
use crate::web::AppState;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::problem::PageResult;

/// What the end would lack and promise, while it is filled in: the part of the strip that says so.
pub async fn foresee(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<EndForm>,
) -> PageResult<Response> {
    let typed = form.fields;
    let Some(ends) = Disposition::parse(&typed.disposition) else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let seen = lacking::foresee(&state.services, &ctx, call, &typed.asked(ends)).await?;
    let parts = Map::from_iter([part("part-foreseen", foreseen_part(&Some(seen), &typed, None))]);
    Ok(axum::Json(json!({ "parts": parts })).into_response())
}

/// Ends the call: home, with what became of it; to the next clinic of the conversation while one is left.
pub async fn end(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<EndForm>,
) -> PageResult<Response> {
    let typed = form.fields;
    let Some(disposition) = Disposition::parse(&typed.disposition) else {
        let refusal = Refusal::field("disposition", "disposition.missing", "対応結果を選んでください");
        return again(&state, &ctx, call, &refusal, &typed).await;
    };
    let conclusion = WrapUp {
        disposition,
        complaint: typed.complaint == "yes",
        callback_at: typed.callback_at.clone(),
        callback_note: typed.callback_note.clone(),
        clinic_hours: typed.clinic_hours.clone(),
        next: NextChoice::parse(&typed.next),
        result: typed.result.clone(),
        next_reason: typed.next_reason.clone(),
        ticket: typed.ticket.clone(),
        promises: typed.promises.clone(),
        anyway: typed.anyway == "yes",
    };
    match answered(calls::end(&state.services, &ctx, call, conclusion, &form.once).await) {
        Ok(ended) => Ok(see_other(&match conversation::still_open(&state.services, &ctx, ended.call).await? {
            Some(next) => routes::call(next),
            None => routes::home_after(ended.call),
        })),
        Err(Error::Refused(refusal)) => again(&state, &ctx, call, &refusal, &typed).await,
        Err(error) => Err(error.into()),
    }
}
