//! Accounts: making them, and what administrators do with them. Coming in, the second factor, one's own locks and
//! tokens stand beside.

pub mod delays;
pub mod factors;
pub mod handing;
pub mod own;
pub mod passkeys;
pub mod seals;
pub mod sign_in;
pub mod tokens;
mod way_in;

use chrono::Duration;
use serde_json::json;

use super::authorise::{Granted, authorise};
use super::{Error, Services, me};
use crate::domain::access::actor::{Role, may};
use crate::domain::accounts::account::Account;
use crate::domain::accounts::line::{Entrant, Rank};
use crate::domain::accounts::{self as rules, CODE_HOURS};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::gateway::secret;
use crate::store::accounts;
use crate::store::accounts::{factors as locks, passkeys as keys, sessions};
use crate::store::{Tx, audit};

pub use own::choose_password;
pub use sign_in::{leave, sign_in, sign_out};
pub use tokens::{TokenLine, create_token, create_token_for, revoke_token, tokens};
pub use way_in::SignedIn;

/// The longest a maintenance account may live, in days.
const MAINTENANCE_DAYS: i64 = 14;

/// An account to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// The sign-in name.
    pub login: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// Its role.
    pub role: Role,
    /// For maintenance: days until it ends by itself, and what it is for.
    pub maintenance: Option<(i64, &'a str)>,
}

impl NewAccount<'_> {
    fn account(&self, ctx: &Ctx) -> Result<Account, Refusal> {
        if self.role == Role::Integration {
            let words = "連携は人の役割ではありません。連携にはAPIトークンを作ってください";
            return Err(Refusal::field("role", "role.not_a_person", words));
        }
        let (expires_at, reason) = match self.maintenance {
            None => (None, String::new()),
            Some((days, reason)) => {
                if !(1..=MAINTENANCE_DAYS).contains(&days) {
                    let words = format!("保守用アカウントの日数は1〜{MAINTENANCE_DAYS}で入力してください");
                    return Err(Refusal::field("days", "days.range", words));
                }
                (Some(ctx.now + Duration::days(days)), text::required_line("reason", reason, 200)?)
            }
        };
        Ok(Account {
            id: AccountId(ctx.new_id()),
            login: rules::login(self.login)?,
            name: text::required_line("name", self.name, 40)?,
            role: self.role,
            password_hash: None,
            code_hash: None,
            code_expires_at: None,
            created_at: ctx.now,
            disabled_at: None,
            expires_at,
            reason,
        })
    }
}

/// The hash of a new password or code, on behalf of whoever acts.
async fn hashed(services: &Services, ctx: &Ctx, password: &str) -> Result<String, Error> {
    let who = Entrant { rank: Rank::Inside, share: secret::digest(&format!("account:{}", ctx.actor.id)) };
    let turn = services.passwords.turn(who).await.map_err(delays::busy)?;
    turn.hash(password).await.map_err(Error::Outside)
}

/// Makes an account; returns the one-time code for its first sign-in.
pub async fn create(services: &Services, ctx: &Ctx, new: &NewAccount<'_>) -> Result<String, Error> {
    let by = authorise::<may::AccountAdmin>(ctx)?;
    let mut account = new.account(ctx)?;
    let code = secret::code().map_err(Error::Outside)?;
    account.code_hash = Some(hashed(services, ctx, &code).await?);
    account.code_expires_at = Some(ctx.now + Duration::hours(CODE_HOURS));
    let tx = services.store.begin().await?;
    add(&by, &tx, ctx, &account).await?;
    tx.commit().await?;
    Ok(code)
}

/// Makes an account that has its password and its authenticator app already: for demonstrations and trials.
pub async fn create_enrolled(
    services: &Services,
    ctx: &Ctx,
    new: &NewAccount<'_>,
    password: &str,
    secret: &[u8],
) -> Result<AccountId, Error> {
    let by = authorise::<may::AccountAdmin>(ctx)?;
    let mut account = new.account(ctx)?;
    account.password_hash = Some(hashed(services, ctx, password).await?);
    let tx = services.store.begin().await?;
    add(&by, &tx, ctx, &account).await?;
    factors::add(services, &tx, ctx, account.id, secret, true).await?;
    tx.commit().await?;
    Ok(account.id)
}

async fn add(_: &Granted<may::AccountAdmin>, tx: &Tx, ctx: &Ctx, account: &Account) -> Result<(), Error> {
    match accounts::add(tx, account).await {
        Err(crate::store::StoreError::Duplicate) => {
            return Err(
                Refusal::field("login", "login.taken", "このログインIDは使われています。別のIDにしてください").into()
            );
        }
        other => other?,
    }
    let entry = AuditEntry::done("account.create", Object::new("account", account.id))
        .detail(json!({ "role": account.role.code(), "maintenance": account.expires_at.is_some() }));
    Ok(audit::record(tx, ctx, entry).await?)
}

/// A new one-time code for an account whose owner can't sign in; its password, its second factor with its passkeys
/// and its sessions end.
pub async fn new_code(services: &Services, ctx: &Ctx, id: AccountId) -> Result<String, Error> {
    authorise::<may::AccountAdmin>(ctx)?;
    accounts::by_id(&services.store, id).await?.ok_or(Error::NotFound("account"))?;
    let code = secret::code().map_err(Error::Outside)?;
    let hash = hashed(services, ctx, &code).await?;
    let tx = services.store.begin().await?;
    accounts::set_code(&tx, id, hash, ctx.now + Duration::hours(CODE_HOURS)).await?;
    locks::forget(&tx, id).await?;
    let passkeys = keys::forget(&tx, id).await?;
    sessions::end_of(&tx, id, None, ctx.now).await?;
    let entry = AuditEntry::done("account.code", Object::new("account", id)).detail(json!({ "passkeys": passkeys }));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(code)
}

/// An account to be changed, in a transaction that no other change of accounts runs beside: nobody changes their
/// own, and one administrator always remains.
async fn to_change(
    _: &Granted<may::AccountAdmin>,
    services: &Services,
    ctx: &Ctx,
    id: AccountId,
    stays_administrator: bool,
) -> Result<(Tx, Account), Error> {
    let tx = services.store.begin().await?;
    accounts::lock(&tx).await?;
    let all = accounts::all(&tx).await?;
    let others = all
        .iter()
        .any(|a| a.id != id && a.role == Role::Administrator && a.is_active(ctx.now) && a.expires_at.is_none());
    let account = all.into_iter().find(|a| a.id == id).ok_or(Error::NotFound("account"))?;
    if id == me(ctx) {
        let words = "自分自身のアカウントは変更できません。ほかの管理者に依頼してください";
        return Err(Refusal::conflict("account.own", words).into());
    }
    if !stays_administrator && account.role == Role::Administrator && !others {
        let words = "最後の管理者です。先に別の管理者を作ってください";
        return Err(Refusal::conflict("account.last_administrator", words).into());
    }
    Ok((tx, account))
}

/// Switches an account off (its sessions and its passkeys end) or on. Nobody switches off themselves, or the last
/// administrator.
pub async fn set_active(services: &Services, ctx: &Ctx, id: AccountId, active: bool) -> Result<(), Error> {
    let by = authorise::<may::AccountAdmin>(ctx)?;
    switch(&by, services, ctx, id, active, "").await
}

/// Switches an account off, and hands on what is open in its name; to nobody: it stays on the list of tickets without an
/// owner.
///
/// # Errors
/// As [`set_active`]; a fault beside `to` when whoever is to take it may not.
pub async fn stop(services: &Services, ctx: &Ctx, id: AccountId, to: &str) -> Result<(), Error> {
    let by = authorise::<may::AccountAdmin>(ctx)?;
    switch(&by, services, ctx, id, false, to).await
}

async fn switch(
    by: &Granted<may::AccountAdmin>,
    services: &Services,
    ctx: &Ctx,
    id: AccountId,
    active: bool,
    to: &str,
) -> Result<(), Error> {
    let (tx, _) = to_change(by, services, ctx, id, active).await?;
    if !to.is_empty() {
        handing::all_of(by, services, &tx, ctx, id, to).await?;
    }
    accounts::set_disabled(&tx, id, (!active).then_some(ctx.now)).await?;
    sessions::end_of(&tx, id, None, ctx.now).await?;
    let action = if active { "account.enable" } else { "account.disable" };
    let passkeys = if active { 0 } else { keys::forget(&tx, id).await? };
    let entry = AuditEntry::done(action, Object::new("account", id)).detail(json!({ "passkeys": passkeys }));
    audit::record(&tx, ctx, entry).await?;
    Ok(tx.commit().await?)
}

/// A role that people have, by its code.
pub fn role_of_people(code: &str) -> Result<Role, Refusal> {
    let unknown = || Refusal::field("role", "choice.unknown", "役割を選んでください");
    Role::parse(code).filter(|r| *r != Role::Integration).ok_or_else(unknown)
}

/// Gives an account another role; its sessions end.
pub async fn set_role(services: &Services, ctx: &Ctx, id: AccountId, role: &str) -> Result<(), Error> {
    let by = authorise::<may::AccountAdmin>(ctx)?;
    let role = role_of_people(role);
    let (tx, account) = to_change(&by, services, ctx, id, matches!(role, Ok(Role::Administrator))).await?;
    let role = role?;
    accounts::set_role(&tx, id, role).await?;
    sessions::end_of(&tx, id, None, ctx.now).await?;
    let entry = AuditEntry::done("account.role", Object::new("account", id))
        .detail(json!({ "from": account.role.code(), "to": role.code() }));
    audit::record(&tx, ctx, entry).await?;
    Ok(tx.commit().await?)
}

/// Ends all sessions of an account, everywhere and at once.
pub async fn end_sessions(services: &Services, ctx: &Ctx, id: AccountId) -> Result<(), Error> {
    authorise::<may::AccountAdmin>(ctx)?;
    accounts::by_id(&services.store, id).await?.ok_or(Error::NotFound("account"))?;
    let tx = services.store.begin().await?;
    sessions::end_of(&tx, id, None, ctx.now).await?;
    audit::record(&tx, ctx, AuditEntry::done("account.end_sessions", Object::new("account", id))).await?;
    Ok(tx.commit().await?)
}

/// All accounts.
pub async fn list(services: &Services, ctx: &Ctx) -> Result<Vec<Account>, Error> {
    authorise::<may::AccountAdmin>(ctx)?;
    services.store.journal().write(ctx, AuditEntry::done("account.list", Object::kind("account"))).await?;
    Ok(accounts::all(&services.store).await?)
}
