//! What stands around every route: the request's number, host and origin checks, limits, headers, one log line,
//! and the clothes that problems wear.

use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde_json::json;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tracing::info;
use uuid::Uuid;

use super::access::{BODY_LIMIT, HEAD_LIMIT, RequestId};
use super::drawn_for::{self, DrawnFor};
use super::guard::{Around, nowhere, see_other};
use super::problem::Problem;
use super::{AppState, assets};
use crate::domain::time::tokyo_day;
use crate::view;
use crate::view::format::TODAY;

/// `quality.md` section 4.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                   connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// The API's own page draws with a vendored interface that sets styles by script.
const CSP_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                        connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Puts the shell around a router.
pub fn around(router: Router, state: AppState) -> Router {
    router
        .fallback_service(any(nowhere).with_state(state.clone()))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(state.clone(), inspect))
        .layer(from_fn_with_state(state, dress))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// Refuses what comes to the wrong host or from another site, and what takes too long.
async fn inspect(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/v1");
    if head_size(&request) > HEAD_LIMIT {
        return Problem::of_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, api).into_response();
    }
    if !host_is_ours(&state, &request) {
        return Problem::of_status(StatusCode::MISDIRECTED_REQUEST, api).into_response();
    }
    if !safe(request.method()) && !same_site(&state, request.headers()) {
        let message = "別のサイトからの操作は受け付けません。この画面を開き直してやり直してください";
        return Problem::new(StatusCode::FORBIDDEN, "request.cross_site", message, api).into_response();
    }
    match tokio::time::timeout(state.outside.patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::of_status(StatusCode::REQUEST_TIMEOUT, api).into_response(),
    }
}

/// The bytes of a request's head as it is written plainly: hyper's own limit is one of its buffer, and lets half as much
/// again through.
fn head_size(request: &Request) -> usize {
    let lines = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let uri = request.uri();
    let target =
        uri.path_and_query().map_or(0, |path| path.as_str().len()) + uri.authority().map_or(0, |a| a.as_str().len());
    request.method().as_str().len() + target + "  HTTP/1.1\r\n\r\n".len() + lines.sum::<usize>()
}

fn host_is_ours(state: &AppState, request: &Request) -> bool {
    // Two of them: what stands in front of us may have believed the other one.
    if request.headers().get_all(HOST).iter().count() > 1 {
        return false;
    }
    let ours = |host: &str| state.outside.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host));
    // A target that names a host of its own counts beside the header, not instead of it.
    let target = request.uri().authority().map(|authority| authority.as_str());
    match (request.headers().get(HOST).map(|host| host.to_str()), target) {
        (Some(Err(_)), _) | (None, None) => false,
        (host, target) => host.into_iter().flatten().chain(target).all(ours),
    }
}

fn safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A browser says where a request comes from; one that carries a cookie and says nothing is refused.
/// Scripts with a token carry no cookie and need not say.
fn same_site(state: &AppState, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    match headers.get(ORIGIN).and_then(|o| o.to_str().ok()) {
        Some(origin) => state.outside.origins.iter().any(|ours| ours == origin),
        None => !headers.contains_key(COOKIE),
    }
}

/// Numbers the request, dresses problems, sets the headers, writes the one log line.
async fn dress(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::new_v4();
    request.extensions_mut().insert(RequestId(id));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let shown = shown(request.extensions().get::<MatchedPath>().map(MatchedPath::as_str), &path);
    let today = tokyo_day(state.clock.now());
    let mut response = TODAY.scope(today, next.run(request)).await;
    let api = path.starts_with("/api/v1");
    if method == Method::GET
        && response.status() == StatusCode::METHOD_NOT_ALLOWED
        && let Some(page) = page_of(&path)
    {
        response = see_other(page);
    }
    if let Some(problem) = problem_of(&response, api) {
        response = clothe(&problem, id, &mut response);
    }
    response = drawn_for::written_in(response).await;
    set_headers(&state, &path, response.headers_mut());
    let (status, ms) = (response.status().as_u16(), (started.elapsed().as_secs_f64() * 1e6).round() / 1e3);
    if !path.starts_with("/assets/") {
        info!(request.id = %id, http.method = %method, http.path = shown, http.status = status, duration.ms = ms, "{method} {shown} {status}");
    }
    response
}

/// The page of a call or ticket that a form on it is sent below: there is nothing to look at where it is sent to.
fn page_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/calls/").or_else(|| path.strip_prefix("/tickets/"))?;
    let (id, part) = rest.split_once('/')?;
    (!part.is_empty() && is_id(id)).then(|| &path[..path.len() - part.len() - 1])
}

/// A path as the log may show it: our own words, and ids; never what somebody typed there.
fn shown(route: Option<&str>, path: &str) -> String {
    let Some(route) = route else { return "(no route)".to_owned() };
    let mut parts = path.split('/');
    let part = |ours: &str| match parts.next() {
        Some(said) if ours.starts_with('{') && !ours.starts_with("{*") && is_id(said) => said.to_owned(),
        _ => ours.to_owned(),
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// An id, a ticket's number, a report's period.
fn is_id(text: &str) -> bool {
    let digits = |text: &str, least: usize| text.len() >= least && text.bytes().all(|b| b.is_ascii_digit());
    let number =
        |year: &str, rest: &str| digits(year, 4) && year.starts_with("20") && year.len() == 4 && digits(rest, 2);
    let quarter = |year: &str, rest: &str| digits(year, 4) && year.len() == 4 && rest.len() == 1 && digits(rest, 1);
    (text.len() == 36 && Uuid::try_parse(text).is_ok())
        || text.split_once('-').is_some_and(|(year, rest)| number(year, rest) && rest.len() <= 7)
        || text.split_once('Q').is_some_and(|(year, rest)| quarter(year, rest))
}

fn problem_of(response: &Response, api: bool) -> Option<Problem> {
    if let Some(problem) = response.extensions().get::<Problem>() {
        return Some(problem.clone());
    }
    let bare = !response.headers().get(CONTENT_TYPE).is_some_and(|t| {
        let t = t.as_bytes();
        t.starts_with(b"text/html") || t.starts_with(b"application/json")
    });
    (response.status().as_u16() >= 400 && bare).then(|| Problem::of_status(response.status(), api))
}

/// The answer that a problem is, in the frame of whoever it is told.
fn clothe(problem: &Problem, id: Uuid, bare: &mut Response) -> Response {
    if problem.api {
        let body = json!({ "error": {
            "code": problem.code, "message": problem.message, "fields": problem.fields, "request_id": id,
        }});
        return (problem.status, axum::Json(body)).into_response();
    }
    let page = view::problem::page(&view::problem::ProblemPage {
        status: problem.status.as_u16(),
        code: &problem.code,
        message: &problem.message,
        fields: &problem.fields,
        typed: &problem.typed,
        request_id: id,
        frame: bare.extensions_mut().remove::<Around>().map(|around| around.0).unwrap_or_default(),
        assets: assets::links(),
    });
    let mut told = (problem.status, page).into_response();
    if let Some(of) = bare.extensions().get::<DrawnFor>() {
        told.extensions_mut().insert(*of);
    }
    if let Ok(code) = HeaderValue::from_str(&problem.code) {
        told.headers_mut().insert(HeaderName::from_static("madoguchi-problem"), code);
    }
    told
}

fn set_headers(state: &AppState, path: &str, headers: &mut HeaderMap) {
    let docs = path.starts_with("/api/docs");
    let fixed: [(HeaderName, &str); 4] = [
        (CONTENT_SECURITY_POLICY, if docs { CSP_DOCS } else { CSP }),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if state.outside.secure {
        let all = state.outside.hsts_subdomains;
        let value = if all { "max-age=31536000; includeSubDomains" } else { "max-age=31536000" };
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(value));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_shows_routes_and_ids_and_nothing_that_was_typed() {
        let id = "0191b3c4-1234-7abc-8def-0123456789ab";
        for (route, path, said) in [
            (Some("/tickets/{no}"), "/tickets/2026-000123", "/tickets/2026-000123"),
            (Some("/tickets/{no}/entries"), "/tickets/金糸雀/entries", "/tickets/{no}/entries"),
            (Some("/tickets/{no}"), "/tickets/0312349876", "/tickets/{no}"),
            (Some("/tickets/{no}"), "/tickets/0312-349876", "/tickets/{no}"),
            (Some("/reports/{period}"), "/reports/2026Q3", "/reports/2026Q3"),
            (Some("/reports/{period}"), "/reports/2026-10", "/reports/2026-10"),
            (Some("/assets/{version}/{*path}"), "/assets/x/suzuki/a", "/assets/{version}/{*path}"),
            (Some("/"), "/", "/"),
            (None, "/鈴木", "(no route)"),
        ] {
            assert_eq!(shown(route, path), said, "{path}");
        }
        assert_eq!(shown(Some("/calls/{id}/end"), &format!("/calls/{id}/end")), format!("/calls/{id}/end"));
        assert!(!is_id("suzuki-hanako-1234-abcd-0123456789ab"));
    }
}
