//! The audit's door.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chrono::DateTime;
use serde::Deserialize;

use super::frame;
use crate::routes;
use crate::usecase::{Error, audit as steps};
use crate::view::{audit as view, layout};
use crate::web::Desk;
use crate::web::extract::Now;
use crate::web::problem::PageResult;

/// From where on: microseconds since 1970.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Before {
    before: String,
}

/// A page of the audit.
pub async fn list(State(desk): State<Desk>, now: Now, Query(query): Query<Before>) -> PageResult<Response> {
    let before = match query.before.as_str() {
        "" => None,
        text => Some(text.parse().ok().and_then(DateTime::from_timestamp_micros).ok_or(Error::NotFound("audit"))?),
    };
    let page = steps::latest(&desk.house, &now, before).await?;
    Ok(layout::page(&frame::at_desk(&desk, &now, routes::AUDIT, "監査記録", view::page(&page))).into_response())
}
