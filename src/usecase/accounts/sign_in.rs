//! Coming in: by password or one-time code, then by the second factor.

use serde_json::json;

use super::super::authorise::authorise;
use super::super::{Error, Services};
use super::delays::{Attempt, Knock};
use super::factors;
use super::way_in::{SignedIn, code_as_typed, failed, open_session};
use crate::domain::access::actor::{Role, may};
use crate::domain::accounts::account::Account;
use crate::domain::accounts::session::Stage;
use crate::domain::accounts::{self as rules};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::gateway::secret;
use crate::store::accounts;
use crate::store::accounts::sessions;
use crate::store::audit;

/// Signs a person in by password, or, the first time, by the one-time code an administrator handed over.
/// `held`: the cookie of the browser's session, if it has one.
pub async fn sign_in(
    services: &Services,
    ctx: &Ctx,
    login: &str,
    password: &str,
    held: Option<&str>,
) -> Result<SignedIn, Error> {
    let inside = lives(services, ctx, login, held).await?;
    let knock = Knock::by_password(services, ctx, login, inside).await?;
    let turn = knock.turn(services).await?;
    let attempt = knock.count(services, ctx).await?;
    let found = match rules::login(login) {
        Ok(login) => accounts::by_login(&services.store, &login).await?,
        Err(_) => None,
    };
    let active = found.as_ref().filter(|a| a.is_active(ctx.now) && a.role != Role::Integration);
    let by_password = active.and_then(|a| a.password_hash.as_deref());
    let by_code =
        active.filter(|a| a.code_expires_at.is_some_and(|until| until > ctx.now)).and_then(|a| a.code_hash.as_deref());
    let typed = if by_password.is_none() { code_as_typed(password) } else { password.to_owned() };
    let right = turn.verify(&typed, by_password.or(by_code)).await.map_err(Error::Outside)?;
    match active {
        Some(account) if right => {
            open(services, ctx, attempt, account, by_code.filter(|_| by_password.is_none())).await
        }
        _ => Err(failed(services, ctx, found.as_ref().map(|a| a.id), wrong()).await?),
    }
}

/// Whether the session that a browser holds is alive, and of that name: whoever signs in anew there is no stranger.
async fn lives(services: &Services, ctx: &Ctx, login: &str, held: Option<&str>) -> Result<bool, Error> {
    let (Some(held), Ok(login)) = (held, rules::login(login)) else { return Ok(false) };
    let found = sessions::find(&services.store, secret::digest(held)).await?;
    Ok(found.is_some_and(|entered| {
        let session = &entered.session;
        entered.account.login == login && session.second_at.is_some() && session.expires_at > ctx.now
    }))
}

async fn open(
    services: &Services,
    ctx: &Ctx,
    attempt: Attempt,
    account: &Account,
    code: Option<&str>,
) -> Result<SignedIn, Error> {
    let has_factor = factors::counts(services, account.id).await?;
    let tx = services.store.begin().await?;
    if let Some(code) = code
        && !accounts::use_code(&tx, account.id, code).await?
    {
        return Err(wrong().into());
    }
    attempt.half_done(&tx, ctx.now).await?;
    let stage = Stage::of(account.password_hash.is_some(), has_factor, false);
    let secret = open_session(&tx, ctx, account.id, None).await?;
    let how = if code.is_some() { "code" } else { "password" };
    let entry = AuditEntry::done("session.open", Object::new("account", account.id)).detail(json!({ "by": how }));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(SignedIn { secret, stage })
}

fn wrong() -> Refusal {
    Refusal::invalid("sign_in.wrong", "ログインIDまたはパスワードが違います。もう一度入力してください")
}

/// Ends the session whose cookie another sign-in replaces: nobody holds it any more, so nobody could end it.
pub async fn leave(services: &Services, ctx: &Ctx, secret: &str) -> Result<(), Error> {
    let id = secret::digest(secret);
    let Some(left) = sessions::find(&services.store, id).await? else { return Ok(()) };
    let tx = services.store.begin().await?;
    sessions::end(&tx, id, ctx.now).await?;
    let entry = AuditEntry::done("session.end", Object::new("account", left.account.id));
    audit::record(&tx, ctx, entry.detail(json!({ "by": "sign_in" }))).await?;
    Ok(tx.commit().await?)
}

/// Ends the session of a cookie.
pub async fn sign_out(services: &Services, ctx: &Ctx, secret: &str) -> Result<(), Error> {
    authorise::<may::OwnDesk>(ctx)?;
    let tx = services.store.begin().await?;
    sessions::end(&tx, secret::digest(secret), ctx.now).await?;
    audit::record(&tx, ctx, AuditEntry::done("session.end", Object::new("account", ctx.actor.id))).await?;
    Ok(tx.commit().await?)
}
