//! Referrals of a ticket, and the register of firms.

pub mod register;

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::ReferralId;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::TicketNo;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::once::answered;
use crate::usecase::referrals::{NewStep, introduce, show as steps};
use crate::view::layout;
use crate::view::referrals::{self as view, ReferralsPage};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// Opens the doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, "/tickets/{no}/referrals", Action::ReferralWork, show);
    doors.page(Method::POST, "/tickets/{no}/referrals", Action::ReferralWork, begin);
    doors.page(Method::POST, "/tickets/{no}/referrals/{id}", Action::ReferralWork, take);
    doors.page(Method::GET, routes::FIRMS, Action::ReferralWork, register::list);
    doors.page(Method::POST, routes::FIRMS, Action::ReferralWork, register::add);
    doors.page(Method::GET, routes::FIRM_NEW, Action::ReferralWork, register::new);
    doors.page(Method::GET, routes::FIRMS_EXPORT, Action::FirmExport, register::export);
    doors.page(Method::GET, "/firms/{id}", Action::ReferralWork, register::show);
    doors.page(Method::POST, "/firms/{id}", Action::ReferralWork, register::change);
}

/// The form that was refused: of which referral, or of a new one, and what was typed.
type Typed<'a> = Option<(Option<ReferralId>, &'a NewStep)>;

/// The page.
async fn show(State(state): State<AppState>, ctx: RequestCtx, At(no): At<TicketNo>) -> PageResult<Response> {
    draw(&state, &ctx, no, None, None).await
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    refusal: Option<&Refusal>,
    typed: Typed<'_>,
) -> PageResult<Response> {
    let shown = steps::show(&state.services, ctx, no).await?;
    let page = ReferralsPage { view: &shown, scheme: &state.services.scheme, ctx, refusal, typed };
    let title = format!("専門事業者の紹介 {no}");
    let mut whole = frame::at_desk(state, ctx, routes::TICKETS, &title, view::page(&page)).await;
    whole.key_hints = vec![("Ctrl+Enter", "記録"), ("/", "検索")];
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&whole)).into_response())
}

async fn back(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    typed: Typed<'_>,
    result: Result<(), Error>,
) -> PageResult<Response> {
    match result {
        Ok(()) => Ok(see_other(&routes::referrals(no))),
        Err(Error::Refused(refusal)) => draw(state, ctx, no, Some(&refusal), typed).await,
        Err(error) => Err(error.into()),
    }
}

type Pairs = Form<Vec<(String, String)>>;

/// A step as typed.
fn typed(pairs: &[(String, String)]) -> NewStep {
    let of = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let all =
        |name: &str| pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect::<Vec<_>>();
    NewStep {
        step: of("step"),
        kind: of("kind"),
        asked_by: of("asked_by"),
        urgent: of("urgent") == "yes",
        said_by: of("said_by"),
        note: of("note"),
        told: of("told") == "yes",
        firms: all("firms"),
        firm: of("firm"),
        as_agreed: of("as_agreed") == "yes",
        items: all("items"),
        contact: of("contact"),
        how: of("how"),
        answer: of("answer"),
        contracted: of("contracted"),
        after_days: of("after_days"),
    }
}

/// Begins a referral.
async fn begin(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    form: Pairs,
) -> PageResult<Response> {
    let new = typed(&form.fields);
    let done = answered(introduce::begin(&state.services, &ctx, no, &new, &form.once).await);
    back(&state, &ctx, no, Some((None, &new)), done).await
}

/// Takes its next step.
async fn take(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, id)): At<(TicketNo, ReferralId)>,
    form: Pairs,
) -> PageResult<Response> {
    let new = typed(&form.fields);
    // Whoever sends no number of steps saw none.
    let seen = form.fields.iter().find(|(key, _)| key == "seen").and_then(|(_, seen)| seen.parse().ok()).unwrap_or(0);
    let done = answered(introduce::take(&state.services, &ctx, no, id, seen, &new, &form.once).await);
    back(&state, &ctx, no, Some((Some(id), &new)), done).await
}
