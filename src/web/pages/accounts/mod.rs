//! Accounts' door.

pub mod confirm;
pub mod factor;
pub mod own;
pub mod passkeys;
pub mod password;
pub mod session;
pub mod tokens;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::frame;
use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::routes as at;
use crate::usecase::{Error, accounts as steps};
use crate::view::accounts::{AccountsPage, TypedAccount, page};
use crate::view::layout;
use crate::web::AppState;
use crate::web::door::Doors;
use crate::web::extract::{At, Form, RequestCtx};
use crate::web::guard::see_other;
use crate::web::problem::{PageResult, status_of};
use axum::http::Method;

/// Its doors.
pub fn open(doors: &mut Doors) {
    doors.public(Method::GET, at::SIGN_IN, session::form);
    doors.public(Method::POST, at::SESSION, session::open);
    doors.page(Method::POST, at::SIGN_OUT, Action::OwnDesk, session::end);
    doors.page(Method::GET, at::PASSWORD, Action::OwnDesk, password::form);
    doors.page(Method::POST, at::PASSWORD, Action::OwnDesk, password::choose);
    doors.page(Method::GET, at::SECOND, Action::OwnDesk, factor::second_form);
    doors.page(Method::POST, at::SECOND, Action::OwnDesk, factor::second);
    doors.page(Method::GET, at::CONFIRM, Action::OwnDesk, confirm::form);
    doors.page(Method::POST, at::CONFIRM, Action::OwnDesk, confirm::give);
    doors.page(Method::POST, at::PASSKEY_ASK, Action::OwnDesk, passkeys::ask);
    doors.page(Method::GET, at::OWN, Action::OwnDesk, own::show);
    doors.page(Method::POST, at::OTHER_SESSIONS, Action::OwnDesk, own::end_others);
    doors.page(Method::POST, "/account/sessions/{name}/end", Action::OwnDesk, own::end_one);
    doors.page(Method::GET, at::FACTOR, Action::OwnLocks, factor::set_up);
    doors.page(Method::POST, at::FACTOR_BEGIN, Action::OwnLocks, factor::begin);
    doors.page(Method::POST, at::FACTOR, Action::OwnLocks, factor::enrol);
    doors.page(Method::POST, at::RECOVERY, Action::OwnLocks, factor::new_codes);
    doors.page(Method::GET, at::PASSKEYS, Action::OwnLocks, passkeys::new_form);
    doors.page(Method::POST, at::PASSKEY_ASK_NEW, Action::OwnLocks, passkeys::ask_new);
    doors.page(Method::POST, at::PASSKEYS, Action::OwnLocks, passkeys::add);
    doors.page(Method::POST, "/account/passkeys/{id}/remove", Action::OwnLocks, passkeys::remove);
    doors.page(Method::GET, at::ACCOUNTS, Action::AccountAdmin, list);
    doors.page(Method::POST, at::ACCOUNTS, Action::AccountAdmin, create);
    doors.page(Method::POST, "/accounts/{id}/code", Action::AccountAdmin, new_code);
    doors.page(Method::POST, "/accounts/{id}/disable", Action::AccountAdmin, disable);
    doors.page(Method::POST, "/accounts/{id}/hand-on", Action::AccountAdmin, hand_on);
    doors.page(Method::POST, "/accounts/{id}/enable", Action::AccountAdmin, enable);
    doors.page(Method::POST, "/accounts/{id}/role", Action::AccountAdmin, set_role);
    doors.page(Method::POST, "/accounts/{id}/end", Action::AccountAdmin, end_sessions);
    doors.page(Method::GET, at::TOKENS, Action::TokenAdmin, tokens::list);
    doors.page(Method::POST, at::TOKENS, Action::TokenAdmin, tokens::create);
    doors.page(Method::POST, "/tokens/{id}/revoke", Action::TokenAdmin, tokens::revoke);
}

/// All accounts.
pub async fn list(State(state): State<AppState>, ctx: RequestCtx) -> PageResult<Response> {
    draw(&state, &ctx, None, None, &NewAccount::default()).await
}

async fn draw(
    state: &AppState,
    ctx: &Ctx,
    code: Option<(&str, &str)>,
    refusal: Option<&Refusal>,
    typed: &NewAccount,
) -> PageResult<Response> {
    let accounts = steps::list(&state.services, ctx).await?;
    let NewAccount { login, name, role, days, reason } = typed;
    let typed = TypedAccount { login, name, role, days, reason };
    let held = steps::handing::held(&state.services, ctx).await?;
    let (me, now) = (AccountId(ctx.actor.id), ctx.now);
    let body = page(&AccountsPage { accounts: &accounts, held: &held, me, now, code, refusal, typed });
    let page = frame::at_desk(state, ctx, routes::ACCOUNTS, "アカウント", body).await;
    Ok((refusal.map_or(StatusCode::OK, status_of), layout::page(&page)).into_response())
}

/// A new account as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewAccount {
    login: String,
    name: String,
    role: String,
    days: String,
    reason: String,
}

/// Makes an account and shows its one-time code once. With days it is one for maintenance.
pub async fn create(State(state): State<AppState>, ctx: RequestCtx, form: Form<NewAccount>) -> PageResult<Response> {
    let typed = form.fields;
    let made = match new_account(&typed) {
        Ok(new) => steps::create(&state.services, &ctx, &new).await,
        Err(refusal) => Err(refusal.into()),
    };
    match made {
        Ok(code) => draw(&state, &ctx, Some((&typed.login, &code)), None, &NewAccount::default()).await,
        Err(Error::Refused(refusal)) => draw(&state, &ctx, None, Some(&refusal), &typed).await,
        Err(error) => Err(error.into()),
    }
}

fn new_account(typed: &NewAccount) -> Result<steps::NewAccount<'_>, Refusal> {
    let maintenance = match (typed.days.trim(), typed.reason.trim()) {
        ("", "") => None,
        (days, reason) => {
            let days: String = days.nfkc().collect();
            Some((days.parse().unwrap_or_default(), reason))
        }
    };
    Ok(steps::NewAccount {
        login: &typed.login,
        name: &typed.name,
        role: steps::role_of_people(&typed.role)?,
        maintenance,
    })
}

/// A role as chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewRole {
    role: String,
}

/// Gives an account another role.
pub async fn set_role(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(account): At<AccountId>,
    form: Form<NewRole>,
) -> PageResult<Response> {
    let done = steps::set_role(&state.services, &ctx, account, &form.fields.role).await;
    after(&state, &ctx, done).await
}

/// Ends all sessions of an account.
pub async fn end_sessions(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(account): At<AccountId>,
) -> PageResult<Response> {
    let done = steps::end_sessions(&state.services, &ctx, account).await;
    after(&state, &ctx, done).await
}

/// To the list, or the list with what was refused.
async fn after(state: &AppState, ctx: &Ctx, done: Result<(), Error>) -> PageResult<Response> {
    match done {
        Ok(()) => Ok(see_other(routes::ACCOUNTS)),
        Err(Error::Refused(refusal)) => draw(state, ctx, None, Some(&refusal), &NewAccount::default()).await,
        Err(error) => Err(error.into()),
    }
}

/// A new one-time code.
pub async fn new_code(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(account): At<AccountId>,
) -> PageResult<Response> {
    let code = steps::new_code(&state.services, &ctx, account).await?;
    let accounts = steps::list(&state.services, &ctx).await?;
    let login = accounts.iter().find(|a| a.id == account).map_or("", |a| a.login.as_str()).to_owned();
    draw(&state, &ctx, Some((&login, &code)), None, &NewAccount::default()).await
}

/// Switches an account off.
pub async fn disable(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(account): At<AccountId>,
    form: Form<Taker>,
) -> PageResult<Response> {
    let done = steps::stop(&state.services, &ctx, account, &form.fields.to).await;
    after(&state, &ctx, done).await
}

/// Who takes what somebody held; empty: nobody yet.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Taker {
    to: String,
}

/// Hands on what somebody held who works here no longer.
pub async fn hand_on(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(account): At<AccountId>,
    form: Form<Taker>,
) -> PageResult<Response> {
    let done = steps::handing::hand_on(&state.services, &ctx, account, &form.fields.to).await;
    after(&state, &ctx, done).await
}

/// Switches an account on.
pub async fn enable(
    State(state): State<AppState>,
    ctx: RequestCtx,
    At(account): At<AccountId>,
) -> PageResult<Response> {
    let done = steps::set_active(&state.services, &ctx, account, true).await;
    after(&state, &ctx, done).await
}
