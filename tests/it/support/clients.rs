//! Browsers and scripts that knock at the door, and what they are answered.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::app::PEER;
use super::html::Page;

/// A browser or a script.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    cookie: Option<String>,
    token: Option<String>,
    peer: String,
    /// For whom its pages are drawn: read from one when first something is sent.
    drawn_for: Arc<OnceLock<String>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// A browser without a cookie.
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookie: None, token: None, peer: PEER.into(), drawn_for: Arc::default() }
    }

    /// A script with a token.
    pub(crate) fn bearing(mut self, token: String) -> Self {
        self.token = Some(token);
        self
    }

    /// The same client at another address.
    pub(crate) fn coming_from(mut self, peer: &str) -> Self {
        self.peer = peer.to_owned();
        self
    }

    /// The same client at another instance's door.
    pub(crate) fn at(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    /// The browser with a session's cookie.
    pub(crate) fn with_cookie(mut self, cookie: Option<String>) -> Self {
        self.cookie = cookie;
        self.drawn_for = Arc::default();
        self
    }

    /// The browser after the password, which must be right: the second factor is still to come.
    pub(crate) async fn half_in(self, login: &str, password: &str) -> Self {
        let answer = self.post("/session", &[("login", login), ("password", password)]).await.is(303);
        let cookie = answer.cookie();
        self.with_cookie(cookie)
    }

    /// The browser after the second factor, which must be right.
    pub(crate) async fn with_code(self, code: &str) -> Self {
        let answer = self.post("/session/second", &[("code", code)]).await.is(303);
        let cookie = answer.cookie();
        self.with_cookie(cookie)
    }

    /// A request with what this client always sends.
    pub(crate) fn request(&self, method: Method, path: &str) -> Builder {
        let mut request = Request::builder().method(method).uri(path).header(HOST, "127.0.0.1:8080");
        if let Some(token) = &self.token {
            return request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        request = request.header("sec-fetch-site", "same-origin");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        request
    }

    /// The session's cookie as it is sent.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// The token as it is sent.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The mark of the pages that this browser is shown, as scripts send it; sent from then on.
    pub(crate) async fn drawn_for(&self) -> String {
        if let Some(known) = self.drawn_for.get() {
            return known.clone();
        }
        let mut page = self.passed(self.request(Method::GET, "/guide").body(Body::empty()).expect("a request")).await;
        if page.status == 303 && !page.location().starts_with("/session/new") {
            let way_in = self.request(Method::GET, page.location());
            page = self.passed(way_in.body(Body::empty()).expect("a request")).await;
        }
        let mark = if page.status == 200 { page.page().attribute("#drawn-for", "value") } else { String::new() };
        if !mark.is_empty() {
            let _ = self.drawn_for.set(mark.clone());
        }
        mark
    }

    /// Sends a request, as a page of this browser does.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        let writes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
        let unsafe_page = self.cookie.is_some() && writes && self.token.is_none();
        if unsafe_page && !request.headers().contains_key("madoguchi-for") {
            let mark = self.drawn_for().await;
            if !mark.is_empty() {
                request.headers_mut().insert("madoguchi-for", mark.parse().expect("a mark"));
            }
        }
        self.passed(request).await
    }

    /// Sends a request as it is.
    pub(crate) async fn passed(&self, mut request: Request<Body>) -> Answer {
        let peer = SocketAddr::new(self.peer.parse().expect("an address"), 40_000);
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_text(path, serde_urlencoded::to_string(fields).expect("a form")).await
    }

    /// Sends a form that is written out already.
    pub(crate) async fn post_text(&self, path: &str, form: String) -> Answer {
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form)).expect("a request")).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.post_bytes(path, body.to_string().into_bytes(), None).await
    }

    /// Sends JSON with an idempotency key.
    pub(crate) async fn post_once(&self, path: &str, body: &Value, key: &str) -> Answer {
        self.post_bytes(path, body.to_string().into_bytes(), Some(key)).await
    }

    /// Sends bytes as JSON.
    pub(crate) async fn post_bytes(&self, path: &str, body: Vec<u8>, key: Option<&str>) -> Answer {
        let mut request = self.request(Method::POST, path).header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body)).expect("a request")).await
    }
}

impl Answer {
    /// The answer, which must have this status.
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.said());
        self
    }

    /// What it says, in short: of a page its heading and what went wrong.
    pub(crate) fn said(&self) -> String {
        if !self.header("content-type").starts_with("text/html") {
            return self.text();
        }
        let page = self.page();
        [page.texts("h1"), page.texts(".field-error, [role=alert]"), vec![self.code()]].concat().join(" / ")
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub(crate) fn page(&self) -> Page {
        Page::read(&self.text())
    }

    /// A header, empty when absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it sends on to.
    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The step of the way in that it leads to, whatever comes behind it.
    pub(crate) fn way(&self) -> &str {
        self.location().split("?to=").next().unwrap_or_default()
    }

    /// The cookie it sets, as a browser sends it back.
    pub(crate) fn cookie(&self) -> Option<String> {
        let set = self.headers.get(SET_COOKIE)?.to_str().ok()?;
        set.split(';').next().map(str::to_owned)
    }

    /// The stable code of a problem: of the API's error, or of a problem's page.
    pub(crate) fn code(&self) -> String {
        if self.header("content-type").starts_with("application/json") {
            return self.json()["error"]["code"].as_str().unwrap_or_default().to_owned();
        }
        self.page().texts("main p.muted code").pop().unwrap_or_default()
    }

    /// The fields at fault on a page, by name.
    pub(crate) fn faults_shown(&self) -> Vec<String> {
        let ids = self.page().attributes(".field-error", "id");
        ids.into_iter().filter_map(|id| id.strip_suffix("-error").map(str::to_owned)).collect()
    }

    /// The codes of the fields at fault, as `name: code`.
    pub(crate) fn faults(&self) -> Vec<String> {
        let error = self.json();
        let fields = error["error"]["fields"].as_array().or(error["faults"].as_array()).cloned().unwrap_or_default();
        let word = |field: &Value, key: &str| field[key].as_str().unwrap_or_default().to_owned();
        fields.iter().map(|f| format!("{}: {}", word(f, "name"), word(f, "code"))).collect()
    }
}
