//! What handlers take out of a request: the context, what the address names, a form with its idempotency key, a JSON body with its.

use std::ops::Deref;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::access::BODY_LIMIT;
use super::problem::Problem;
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::gateway::secret::digest_of;
use crate::store::once::RequestKey;
use crate::usecase::{Error, Once};

/// The context that the guard made.
pub struct RequestCtx(pub Arc<Ctx>);

impl Deref for RequestCtx {
    type Target = Ctx;
    fn deref(&self) -> &Ctx {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestCtx {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR, false);
        parts.extensions.get::<Arc<Ctx>>().cloned().map(Self).ok_or_else(missing)
    }
}

/// What the address names, by its type. What can't be the name of anything is absent, like all that isn't there.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let api = parts.uri.path().starts_with("/api/");
        let named = Path::<T>::from_request_parts(parts, state).await;
        named.map(|Path(named)| Self(named)).map_err(|_| Problem::of_status(StatusCode::NOT_FOUND, api))
    }
}

/// A form. `once` is its hidden idempotency key, bound to the actor, the route and the body.
pub struct Form<T> {
    /// The fields.
    pub fields: T,
    /// The key, if the form carried one.
    pub once: Once,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let route = route(&request);
        let actor = request.extensions().get::<Arc<Ctx>>().map_or(Uuid::nil(), |ctx| ctx.actor.id);
        let body = body(request, state, false).await?;
        let unreadable = |_| Problem::of_status(StatusCode::UNPROCESSABLE_ENTITY, false);
        let fields = serde_urlencoded::from_bytes(&body).map_err(unreadable)?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&body).map_err(unreadable)?;
        if pairs.iter().filter(|(name, _)| name == "once").count() > 1 {
            return Err(two_keys(false));
        }
        let key = pairs.into_iter().find(|(name, value)| name == "once" && !value.is_empty()).map(|(_, key)| key);
        let once = match key {
            Some(key) if visible(&key) => Some(RequestKey { actor_id: actor, route, key, body_hash: digest_of(&body) }),
            // Ours are never like that. Without its key it might be done twice.
            Some(_) => return Err(no_key(false)),
            None => None,
        };
        Ok(Self { fields, once })
    }
}

/// A JSON body. `once` is its `Idempotency-Key` header.
pub struct Json<T> {
    /// The body.
    pub body: T,
    /// The key, if the request carried one.
    pub once: Once,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let route = route(&request);
        let actor = request.extensions().get::<Arc<Ctx>>().map_or(Uuid::nil(), |ctx| ctx.actor.id);
        let key = header_key(request.headers())?;
        let bytes = body(request, state, true).await?;
        let once = key.map(|key| RequestKey { actor_id: actor, route, key, body_hash: digest_of(&bytes) });
        let body = serde_json::from_slice(&bytes).map_err(|error| {
            let message =
                format!("JSONを読み取れません（{}行{}列）。形式をご確認ください", error.line(), error.column());
            Problem::api(Error::Refused(Refusal::invalid("json.invalid", message)))
        })?;
        Ok(Self { body, once })
    }
}

fn header_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut told = headers.get_all("idempotency-key").iter();
    let Some(value) = told.next() else { return Ok(None) };
    if told.next().is_some() {
        return Err(two_keys(true));
    }
    match value.to_str() {
        Ok(key) if visible(key) => Ok(Some(key.to_owned())),
        _ => Err(no_key(true)),
    }
}

fn no_key(api: bool) -> Problem {
    let words = "Idempotency-Key は1〜64文字の半角英数記号で送ってください。何も登録していません";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency.key", words, api)
}

/// Which of them counts nobody could tell.
fn two_keys(api: bool) -> Problem {
    let words = "Idempotency-Key が2つ以上あります。何も登録していません。1つだけ送ってください";
    Problem::new(StatusCode::BAD_REQUEST, "idempotency.key", words, api)
}

fn visible(key: &str) -> bool {
    (1..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
}

fn route(request: &Request) -> String {
    format!("{} {}", request.method(), request.uri().path())
}

pub(super) async fn body<S: Send + Sync>(request: Request, state: &S, api: bool) -> Result<Bytes, Problem> {
    // One that announces too much is told so at once, however slowly it comes.
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT) {
        return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE, api));
    }
    Bytes::from_request(request, state).await.map_err(|rejection| {
        let status = axum::response::IntoResponse::into_response(rejection).status();
        Problem::of_status(status, api)
    })
}
