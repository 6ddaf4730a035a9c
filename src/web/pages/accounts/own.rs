//! One's own account.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use crate::routes;
use crate::usecase::{
    Error,
    accounts::{factors, own as steps, passkeys},
};
use crate::view::accounts::own as view;
use crate::view::accounts::passkeys::Mine;
use crate::view::layout;
use crate::web::Desk;
use crate::web::extract::Now;
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::PageResult;

/// Password, second factor, passkeys, sessions.
pub async fn show(State(desk): State<Desk>, now: Now) -> PageResult<Response> {
    let sessions = steps::sessions_of_mine(&desk.house, &now).await?;
    let left = factors::codes_left(&desk.house, &now).await?;
    let keys = passkeys::of_mine(&desk.house, &now).await?;
    let keys = Mine { keys: &keys, offered: desk.house.passkeys.offered() };
    let body = view::page(&sessions, now.session.map(|s| s.id), left, &keys);
    Ok(layout::page(&frame::at_desk(&desk, &now, routes::OWN, "アカウントの設定", body)).into_response())
}

/// Ends one session.
pub async fn end_one(State(desk): State<Desk>, now: Now, Path(name): Path<String>) -> PageResult<Response> {
    let name = name.parse().map_err(|_| Error::NotFound("session"))?;
    steps::end_session(&desk.house, &now, name).await?;
    Ok(see_other(routes::OWN))
}

/// Ends all other sessions.
pub async fn end_others(State(desk): State<Desk>, now: Now) -> PageResult<Response> {
    steps::end_other_sessions(&desk.house, &now).await?;
    Ok(see_other(routes::OWN))
}
