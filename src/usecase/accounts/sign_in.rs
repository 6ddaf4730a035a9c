//! Coming in: by password or one-time code, then by the second factor.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{Error, House};
use super::delays::{Attempt, Knock};
use super::factors;
use crate::domain::accounts::session::{HALF_MINUTES, Stage};
use crate::domain::accounts::{self as rules, SESSION_HOURS};
use crate::domain::actor::Role;
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::gateway::secret;
use crate::store::accounts::{self as memory, Account};
use crate::store::sessions::{self, Session};
use crate::store::{Tx, audit};

/// A session just opened.
pub struct SignedIn {
    /// The secret for the cookie; only its hash is kept.
    pub secret: String,
    /// How far it has come.
    pub stage: Stage,
}

/// Signs a person in by password, or, the first time, by the one-time code an administrator handed over.
pub async fn sign_in(house: &House, ctx: &Ctx, login: &str, password: &str) -> Result<SignedIn, Error> {
    let knock = Knock::by_password(house, ctx, login).await?;
    let turn = knock.turn(house).await?;
    let attempt = knock.count(house, ctx).await?;
    let found = match rules::login(login) {
        Ok(login) => memory::by_login(&house.store, &login).await?,
        Err(_) => None,
    };
    let active = found.as_ref().filter(|a| a.is_active(ctx.now) && a.role != Role::Integration);
    let by_password = active.and_then(|a| a.password_hash.as_deref());
    let by_code =
        active.filter(|a| a.code_expires_at.is_some_and(|until| until > ctx.now)).and_then(|a| a.code_hash.as_deref());
    let typed = if by_password.is_none() { code_as_typed(password) } else { password.to_owned() };
    let right = turn.verify(&typed, by_password.or(by_code)).await.map_err(Error::Outside)?;
    match active {
        Some(account) if right => open(house, ctx, attempt, account, by_code.filter(|_| by_password.is_none())).await,
        _ => Err(failed(house, ctx, found.as_ref().map(|a| a.id), wrong()).await?),
    }
}

/// Codes are read out: spaces, hyphens and small letters don't matter.
pub(super) fn code_as_typed(typed: &str) -> String {
    let letters: Vec<char> =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

async fn open(
    house: &House,
    ctx: &Ctx,
    attempt: Attempt,
    account: &Account,
    code: Option<&str>,
) -> Result<SignedIn, Error> {
    let has_factor = factors::counts(house, account.id).await?;
    let tx = house.store.begin().await?;
    if let Some(code) = code
        && !memory::use_code(&tx, account.id, code).await?
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

/// Opens a session. `proof`: when the second factor was given; one without it lives only as long as giving it takes.
pub(super) async fn open_session(
    tx: &Tx,
    ctx: &Ctx,
    account: Uuid,
    proof: Option<DateTime<Utc>>,
) -> Result<String, Error> {
    let secret = secret::token().map_err(Error::Outside)?;
    let life = if proof.is_some() { Duration::hours(SESSION_HOURS) } else { Duration::minutes(HALF_MINUTES) };
    let session = Session {
        id: secret::digest(&secret),
        account_id: account,
        created_at: ctx.now,
        last_seen_at: ctx.now,
        expires_at: ctx.now + life,
        second_at: proof,
        confirmed_at: proof,
        peer: ctx.peer.clone(),
        agent: ctx.agent.clone(),
    };
    sessions::open(tx, &session).await?;
    Ok(secret)
}

/// Writes a failure down, which was counted before it was looked at, and says so in the words given.
pub(super) async fn failed(house: &House, ctx: &Ctx, account: Option<Uuid>, words: Refusal) -> Result<Error, Error> {
    failed_by(house, ctx, account, words, json!({})).await
}

/// The same, with what a reviewer should know of it.
pub(super) async fn failed_by(
    house: &House,
    ctx: &Ctx,
    account: Option<Uuid>,
    words: Refusal,
    detail: Value,
) -> Result<Error, Error> {
    let tx = house.store.begin().await?;
    let object = account.map_or(Object::kind("account"), |id| Object::new("account", id));
    let entry = AuditEntry::done("session.open", object).outcome(Outcome::Failed).detail(detail);
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(words.into())
}

fn wrong() -> Refusal {
    Refusal::invalid("sign_in.wrong", "ログインIDまたはパスワードが違います。もう一度入力してください")
}

/// Ends the session of a cookie.
pub async fn sign_out(house: &House, ctx: &Ctx, secret: &str) -> Result<(), Error> {
    let tx = house.store.begin().await?;
    sessions::end(&tx, secret::digest(secret), ctx.now).await?;
    audit::record(&tx, ctx, AuditEntry::done("session.end", Object::new("account", ctx.actor.id))).await?;
    Ok(tx.commit().await?)
}
