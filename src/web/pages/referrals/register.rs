//! The register of firms.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::domain::ctx::Ctx;
use crate::domain::id::FirmId;
use crate::domain::referrals::Firm;
use crate::domain::referrals::typed_firm::TypedFirm;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::referrals::register as steps;
use crate::view::layout;
use crate::view::referrals::register as view;
use crate::web::AppState;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// The register, and what became of the referrals of a year.
pub async fn list(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    let register = steps::show(&state.services, &ctx).await?;
    let page = view::page(&register, ctx.today());
    Ok(layout::page(&frame::at_desk(&state, &ctx, routes::FIRMS, "専門事業者の登録簿", page).await).into_response())
}

/// The form for a new one.
pub async fn new(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    let blank = TypedFirm { verified_on: ctx.today().to_string(), active: "yes".into(), ..TypedFirm::default() };
    draw(&state, &ctx, None, &blank, None).await
}

/// One of them.
pub async fn show(State(state): State<AppState>, ctx: RequestCtx, At(id): At<FirmId>) -> PageResult<Response> {
    let firm = steps::one(&state.services, &ctx, id).await?;
    draw(&state, &ctx, Some(&firm), &firm.typed(), None).await
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    stands: Option<&Firm>,
    typed: &TypedFirm,
    refusal: Option<&Refusal>,
) -> PageResult<Response> {
    let title = stands.map_or("事業者を加える", |firm| firm.name.as_str());
    let page = view::one(stands, typed, refusal, ctx.today());
    let whole = frame::at_desk(state, ctx, routes::FIRMS, title, page).await;
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&whole)).into_response())
}

type Typed = Form<TypedFirm>;

/// Adds one.
pub async fn add(State(state): State<AppState>, ctx: RequestCtx, form: Typed) -> PageResult<Response> {
    match steps::save(&state.services, &ctx, None, &form.fields).await {
        Ok(_) => Ok(see_other(routes::FIRMS)),
        Err(Error::Refused(refusal)) => draw(&state, &ctx, None, &form.fields, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// A firm as typed over what the page showed.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Change {
    version: String,
    #[serde(flatten)]
    typed: TypedFirm,
}

/// Changes one.
pub async fn change(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(id): At<FirmId>,
    form: Form<Change>,
) -> PageResult<Response> {
    // Whoever sends none saw none.
    let version = form.fields.version.parse().unwrap_or(-1);
    let typed = &form.fields.typed;
    match steps::save(&state.services, &ctx, Some((id, version)), typed).await {
        Ok(_) => Ok(see_other(routes::FIRMS)),
        Err(Error::Refused(refusal)) => {
            let stands = steps::one(&state.services, &ctx, id).await?;
            draw(&state, &ctx, Some(&stands), typed, Some(&refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The register as a file.
pub async fn export(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    let file = steps::export(&state.services, &ctx).await?;
    let name = format!("attachment; filename=\"firms-{}.csv\"", ctx.today());
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], file).into_response())
}
