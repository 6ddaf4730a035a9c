//! The guard at each door: who is it, may they, and the context they go on with.
//! Not signed in: to the sign-in page, or 401. Without the right, be it the route's or one that a step inside asked
//! for: 404 like an absent thing, audited as a refusal before the answer leaves.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, LOCATION, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

use super::AppState;
use super::access::{Access, RequestId};
use super::drawn_for::{self, DrawnFor, Sent};
use super::pages::frame;
use super::problem::Problem;
use super::{back, proof};
use crate::domain::access::actor::{Action, Actor};
use crate::domain::accounts::session::Stage;
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;
use crate::gateway::secret::digest;
use crate::routes;
use crate::usecase::access::gate;
use crate::usecase::access::gate::Entered;
use crate::usecase::tickets::draft;
use crate::usecase::{Error, needs_proof};
use crate::view::layout::Frame;

/// What a guard knows.
#[derive(Clone)]
pub struct Guard {
    /// The desk behind the door.
    pub state: AppState,
    /// Who may come in.
    pub access: Access,
}

/// Stands at the door.
pub async fn stand(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let request_id = request.extensions().get::<RequestId>().map_or_else(Uuid::new_v4, |id| id.0);
    let peer = peer(&guard.state, &request);
    let agent = agent(headers);
    let by_itself = request.method() == Method::GET && !extends(headers);
    let ctx = |actor| {
        let mut ctx = Ctx::new(actor, guard.state.clock.now(), request_id, peer.clone());
        ctx.agent.clone_from(&agent);
        ctx.by_itself = by_itself;
        ctx
    };
    let to = back::of(&request);
    let entered = match guard.access {
        Access::Public => Ok(ctx(Actor::stranger())),
        Access::Page(_) => by_cookie(&guard.state, headers, &to, ctx(Actor::stranger()), extends(headers)).await,
        Access::Api(_) if shows_itself(&guard.state, &request) => {
            by_cookie(&guard.state, headers, &to, ctx(Actor::stranger()), false).await
        }
        Access::Api(_) => by_token(&guard.state, headers, ctx(Actor::stranger())).await,
    };
    let ctx = match entered {
        Ok(ctx) => Arc::new(ctx),
        Err(refused) => return refused,
    };
    let answer = let_in(&guard, &ctx, request, next).await;
    if matches!(guard.access, Access::Page(_)) { drawn(&guard.state, &ctx, answer).await } else { answer }
}

/// Takes somebody who is known to what they asked for: on their own page, all the way in, with the right to it.
async fn let_in(guard: &Guard, ctx: &Arc<Ctx>, request: Request, next: Next) -> Response {
    if let Some(first) = first(ctx, request.uri().path()) {
        return see_other(&back::by_way_of(first, &back::of(&request)));
    }
    let mut request = match guard.access {
        Access::Page(_) => match drawn_for::proven(&guard.state, ctx, request).await {
            Ok(request) => request,
            Err(problem) => return problem.into_response(),
        },
        _ => request,
    };
    if let Access::Page(action) | Access::Api(action) = guard.access
        && !ctx.actor.may(action)
    {
        return written_down(guard, ctx, guard.problem(Error::Forbidden(action)).into_response()).await;
    }
    if let Access::Page(action) = guard.access
        && needs_proof(ctx, action)
    {
        if request.method() == Method::GET {
            return see_other(&back::by_way_of(routes::CONFIRM, &back::of(&request)));
        }
        return proof::ask(&guard.state, ctx, request).await;
    }
    request.extensions_mut().insert(Arc::clone(ctx));
    let works = ctx.actor.may(Action::TicketWork);
    let form = request.uri().path().to_owned();
    let sent = request.extensions().get::<Sent>().filter(|_| works && form.starts_with("/tickets/")).cloned();
    let answer = next.run(request).await;
    if let Some(sent) = sent.filter(|_| answer.status() == StatusCode::SEE_OTHER) {
        // Of what was taken no draft is left. Where that fails the draft stays: it isn't lost, and stands there twice.
        if let Err(error) = draft::taken(&guard.state.services, ctx, &form, &sent.words()).await {
            tracing::warn!(%error, "a draft that was taken stays");
        }
    }
    written_down(guard, ctx, answer).await
}

/// Notes for whom an answer is; what went wrong is told in the frame of whoever is all the way in.
async fn drawn(state: &AppState, ctx: &Ctx, mut answer: Response) -> Response {
    answer.extensions_mut().insert(DrawnFor(ctx.actor.id));
    let full = ctx.session.is_none_or(|session| session.stage == Stage::Full);
    if full && answer.extensions().get::<Problem>().is_some_and(|problem| !problem.api) {
        let page = frame::at_desk(state, ctx, "", "", maud::html! {}).await;
        answer.extensions_mut().insert(Around(page.frame));
    }
    answer
}

/// On a problem: the frame of whoever it is told.
#[derive(Clone)]
pub struct Around(pub Frame);

/// No route of ours: told whoever is signed in within their frame, and to strangers without one.
pub async fn nowhere(State(state): State<AppState>, request: Request) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let absent = Problem::of_status(StatusCode::NOT_FOUND, api).into_response();
    if api {
        return absent;
    }
    let request_id = request.extensions().get::<RequestId>().map_or_else(Uuid::new_v4, |id| id.0);
    let stranger = Ctx::new(Actor::stranger(), state.clock.now(), request_id, String::new());
    let headers = request.headers().clone();
    drop(request);
    match by_cookie(&state, &headers, routes::HOME, stranger, false).await {
        Ok(ctx) => drawn(&state, &ctx, absent).await,
        Err(_) => absent,
    }
}

/// The API's description is read by its page too, whose browser has a session and no token.
fn shows_itself(state: &AppState, request: &Request) -> bool {
    let headers = request.headers();
    request.uri().path() == routes::OPENAPI
        && !headers.contains_key(AUTHORIZATION)
        && cookie(headers, state.outside.secure).is_some()
}

/// The address of the other side: what a listed proxy says of it, else what the connection says. Of a chain of
/// addresses the last that isn't a listed proxy counts: what stands before it anybody may have written.
fn peer(state: &AppState, request: &Request) -> String {
    let Some(ConnectInfo(near)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else { return String::new() };
    let listed = |ip: &IpAddr| state.outside.proxies.contains(ip);
    let mut at = near.ip();
    let told = request.headers().get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let chain: Vec<&str> = told.flat_map(|v| v.split(',')).map(str::trim).collect();
    for hop in chain.iter().rev() {
        if !listed(&at) {
            break;
        }
        // What isn't an address is nobody's: neither the proxy's, nor that of who stands before it.
        let Some(ip) = address(hop) else { return UNKNOWN.to_owned() };
        at = ip;
    }
    at.to_string()
}

/// The peer of a request whose listed proxy doesn't know who it's from.
const UNKNOWN: &str = "unknown";

/// An address as proxies write it: bare, with a port, of the newer kind in brackets, in quotes.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim().trim_matches('"');
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let ip = bare.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|with_port| with_port.ip()));
    ip.map(|ip| ip.to_canonical()).ok()
}

/// The browser's name in short, for telling one's own sessions apart.
fn agent(headers: &HeaderMap) -> String {
    let text = headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let first =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name);
    let browser = first(&[("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(" / ")
}

/// A page that looks again by itself doesn't keep a session alive.
fn extends(headers: &HeaderMap) -> bool {
    !headers.contains_key("madoguchi-refresh")
}

/// Whoever the browser's cookie is of; else the way to sign in, and back to where a request was on its way.
async fn by_cookie(state: &AppState, headers: &HeaderMap, to: &str, ctx: Ctx, extends: bool) -> Result<Ctx, Response> {
    let sign_in = || see_other(&back::by_way_of(routes::SIGN_IN, to));
    let Some(secret) = cookie(headers, state.outside.secure) else { return Err(sign_in()) };
    match gate::by_session(&state.services, ctx, digest(&secret), state.outside.idle_minutes, extends).await {
        Ok(Entered::As(ctx)) => Ok(ctx),
        Ok(Entered::Nobody(_)) => Err(sign_in()),
        Err(error) => Err(Problem::page(error).into_response()),
    }
}

async fn by_token(state: &AppState, headers: &HeaderMap, ctx: Ctx) -> Result<Ctx, Response> {
    let bearer = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let Some(secret) = bearer else { return Err(Problem::unauthorised().into_response()) };
    match gate::by_token(&state.services, ctx, digest(secret.trim())).await {
        Ok(Entered::As(ctx)) => Ok(ctx),
        Ok(Entered::Nobody(_)) => Err(Problem::unauthorised().into_response()),
        Err(error) => Err(Problem::api(error).into_response()),
    }
}

impl Guard {
    /// An error at this door.
    fn problem(&self, error: Error) -> Problem {
        if matches!(self.access, Access::Api(_)) { Problem::api(error) } else { Problem::page(error) }
    }
}

/// The one place where a missing right is written down, whoever asked for it: this guard or a step.
async fn written_down(guard: &Guard, ctx: &Ctx, answer: Response) -> Response {
    let Some(action) = answer.extensions().get::<Problem>().and_then(|problem| problem.refused) else { return answer };
    let entry = AuditEntry::done("access", Object::kind("route"))
        .outcome(Outcome::Refused)
        .detail(json!({ "action": action.code() }));
    match gate::refused(&guard.state.services, ctx, entry).await {
        Ok(()) => answer,
        Err(error) => guard.problem(error).into_response(),
    }
}

/// Where somebody must go first who isn't all the way in.
fn first(ctx: &Ctx, path: &str) -> Option<&'static str> {
    let to = match ctx.session?.stage {
        Stage::Password => routes::PASSWORD,
        Stage::Enrol => routes::FACTOR,
        Stage::Second => routes::SECOND,
        Stage::Full => return None,
    };
    let beside = match to {
        routes::SECOND => routes::PASSKEY_ASK,
        routes::FACTOR => routes::FACTOR_BEGIN,
        _ => to,
    };
    let on_the_way = [to, beside, routes::SIGN_OUT].contains(&path);
    (!on_the_way).then_some(to)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_proxies_write_it() {
        for (hop, ip) in [
            ("203.0.113.9", Some("203.0.113.9")),
            (" 203.0.113.9:5678 ", Some("203.0.113.9")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("[2001:db8::1]:1234", Some("2001:db8::1")),
            ("\"[::1]:1234\"", Some("::1")),
            ("::ffff:203.0.113.9", Some("203.0.113.9")),
            ("unknown", None),
            ("_hidden", None),
            ("203.0.113.9:port", None),
            ("", None),
        ] {
            assert_eq!(address(hop).map(|ip| ip.to_string()).as_deref(), ip, "{hop}");
        }
    }
}
