//! Papers to be dictated, dossiers to be handed over, and what authorities ask for.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use super::field;
use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::{AuthorityRequestId, DossierId};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::TicketNo;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::incidents::authorities::{self, NewRequest};
use crate::usecase::incidents::dossiers::{self, NewDossier};
use crate::usecase::incidents::{dossier_file, papers};
use crate::usecase::once::answered;
use crate::view::incidents::authorities::Refused;
use crate::view::incidents::dossiers::{self as view, DossiersPage, MadePage, NewPage};
use crate::view::incidents::papers::{self as paper_view, PaperPage};
use crate::view::layout;
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// Opens the doors.
pub(super) fn open(doors: &mut Doors) {
    doors.page(Method::GET, "/tickets/{no}/papers/{paper}", Action::TicketWork, show);
    doors.page(Method::POST, "/tickets/{no}/papers/{paper}/{item}", Action::TicketWork, dictated);
    doors.page(Method::GET, "/tickets/{no}/dossiers", Action::DossierHand, list);
    doors.page(Method::POST, "/tickets/{no}/dossiers", Action::DossierHand, make);
    doors.page(Method::GET, "/tickets/{no}/dossiers/new/{recipient}", Action::DossierHand, new);
    doors.page(Method::GET, "/tickets/{no}/dossiers/{id}", Action::DossierHand, one);
    doors.page(Method::POST, "/tickets/{no}/dossiers/{id}/password", Action::DossierHand, password);
    doors.page(Method::POST, "/tickets/{no}/dossiers/{id}/told", Action::DossierHand, told);
    doors.page(Method::GET, "/tickets/{no}/dossiers/{id}/export", Action::DossierExport, file);
    doors.page(Method::POST, "/tickets/{no}/authorities", Action::DossierHand, ask);
    doors.page(Method::POST, "/tickets/{no}/authorities/{id}/answer", Action::DossierHand, answer);
}

type Pairs = Form<Vec<(String, String)>>;

async fn whole(state: &AppState, ctx: &Ctx, title: &str, body: Markup, refusal: Option<&Refusal>) -> Response {
    let page = frame::at_desk(state, ctx, routes::TICKETS, title, body).await;
    (refusal.map_or(StatusCode::OK, status_of), layout::page(&page)).into_response()
}

/// The draft of a paper.
async fn show(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, paper)): At<(TicketNo, String)>,
) -> PageResult<Response> {
    draw_paper(&state, &ctx, no, &paper, None).await
}

async fn draw_paper(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    paper: &str,
    refusal: Option<&Refusal>,
) -> PageResult<Response> {
    let view = papers::show(&state.services, ctx, no, paper).await?;
    let page = PaperPage { view: &view, scheme: &state.services.scheme, refusal };
    let title = format!("{} {no}", view.paper.label);
    Ok(whole(state, ctx, &title, paper_view::page(&page), refusal).await)
}

/// An item was dictated, or wasn't.
async fn dictated(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, paper, item)): At<(TicketNo, String, String)>,
    form: Pairs,
) -> PageResult<Response> {
    let back = field(&form.fields, "back") == "yes";
    match papers::dictated(&state.services, &ctx, no, &paper, &item, back).await {
        Ok(()) => Ok(see_other(&routes::paper(no, &paper))),
        Err(Error::Refused(refusal)) => draw_paper(&state, &ctx, no, &paper, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// A ticket's dossiers.
async fn list(State(state): State<AppState>, ctx: RequestCtx, At(no): At<TicketNo>) -> PageResult<Response> {
    draw_list(&state, &ctx, no, None, &Refused::Nothing).await
}

async fn draw_list(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    refusal: Option<&Refusal>,
    refused: &Refused,
) -> PageResult<Response> {
    let view = dossiers::show(&state.services, ctx, no).await?;
    let once = ctx.new_id().simple().to_string();
    let body = view::page(&DossiersPage { view: &view, ctx, refusal, refused, once: &once });
    Ok(whole(state, ctx, &format!("引渡し資料 {no}"), body, refusal).await)
}

/// A new one, line by line.
async fn new(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, recipient)): At<(TicketNo, String)>,
) -> PageResult<Response> {
    draw_new(&state, &ctx, no, &recipient, None, None).await
}

async fn draw_new(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    recipient: &str,
    typed: Option<&NewDossier>,
    refusal: Option<&Refusal>,
) -> PageResult<Response> {
    let preview = dossiers::preview(&state.services, ctx, no, recipient).await?;
    let once = ctx.new_id().simple().to_string();
    let body = view::new_page(&NewPage { preview: &preview, typed, refusal, once: &once });
    Ok(whole(state, ctx, &format!("引渡し資料の作成 {no}"), body, refusal).await)
}

/// Makes it.
async fn make(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    form: Pairs,
) -> PageResult<Response> {
    let of = |name| field(&form.fields, name);
    let keep = form.fields.iter().filter(|(name, _)| name == "keep").map(|(_, value)| value.clone()).collect();
    let new = NewDossier {
        recipient: of("recipient"),
        to: of("to"),
        means: of("means"),
        consent_by: of("consent_by"),
        looked: of("looked") == "yes",
        keep,
        seen: of("seen"),
    };
    match answered(dossiers::make(&state.services, &ctx, no, &new, &form.once).await) {
        Ok(id) => Ok(see_other(&routes::dossier(no, id))),
        Err(Error::Refused(refusal)) => draw_new(&state, &ctx, no, &new.recipient, Some(&new), Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

type One = At<(TicketNo, DossierId)>;

/// One of them.
async fn one(State(state): State<AppState>, ctx: RequestCtx, At((no, id)): One) -> PageResult<Response> {
    draw_one(&state, &ctx, no, id, false, None, "").await
}

async fn draw_one(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    id: DossierId,
    reveal: bool,
    refusal: Option<&Refusal>,
    told: &str,
) -> PageResult<Response> {
    let made = dossiers::one(&state.services, ctx, no, id, reveal).await?;
    let body = view::made_page(&MadePage { made: &made, refusal, told });
    Ok(whole(state, ctx, &format!("引渡し資料 {no}"), body, refusal).await)
}

/// Its password.
async fn password(State(state): State<AppState>, ctx: RequestCtx, At((no, id)): One) -> PageResult<Response> {
    draw_one(&state, &ctx, no, id, true, None, "").await
}

/// Its password was told.
async fn told(State(state): State<AppState>, ctx: RequestCtx, At((no, id)): One, form: Pairs) -> PageResult<Response> {
    let words = field(&form.fields, "told");
    match dossiers::told(&state.services, &ctx, no, id, &words).await {
        Ok(()) => Ok(see_other(&routes::dossier(no, id))),
        Err(Error::Refused(refusal)) => draw_one(&state, &ctx, no, id, false, Some(&refusal), &words).await,
        Err(error) => Err(error.into()),
    }
}

/// The locked file.
async fn file(State(state): State<AppState>, ctx: RequestCtx, At((no, id)): One) -> PageResult<Response> {
    let file = match dossier_file::file(&state.services, &ctx, no, id).await {
        Ok(file) => file,
        Err(Error::Refused(refusal)) => return draw_one(&state, &ctx, no, id, false, Some(&refusal), "").await,
        Err(error) => return Err(error.into()),
    };
    let name = format!("attachment; filename=\"dossier-{no}.pdf\"");
    Ok(([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, name)], file).into_response())
}

/// An authority asks.
async fn ask(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(no): At<TicketNo>,
    form: Pairs,
) -> PageResult<Response> {
    let of = |name| field(&form.fields, name);
    let new = NewRequest { asks: of("asks"), document: of("document"), wants: of("wants"), agreed_by: of("agreed_by") };
    let done = answered(authorities::ask(&state.services, &ctx, no, &new, &form.once).await);
    back(&state, &ctx, no, Refused::Request(new), done).await
}

/// It's answered.
async fn answer(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At((no, id)): At<(TicketNo, AuthorityRequestId)>,
    form: Pairs,
) -> PageResult<Response> {
    let (answer, why) = (field(&form.fields, "answer"), field(&form.fields, "why"));
    let done = authorities::answer(&state.services, &ctx, no, id, &answer, &why).await;
    back(&state, &ctx, no, Refused::Answer(id.to_string(), answer, why), done).await
}

async fn back(
    state: &AppState,
    ctx: &Ctx,
    no: TicketNo,
    refused: Refused,
    done: Result<(), Error>,
) -> PageResult<Response> {
    match done {
        Ok(()) => Ok(see_other(&routes::ticket_part(no, "dossiers"))),
        Err(Error::Refused(refusal)) => draw_list(state, ctx, no, Some(&refusal), &refused).await,
        Err(error) => Err(error.into()),
    }
}
