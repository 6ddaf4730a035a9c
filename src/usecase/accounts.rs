//! Signing in and out, first passwords, accounts and tokens.

use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

use super::{Error, House, must};
use crate::domain::accounts::{self as rules, CODE_HOURS, SESSION_HOURS};
use crate::domain::actor::{Action, Role};
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::gateway::secret;
use crate::store::accounts::{self as memory, Account, Token};
use crate::store::{Store, audit};

/// A session just opened.
pub struct SignedIn {
    /// The secret for the cookie; only its hash is kept.
    pub secret: String,
    /// A first sign-in by code: a password must be chosen before anything else.
    pub must_choose_password: bool,
}

/// Signs a person in by password, or, the first time, by the one-time code an administrator handed over.
pub async fn sign_in(house: &House, ctx: &Ctx, login: &str, password: &str) -> Result<SignedIn, Error> {
    let found = match rules::login(login) {
        Ok(login) => memory::by_login(&house.store, &login).await?,
        Err(_) => None,
    };
    if let Some(account) = &found
        && account.blocked_until.is_some_and(|until| until > ctx.now)
    {
        return Err(wait(account, ctx));
    }
    let active = found.as_ref().filter(|a| a.disabled_at.is_none() && a.role != Role::Integration);
    let by_password = active.and_then(|a| a.password_hash.as_deref());
    let by_code =
        active.filter(|a| a.code_expires_at.is_some_and(|until| until > ctx.now)).and_then(|a| a.code_hash.as_deref());
    let typed = if by_password.is_none() { code_as_typed(password) } else { password.to_owned() };
    let right = house.passwords.verify(&typed, by_password.or(by_code)).await;
    match active {
        Some(account) if right => open(house, ctx, account, by_code.filter(|_| by_password.is_none())).await,
        _ => Err(fail(house, ctx, found.as_ref()).await?),
    }
}

/// Codes are read out: spaces, hyphens and small letters don't matter.
fn code_as_typed(typed: &str) -> String {
    let letters: Vec<char> =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

async fn open(house: &House, ctx: &Ctx, account: &Account, code: Option<&str>) -> Result<SignedIn, Error> {
    let secret = secret::token().map_err(Error::Outside)?;
    let tx = house.store.begin().await?;
    if let Some(code) = code
        && !memory::use_code(&tx, account.id, code).await?
    {
        return Err(wrong().into());
    }
    memory::note_failures(&tx, account.id, 0, None).await?;
    let until = ctx.now + Duration::hours(SESSION_HOURS);
    memory::open_session(&tx, secret::digest(&secret), account.id, ctx.now, until).await?;
    let how = if code.is_some() { "code" } else { "password" };
    let entry = AuditEntry::done("session.open", Object::new("account", account.id)).detail(json!({ "by": how }));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(SignedIn { secret, must_choose_password: code.is_some() })
}

async fn fail(house: &House, ctx: &Ctx, account: Option<&Account>) -> Result<Error, Error> {
    let tx = house.store.begin().await?;
    let object = account.map_or(Object::kind("account"), |a| Object::new("account", a.id));
    if let Some(account) = account {
        let failures = account.failed_sign_ins + 1;
        memory::note_failures(&tx, account.id, failures, rules::wait_after(failures, ctx.now)).await?;
    }
    audit::record(&tx, ctx, AuditEntry::done("session.open", object).outcome(Outcome::Failed)).await?;
    tx.commit().await?;
    Ok(wrong().into())
}

fn wrong() -> Refusal {
    Refusal::invalid("sign_in.wrong", "ログインIDまたはパスワードが違います。もう一度入力してください")
}

fn wait(account: &Account, ctx: &Ctx) -> Error {
    let seconds = account.blocked_until.map_or(0, |until| (until - ctx.now).num_seconds() + 1);
    Refusal::too_many("sign_in.wait", format!("続けて失敗したため、あと{seconds}秒お待ちください")).into()
}

/// Ends the session of a cookie.
pub async fn sign_out(house: &House, ctx: &Ctx, secret: &str) -> Result<(), Error> {
    let tx = house.store.begin().await?;
    memory::end_session(&tx, secret::digest(secret), ctx.now).await?;
    audit::record(&tx, ctx, AuditEntry::done("session.end", Object::new("account", ctx.actor.id))).await?;
    Ok(tx.commit().await?)
}

/// Chooses a new password: the current one is asked for unless there is none yet. All sessions end; a new one opens.
pub async fn choose_password(
    house: &House,
    ctx: &Ctx,
    current: &str,
    new: &str,
    again: &str,
) -> Result<SignedIn, Error> {
    must(ctx, Action::OwnDesk)?;
    let account = memory::by_id(&house.store, ctx.actor.id).await?.ok_or(Error::NotFound("account"))?;
    if let Some(hash) = account.password_hash.as_deref()
        && !house.passwords.verify(current, Some(hash)).await
    {
        return Err(Refusal::field("current", "password.wrong", "いまのパスワードが違います").into());
    }
    rules::new_password(&account.login, new)?;
    if new != again {
        return Err(Refusal::field("again", "password.differs", "2回の入力が一致していません").into());
    }
    let hash = house.passwords.hash(new).await.map_err(Error::Outside)?;
    let secret = secret::token().map_err(Error::Outside)?;
    let tx = house.store.begin().await?;
    memory::set_password(&tx, account.id, hash).await?;
    memory::end_sessions_of(&tx, account.id, ctx.now).await?;
    let until = ctx.now + Duration::hours(SESSION_HOURS);
    memory::open_session(&tx, secret::digest(&secret), account.id, ctx.now, until).await?;
    audit::record(&tx, ctx, AuditEntry::done("account.password", Object::new("account", account.id))).await?;
    tx.commit().await?;
    Ok(SignedIn { secret, must_choose_password: false })
}

/// Makes an account; returns the one-time code for its first sign-in.
pub async fn create(house: &House, ctx: &Ctx, login: &str, name: &str, role: Role) -> Result<String, Error> {
    must(ctx, Action::AccountAdmin)?;
    let login = rules::login(login)?;
    let name = text::required_line("name", name, 40)?;
    let code = secret::code().map_err(Error::Outside)?;
    let hash = house.passwords.hash(&code).await.map_err(Error::Outside)?;
    let account = Account {
        id: ctx.new_id(),
        login,
        name,
        role,
        password_hash: None,
        code_hash: Some(hash),
        code_expires_at: Some(ctx.now + Duration::hours(CODE_HOURS)),
        failed_sign_ins: 0,
        blocked_until: None,
        created_at: ctx.now,
        disabled_at: None,
    };
    add(&house.store, ctx, &account).await?;
    Ok(code)
}

/// Makes an account that has its password already: for demonstrations and trials.
pub async fn create_with_password(
    house: &House,
    ctx: &Ctx,
    login: &str,
    name: &str,
    role: Role,
    password: &str,
) -> Result<Uuid, Error> {
    must(ctx, Action::AccountAdmin)?;
    let account = Account {
        id: ctx.new_id(),
        login: rules::login(login)?,
        name: name.to_owned(),
        role,
        password_hash: Some(house.passwords.hash(password).await.map_err(Error::Outside)?),
        code_hash: None,
        code_expires_at: None,
        failed_sign_ins: 0,
        blocked_until: None,
        created_at: ctx.now,
        disabled_at: None,
    };
    add(&house.store, ctx, &account).await?;
    Ok(account.id)
}

async fn add(store: &Store, ctx: &Ctx, account: &Account) -> Result<(), Error> {
    let tx = store.begin().await?;
    match memory::add(&tx, account).await {
        Err(crate::store::StoreError::Duplicate) => {
            return Err(
                Refusal::field("login", "login.taken", "このログインIDは使われています。別のIDにしてください").into()
            );
        }
        other => other?,
    }
    let entry = AuditEntry::done("account.create", Object::new("account", account.id))
        .detail(json!({ "role": account.role.code() }));
    audit::record(&tx, ctx, entry).await?;
    Ok(tx.commit().await?)
}

/// A new one-time code for an account whose owner can't sign in; its password and sessions end.
pub async fn new_code(house: &House, ctx: &Ctx, id: Uuid) -> Result<String, Error> {
    must(ctx, Action::AccountAdmin)?;
    memory::by_id(&house.store, id).await?.ok_or(Error::NotFound("account"))?;
    let code = secret::code().map_err(Error::Outside)?;
    let hash = house.passwords.hash(&code).await.map_err(Error::Outside)?;
    let tx = house.store.begin().await?;
    memory::set_code(&tx, id, hash, ctx.now + Duration::hours(CODE_HOURS)).await?;
    memory::end_sessions_of(&tx, id, ctx.now).await?;
    audit::record(&tx, ctx, AuditEntry::done("account.code", Object::new("account", id))).await?;
    tx.commit().await?;
    Ok(code)
}

/// Switches an account off (its sessions end) or on. Nobody switches off themselves, or the last administrator.
pub async fn set_active(house: &House, ctx: &Ctx, id: Uuid, active: bool) -> Result<(), Error> {
    must(ctx, Action::AccountAdmin)?;
    let all = memory::all(&house.store).await?;
    let account = all.iter().find(|a| a.id == id).ok_or(Error::NotFound("account"))?;
    let others = all.iter().any(|a| a.id != id && a.role == Role::Administrator && a.disabled_at.is_none());
    if !active && (id == ctx.actor.id || (account.role == Role::Administrator && !others)) {
        return Err(Refusal::conflict(
            "account.last_administrator",
            "自分自身、または最後の管理者を停止することはできません",
        )
        .into());
    }
    let tx = house.store.begin().await?;
    memory::set_disabled(&tx, id, (!active).then_some(ctx.now)).await?;
    memory::end_sessions_of(&tx, id, ctx.now).await?;
    let action = if active { "account.enable" } else { "account.disable" };
    audit::record(&tx, ctx, AuditEntry::done(action, Object::new("account", id))).await?;
    Ok(tx.commit().await?)
}

/// All accounts.
pub async fn list(house: &House, ctx: &Ctx) -> Result<Vec<Account>, Error> {
    must(ctx, Action::AccountAdmin)?;
    house.store.journal().write(ctx, AuditEntry::done("account.list", Object::kind("account"))).await?;
    Ok(memory::all(&house.store).await?)
}

/// Makes a token; returns the secret, which is shown once.
pub async fn create_token(
    house: &House,
    ctx: &Ctx,
    name: &str,
    role: Role,
    scopes: Vec<String>,
    days: Option<i64>,
) -> Result<String, Error> {
    must(ctx, Action::TokenAdmin)?;
    let name = text::required_line("name", name, 80)?;
    if let Some(unknown) = scopes.iter().find(|s| !Action::ALL.iter().any(|a| a.code() == s.as_str())) {
        return Err(Refusal::field("scopes", "scope.unknown", format!("権限 {unknown} はありません")).into());
    }
    if days.is_some_and(|d| !(1..=3_650).contains(&d)) {
        return Err(Refusal::field("days", "days.range", "有効日数は1〜3650で入力してください").into());
    }
    let secret = secret::token().map_err(Error::Outside)?;
    let token = Token {
        id: ctx.new_id(),
        name,
        role,
        scopes,
        created_at: ctx.now,
        expires_at: days.map(|d| ctx.now + Duration::days(d)),
        revoked_at: None,
    };
    let by = (!ctx.actor.id.is_nil()).then_some(ctx.actor.id);
    let tx = house.store.begin().await?;
    memory::add_token(&tx, &token, secret::digest(&secret), by).await?;
    let entry = AuditEntry::done("token.create", Object::new("token", token.id))
        .detail(json!({ "role": role.code(), "scopes": token.scopes }));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(secret)
}

/// All tokens.
pub async fn tokens(house: &House, ctx: &Ctx) -> Result<Vec<Token>, Error> {
    must(ctx, Action::TokenAdmin)?;
    house.store.journal().write(ctx, AuditEntry::done("token.list", Object::kind("token"))).await?;
    Ok(memory::all_tokens(&house.store).await?)
}

/// Revokes a token.
pub async fn revoke_token(house: &House, ctx: &Ctx, id: Uuid) -> Result<(), Error> {
    must(ctx, Action::TokenAdmin)?;
    let tx = house.store.begin().await?;
    if !memory::revoke_token(&tx, id, ctx.now).await? {
        return Err(Error::NotFound("token"));
    }
    audit::record(&tx, ctx, AuditEntry::done("token.revoke", Object::new("token", id))).await?;
    Ok(tx.commit().await?)
}
