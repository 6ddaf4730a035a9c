//! The guard at each door: who is it, may they, and the context they go on with.
//! Not signed in: to the sign-in page, or 401. Without the right: 404 like an absent thing, audited as a refusal.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

use super::Desk;
use super::access::{Access, RequestId};
use super::problem::Problem;
use crate::domain::actor::{Action, Actor, ActorKind};
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;
use crate::gateway::secret::digest;
use crate::routes;
use crate::usecase::Error;
use crate::usecase::gate::{self, Entered};

/// What a guard knows.
#[derive(Clone)]
pub struct Guard {
    /// The desk behind the door.
    pub desk: Desk,
    /// Who may come in.
    pub access: Access,
}

/// Stands at the door.
pub async fn stand(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let request_id = request.extensions().get::<RequestId>().map_or_else(Uuid::new_v4, |id| id.0);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(String::new(), |c| c.0.ip().to_string());
    let ctx = |actor| Ctx::new(actor, guard.desk.clock.now(), request_id, peer.clone());
    let entered = match guard.access {
        Access::Public => Ok(ctx(Actor::stranger())),
        Access::Page(_) => by_cookie(&guard.desk, headers, ctx(Actor::stranger()), extends(headers)).await,
        Access::Api(_) => by_token(&guard.desk, headers, ctx(Actor::stranger())).await,
    };
    let ctx = match entered {
        Ok(ctx) => ctx,
        Err(refused) => return refused,
    };
    if must_choose_password(&ctx, &request) {
        return see_other(routes::PASSWORD);
    }
    if let Access::Page(action) | Access::Api(action) = guard.access
        && !ctx.actor.may(action)
    {
        return turn_away(&guard, &ctx, action).await;
    }
    request.extensions_mut().insert(Arc::new(ctx));
    next.run(request).await
}

/// A page that looks again by itself doesn't keep a session alive.
fn extends(headers: &HeaderMap) -> bool {
    !headers.contains_key("madoguchi-refresh")
}

async fn by_cookie(desk: &Desk, headers: &HeaderMap, ctx: Ctx, extends: bool) -> Result<Ctx, Response> {
    let Some(secret) = cookie(headers, desk.outside.secure) else { return Err(see_other(routes::SIGN_IN)) };
    match gate::by_session(&desk.house, ctx, digest(&secret), desk.outside.idle_minutes, extends).await {
        Ok(Entered::As(ctx)) => Ok(ctx),
        Ok(Entered::Nobody(_)) => Err(see_other(routes::SIGN_IN)),
        Err(error) => Err(Problem::page(error).into_response()),
    }
}

async fn by_token(desk: &Desk, headers: &HeaderMap, ctx: Ctx) -> Result<Ctx, Response> {
    let bearer = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let Some(secret) = bearer else { return Err(Problem::unauthorised().into_response()) };
    match gate::by_token(&desk.house, ctx, digest(secret.trim())).await {
        Ok(Entered::As(ctx)) => Ok(ctx),
        Ok(Entered::Nobody(_)) => Err(Problem::unauthorised().into_response()),
        Err(error) => Err(Problem::api(error).into_response()),
    }
}

async fn turn_away(guard: &Guard, ctx: &Ctx, action: Action) -> Response {
    let entry = AuditEntry::done("access", Object::kind("route"))
        .outcome(Outcome::Refused)
        .detail(json!({ "action": action.code() }));
    match gate::refused(&guard.desk.house, ctx, entry).await {
        Ok(()) if matches!(guard.access, Access::Api(_)) => Problem::api(Error::Forbidden(action)).into_response(),
        Ok(()) => Problem::page(Error::Forbidden(action)).into_response(),
        Err(error) => Problem::page(error).into_response(),
    }
}

/// Somebody who signed in by a one-time code has no password yet and goes nowhere else first.
fn must_choose_password(ctx: &Ctx, request: &Request) -> bool {
    ctx.actor.kind == ActorKind::Account
        && ctx.actor.scopes.iter().any(|s| s == gate::NO_PASSWORD_YET)
        && ![routes::PASSWORD, routes::SIGN_OUT].contains(&request.uri().path())
}

/// The name of the session cookie: `__Host-` where the browser allows it.
pub fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-madoguchi" } else { "madoguchi" }
}

/// The session's secret, from the cookie.
pub fn cookie(headers: &HeaderMap, secure: bool) -> Option<String> {
    let name = cookie_name(secure);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, secret)| secret.to_owned())
}

/// A Set-Cookie that opens a session; without a secret, one that ends it.
pub fn set_cookie(secure: bool, secret: Option<&str>) -> HeaderValue {
    let (value, age) = match secret {
        Some(secret) => (secret, Duration::hours(crate::domain::accounts::SESSION_HOURS).num_seconds()),
        None => ("", 0),
    };
    let mark = if secure { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{mark}", cookie_name(secure));
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// 303 to a place of ours.
pub fn see_other(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}
