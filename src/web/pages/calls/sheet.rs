//! The call sheet's door.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use maud::Markup;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::domain::calls::sheet::SheetField;
use crate::domain::calls::{CallState, Disposition};
use crate::domain::ctx::Ctx;
use crate::domain::id::CallId;
use crate::domain::refusal::Refusal;
use crate::domain::verification::record::VerificationOutcome;
use crate::routes;
use crate::usecase::calls::lacking::{self, Foreseen};
use crate::usecase::calls::sheet as steps;
use crate::usecase::calls::sheet::FieldChange;
use crate::usecase::once::answered;
use crate::usecase::{Error, calls};
use crate::view::calls::sheet::{EndForm, SheetPage, cards_part, clinics_part, marks, open_part, page, verdict_part};
use crate::view::layout::Frame;
use crate::view::{format, layout};
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};
use crate::web::{AppState, assets};

/// The sheet of an open call, or an ended one for reading.
pub async fn show(State(state): State<AppState>, ctx: RequestCtx, At(call): At<CallId>) -> PageResult<Response> {
    let view = steps::view(&state.services, &ctx, call).await?;
    Ok(draw(&state, &ctx, &view, None, &EndForm::default(), None).await)
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    view: &steps::SheetView,
    refusal: Option<&Refusal>,
    end: &EndForm,
    foreseen: Option<Foreseen>,
) -> Response {
    let directory = state.services.index.get().map(|index| index.exported_on());
    let once = ctx.new_id().to_string();
    let body = page(&SheetPage {
        view,
        scheme: &state.services.scheme,
        refusal,
        end,
        foreseen,
        once,
        directory,
        now: ctx.now,
    });
    let open = view.call.state == CallState::Open;
    let title = if open { "通話".to_owned() } else { format!("通話 {}", format::date_time(view.call.arrived_at)) };
    let mut shown = frame::at_desk(state, ctx, routes::CALLS, &title, body).await;
    if open {
        shown.full_bleed = true;
        // One is at the call: the bar that leads back to it would be in the way.
        if let Frame::Desk(desk) = &mut shown.frame {
            desk.call = None;
        }
        shown.extra_scripts = vec![assets::sheet_script()];
        shown.key_hints = vec![
            ("F2", "会員確認"),
            ("F4", "ご案内"),
            ("Alt+1〜3", "答え"),
            ("Alt+0", "種別"),
            ("Alt+N", "ご相談内容"),
            ("Alt+7", "行ったこと"),
            ("Alt+5", "相談票"),
            ("Alt+8", "2次対応依頼"),
            ("Alt+9", "通話終了"),
        ];
    }
    let status = refusal.map_or(StatusCode::OK, status_of);
    (status, layout::page(&shown)).into_response()
}

/// The sheet again, with what was refused.
pub(super) async fn again(
    state: &AppState,
    ctx: &Ctx,
    call: CallId,
    refusal: &Refusal,
    end: &EndForm,
) -> PageResult<Response> {
    let view = steps::view(&state.services, ctx, call).await?;
    let foreseen = match Disposition::parse(&end.disposition) {
        Some(ends) if view.call.state == CallState::Open => {
            Some(lacking::foresee(&state.services, ctx, call, &end.asked(ends)).await?)
        }
        _ => None,
    };
    Ok(draw(state, ctx, &view, Some(refusal), end, foreseen).await)
}

/// After a small form: back to the sheet, or the sheet with what was refused.
pub(super) async fn back<T>(state: &AppState, ctx: &Ctx, call: CallId, done: Result<T, Error>) -> PageResult<Response> {
    match done {
        Ok(_) => Ok(see_other(&routes::call(call))),
        Err(Error::Refused(refusal)) => again(state, ctx, call, &refusal, &EndForm::default()).await,
        Err(error) => Err(error.into()),
    }
}

/// Fields as typed: `f.<name>` the text, `v.<name>` the version it was typed against, `t.<name>` where typing goes on.
fn changes(pairs: &[(String, String)]) -> Vec<FieldChange> {
    let typing = |name: &str| pairs.iter().any(|(key, _)| key.strip_prefix("t.") == Some(name));
    let version = |name: &str| {
        pairs.iter().find(|(key, _)| key.strip_prefix("v.") == Some(name)).and_then(|(_, v)| v.parse().ok())
    };
    pairs
        .iter()
        .filter_map(|(key, value)| key.strip_prefix("f.").map(|name| (name, value)))
        .map(|(name, value)| FieldChange {
            name: name.to_owned(),
            value: value.clone(),
            version: version(name).unwrap_or(0),
            typing: typing(name),
        })
        .collect()
}

pub(super) fn part(id: &str, drawn: Markup) -> (String, Value) {
    (id.to_owned(), drawn.into_string().into())
}

/// The marks beside the four items, and what the directory says as a whole.
fn verdict(state: &AppState, asked: &steps::Asked, ctx: DateTime<Utc>) -> Map<String, Value> {
    let directory = state.services.index.get().map(|index| index.exported_on());
    let whole = part("part-verdict", verdict_part(asked, &state.services.scheme, directory, ctx));
    marks(asked).into_iter().map(|(id, mark)| part(id, mark)).chain([whole]).collect()
}

/// What the directory says to what is being typed, at every key: the parts to draw anew, in JSON. Nothing is saved.
pub async fn candidates(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Vec<(String, String)>>,
) -> PageResult<Response> {
    let asked = steps::candidates(&state.services, &ctx, call, &changes(&form.fields)).await?;
    Ok(axum::Json(json!({ "parts": verdict(&state, &asked, ctx.now) })).into_response())
}

/// The parts of the page that a save changes.
async fn parts(
    state: &AppState,
    ctx: &Ctx,
    call: CallId,
    changes: &[FieldChange],
    saved: &mut steps::Saved,
) -> Result<Map<String, Value>, Error> {
    let touched = |field: SheetField| changes.iter().any(|c| c.name == field.name());
    let mut parts = Map::new();
    if !saved.items_touched && !touched(SheetField::Phone) && !touched(SheetField::Incident) {
        // What is being told is typed at every word: it's looked at only while there is a campaign to be told of.
        if !touched(SheetField::Narrative) || !steps::is_in_a_campaign(&state.services, ctx, call).await? {
            return Ok(parts);
        }
    }
    let told = saved.answer.take().map(|answer| (answer, saved.number));
    let view = steps::panel(&state.services, ctx, call, told).await?;
    let scheme = &state.services.scheme;
    parts.extend([part("part-clinics", clinics_part(&view)), part("part-open", open_part(&view, scheme))]);
    if saved.items_touched {
        parts.extend(verdict(state, &view.asked, ctx.now));
    }
    if touched(SheetField::Incident) {
        parts.extend([part("part-cards", cards_part(&view, scheme))]);
    }
    Ok(parts)
}

/// Saves what was typed; answers in JSON what was taken and the parts to draw anew.
pub async fn save(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Vec<(String, String)>>,
) -> PageResult<Response> {
    let changes = changes(&form.fields);
    let mut saved = steps::save(&state.services, &ctx, call, &changes).await?;
    let parts = parts(&state, &ctx, call, &changes, &mut saved).await?;
    let versions: Map<String, Value> =
        saved.versions.iter().map(|(name, version)| (name.clone(), json!(version))).collect();
    let conflicts: Vec<Value> =
        saved.conflicts.iter().map(|c| json!({ "name": c.name, "theirs": c.theirs, "version": c.version })).collect();
    let body = json!({
        "saved_at": format::time_s(saved.at), "versions": versions, "conflicts": conflicts, "faults": saved.faults, "parts": parts,
    });
    let status = if !saved.conflicts.is_empty() {
        StatusCode::CONFLICT
    } else if !saved.faults.is_empty() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, axum::Json(body)).into_response())
}

/// A card's answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Stamp {
    card: String,
    answer: String,
}

/// A card was said and something heard back.
pub async fn stamp(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Stamp>,
) -> PageResult<Response> {
    let done = steps::stamp(&state.services, &ctx, call, &form.fields.card, &form.fields.answer).await;
    back(&state, &ctx, call, done).await
}

/// A card was pressed by mistake.
pub async fn take_back(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Stamp>,
) -> PageResult<Response> {
    let done = steps::take_back(&state.services, &ctx, call, &form.fields.card).await;
    back(&state, &ctx, call, done).await
}

/// A line of one's own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Note {
    body: String,
}

/// What was done, in the operator's own words.
pub async fn jot(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Note>,
) -> PageResult<Response> {
    let done = steps::jot(&state.services, &ctx, call, &form.fields.body, &form.once).await;
    back(&state, &ctx, call, answered(done)).await
}

/// What a person makes of the engine's answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Verdict {
    recorded: String,
    reason: String,
}

/// Records who is calling.
pub async fn verify(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Verdict>,
) -> PageResult<Response> {
    let recorded = VerificationOutcome::parse(&form.fields.recorded);
    let done = steps::record_verification(&state.services, &ctx, call, recorded, &form.fields.reason).await;
    back(&state, &ctx, call, done).await
}

/// The number as it stood on the screen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HeardAgain {
    version: String,
}

/// The caller was asked for the number again and said the same.
pub async fn hear_again(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<HeardAgain>,
) -> PageResult<Response> {
    let version = form.fields.version.parse().unwrap_or(0);
    let done = steps::hear_again(&state.services, &ctx, call, version).await;
    back(&state, &ctx, call, done).await
}

/// Opens a ticket while the call lasts.
pub async fn open_ticket(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Note>,
) -> PageResult<Response> {
    let done = calls::open_ticket(&state.services, &ctx, call, &form.once).await;
    back(&state, &ctx, call, answered(done)).await
}

/// A ticket's number.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Link {
    ticket: String,
}

/// Ties the call to a ticket that exists.
pub async fn link(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(call): At<CallId>,
    form: Form<Link>,
) -> PageResult<Response> {
    let done = calls::link(&state.services, &ctx, call, &form.fields.ticket).await;
    back(&state, &ctx, call, done).await
}
