//! The audit's door.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::frame;
use crate::domain::access::actor::Action;
use crate::domain::audit::line::AuditFilter;
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::time::day_start;
use crate::routes;
use crate::routes as at;
use crate::usecase::{Error, audit as steps};
use crate::view::{audit as view, layout};
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::problem::{PageResult, status_of};
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.page(Method::GET, at::AUDIT, Action::AuditRead, list);
    doors.page(Method::POST, at::AUDIT_TRAIL, Action::AuditRead, trail);
    doors.page(Method::POST, at::AUDIT_REVIEWS, Action::AuditReview, review);
    doors.page(Method::POST, at::AUDIT_EXPORT, Action::AuditExport, export);
}

/// Which entries. Days are Tokyo's, the last one included; `before` is microseconds since 1970 and an entry's id.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    from: String,
    until: String,
    actor: String,
    result: String,
    subject: String,
    before: String,
}

/// Whether anything can have been written down in a year: days at the ends of the calendar are no days of the engine's.
fn near(year: i32) -> bool {
    (2022..=2100).contains(&year)
}

impl Wanted {
    fn filter(&self) -> Result<AuditFilter, Error> {
        let absent = || Error::NotFound("audit");
        let id = |text: &str| match text {
            "" => Ok(None),
            text => text.parse::<Uuid>().map(Some).map_err(|_| absent()),
        };
        let day = |text: &str| match text {
            "" => Ok(None),
            text => text.parse::<NaiveDate>().ok().filter(|day| near(day.year())).map(Some).ok_or_else(absent),
        };
        let result = match self.result.as_str() {
            "" => None,
            known @ ("done" | "refused" | "failed") => Some(known.to_owned()),
            _ => return Err(absent()),
        };
        let before = match self.before.split_once('.') {
            None if self.before.is_empty() => None,
            None => return Err(absent()),
            Some((micros, id)) => {
                let at = micros.parse().ok().and_then(DateTime::<Utc>::from_timestamp_micros);
                let at = at.filter(|at| near(at.year())).ok_or_else(absent)?;
                Some((at, id.parse().map_err(|_| absent())?))
            }
        };
        Ok(AuditFilter {
            from: day(&self.from)?.map(day_start),
            until: day(&self.until)?.map(|day| day_start(day) + Duration::days(1)),
            actor: id(&self.actor)?,
            result,
            subject: id(&self.subject)?,
            before,
        })
    }

    fn shown(&self) -> view::Chosen<'_> {
        let Self { from, until, actor, result, subject, .. } = self;
        view::Chosen { from, until, actor, result, subject }
    }
}

/// A page of the audit.
pub async fn list(
    State(state): State<AppState>,
    ctx: RequestCtx,
    Query(wanted): Query<Wanted>,
) -> PageResult<Response> {
    draw(&state, &ctx, &wanted, "", None).await
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    wanted: &Wanted,
    typed: &str,
    refusal: Option<&Refusal>,
) -> PageResult<Response> {
    let page = steps::page(&state.services, ctx, &wanted.filter()?).await?;
    let body = view::page(&page, &wanted.shown(), typed, refusal);
    let status = refusal.map_or(StatusCode::OK, status_of);
    Ok((status, layout::page(&frame::at_desk(state, ctx, routes::AUDIT, "監査記録", body).await)).into_response())
}

/// A number as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Named {
    thing: String,
}

/// To the trail of what a number names.
pub async fn trail(State(state): State<AppState>, ctx: RequestCtx, form: Form<Named>) -> PageResult<Response> {
    match steps::named(&state.services, &ctx, &form.fields.thing).await {
        Ok(id) => Ok(see_other(&format!("{}?subject={id}", routes::AUDIT))),
        Err(Error::Refused(refusal)) => {
            draw(&state, &ctx, &Wanted::default(), &form.fields.thing, Some(&refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A review as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reviewed {
    note: String,
}

/// Notes a review.
pub async fn review(State(state): State<AppState>, ctx: RequestCtx, form: Form<Reviewed>) -> PageResult<Response> {
    match steps::review(&state.services, &ctx, &form.fields.note).await {
        Ok(()) => Ok(see_other(routes::AUDIT)),
        Err(Error::Refused(refusal)) => draw(&state, &ctx, &Wanted::default(), &form.fields.note, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// The entries of a filter as CSV.
pub async fn export(State(state): State<AppState>, ctx: RequestCtx, form: Form<Wanted>) -> PageResult<Response> {
    let export = steps::export(&state.services, &ctx, &form.fields.filter()?).await?;
    let name = format!("attachment; filename=\"audit-{}.csv\"", ctx.today());
    let file = view::csv(&export);
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], file).into_response())
}
