//! The second factor again, before what needs a fresh proof. What had been typed goes along and isn't lost.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::AppState;
use super::pages::frame;
use super::problem::{PageResult, Problem};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::usecase::accounts::passkeys;
use crate::view::accounts::locks as view;
use crate::view::layout;

/// Asks for the second factor instead of doing what a form asked; its fields wait behind the question.
pub async fn ask(state: &AppState, ctx: &Ctx, request: Request) -> Response {
    let to = request.uri().path().to_owned();
    let form = b"application/x-www-form-urlencoded";
    let is_form = request.headers().get(CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(form));
    let kept = match Bytes::from_request(request, &()).await {
        Ok(body) if is_form => Some(String::from_utf8_lossy(&body).into_owned()),
        _ => None,
    };
    draw(state, ctx, StatusCode::FORBIDDEN, &to, kept.as_deref(), None).await.unwrap_or_else(Problem::into_response)
}

/// The question. `kept`: the fields of the form that waits behind it, if one does; a button alone has none.
pub async fn draw(
    state: &AppState,
    ctx: &Ctx,
    status: StatusCode,
    to: &str,
    kept: Option<&str>,
    refusal: Option<&Refusal>,
) -> PageResult<Response> {
    let by_passkey = passkeys::can_give(&state.services, ctx).await?;
    let home = by_passkey.then_some(state.outside.base_url.as_str());
    let page = frame::bare("もう一度ご本人の確認", view::confirm(to, kept, refusal, home));
    let page = if by_passkey { frame::with_passkeys(page) } else { page };
    Ok((status, layout::page(&page)).into_response())
}
