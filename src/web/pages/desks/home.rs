//! Home of each role.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;

use crate::domain::access::actor::Role;
use crate::routes;
use crate::usecase::claims;
use crate::usecase::desks::home as steps;
use crate::view::desks::home as view;
use crate::view::layout;
use crate::web::Desk;
use crate::web::extract::Now;
use crate::web::pages::desks::supervision;
use crate::web::pages::{frame, members, reports};
use crate::web::problem::{PageResult, Problem};

/// Home.
pub async fn show(State(desk): State<Desk>, now: Now) -> PageResult<Response> {
    match now.actor.role {
        Some(Role::Operator) => operator(desk, now).await,
        Some(Role::Specialist) => specialist(desk, now, routes::HOME, "2次対応").await,
        Some(Role::Supervisor) => supervision::day(State(desk), now).await,
        Some(Role::Clerk) => clerk(desk, now).await,
        Some(Role::JmaReader) => reports::latest(State(desk), now).await,
        Some(Role::Administrator) => members::list(State(desk), now).await,
        Some(Role::Integration) | None => Err(Problem::of_status(axum::http::StatusCode::NOT_FOUND, false)),
    }
}

async fn operator(desk: Desk, now: Now) -> PageResult<Response> {
    let home = steps::operator(&desk.house, &now).await?;
    let names = HashMap::from([(now.actor.id, now.actor.name.clone())]);
    let body = view::operator(&home, &desk.house.scheme.lists, now.now, &now.new_id().to_string(), &names);
    let mut page = frame::at_desk(&desk, &now, routes::HOME, "ホーム", body);
    page.key_hints = vec![("F2", "入電を記録"), ("/", "検索")];
    page.refresh_seconds = Some(60);
    Ok(layout::page(&page).into_response())
}

async fn specialist(desk: Desk, now: Now, here: &str, title: &str) -> PageResult<Response> {
    let home = steps::specialist(&desk.house, &now).await?;
    let names = HashMap::from([(now.actor.id, now.actor.name.clone())]);
    let body = view::specialist(&home, &desk.house.scheme.lists, now.now, &names);
    let mut page = frame::at_desk(&desk, &now, here, title, body);
    page.refresh_seconds = Some(30);
    Ok(layout::page(&page).into_response())
}

/// The queue of tier 2.
pub async fn queue(State(desk): State<Desk>, now: Now) -> PageResult<Response> {
    specialist(desk, now, routes::QUEUE, "2次対応待ち").await
}

async fn clerk(desk: Desk, now: Now) -> PageResult<Response> {
    let claims = claims::latest(&desk.house, &now).await?;
    let cases = steps::clerk(&desk.house, &now).await?;
    let body = view::clerk(&claims, &cases, &desk.house.scheme.lists);
    Ok(layout::page(&frame::at_desk(&desk, &now, routes::HOME, "一時支援金事務局", body)).into_response())
}

/// Callers pointed to the claims office.
pub async fn claim_guidance(State(desk): State<Desk>, now: Now) -> PageResult<Response> {
    let cases = steps::clerk(&desk.house, &now).await?;
    let body = view::pointed(&cases, &desk.house.scheme.lists);
    Ok(layout::page(&frame::at_desk(&desk, &now, routes::HOME, "ご案内した件", body)).into_response())
}
