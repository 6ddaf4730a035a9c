//! Tokens' door.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::access::actor::Role;
use crate::domain::accounts::TOKEN_DAYS;
use crate::domain::ctx::Ctx;
use crate::domain::id::TokenId;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::{Error, accounts as steps};
use crate::view::accounts::tokens as view;
use crate::view::layout;
use crate::web::AppState;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::pages::frame;
use crate::web::problem::{PageResult, status_of};

/// All tokens.
pub async fn list(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    draw(&state, &ctx, None, None).await
}

async fn draw(state: &AppState, ctx: &Ctx, secret: Option<&str>, refusal: Option<&Refusal>) -> PageResult<Response> {
    let tokens = steps::tokens(&state.services, ctx).await?;
    let page = frame::at_desk(state, ctx, routes::TOKENS, "APIトークン", view::page(&tokens, secret, refusal)).await;
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&page)).into_response())
}

/// A new token.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewToken {
    name: String,
    role: String,
    scopes: String,
    days: String,
}

/// Makes a token and shows it once.
pub async fn create(State(state): State<AppState>, ctx: RequestCtx, form: Form<NewToken>) -> PageResult<Response> {
    let typed = form.fields;
    let scopes = typed.scopes.split_whitespace().map(str::to_owned).collect();
    let made = match (Role::parse(&typed.role), typed.days.trim()) {
        (None, _) => Err(Refusal::field("role", "choice.unknown", "役割を選んでください").into()),
        (Some(role), "") => {
            steps::create_token(&state.services, &ctx, &typed.name, role, scopes, Some(TOKEN_DAYS)).await
        }
        (Some(role), days) => match days.parse() {
            Ok(days) => steps::create_token(&state.services, &ctx, &typed.name, role, scopes, Some(days)).await,
            Err(_) => Err(Refusal::field("days", "days.format", "有効日数は数字で入力してください").into()),
        },
    };
    match made {
        Ok(secret) => draw(&state, &ctx, Some(&secret), None).await,
        Err(Error::Refused(refusal)) => draw(&state, &ctx, None, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// Revokes a token.
pub async fn revoke(State(state): State<AppState>, ctx: RequestCtx, At(id): At<TokenId>) -> PageResult<Response> {
    steps::revoke_token(&state.services, &ctx, id).await?;
    Ok(see_other(routes::TOKENS))
}
