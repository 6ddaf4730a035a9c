//! The second factor: setting it up, giving it, giving it again before what needs a fresh proof, recovery codes.
//! Passkeys stand in `passkeys`.

use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::super::authorise::authorise;
use super::super::{Error, Services};
use super::delays::Knock;
use super::passkeys;
use super::way_in::{SignedIn, Unproved, code_as_typed, failed, failed_by, open_session};
use crate::domain::access::actor::may;
use crate::domain::accounts::RECOVERY_CODES;
use crate::domain::accounts::account::Account;
use crate::domain::accounts::session::Stage;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::gateway::seal::Place;
use crate::gateway::totp::Picture;
use crate::gateway::{secret, totp};
use crate::store::accounts;
use crate::store::accounts::factors;
use crate::store::accounts::factors::Factor;
use crate::store::accounts::sessions;
use crate::store::{Tx, audit};

/// What an authenticator app is set up from. Never written to a log.
pub struct SetUp {
    /// A picture for the app's camera.
    pub picture: Picture,
    /// The same for typing.
    pub by_hand: String,
}

/// A second factor just set up.
pub struct Enrolled {
    /// The new session.
    pub signed_in: SignedIn,
    /// The recovery codes: shown once.
    pub codes: Vec<String>,
}

fn place(id: Uuid) -> Place {
    Place { table: "factors", column: "secret", row: id }
}

/// Whether an account has a second factor that counts.
pub(in crate::usecase) async fn counts(services: &Services, account: AccountId) -> Result<bool, Error> {
    Ok(factors::of(&services.store, account, true).await?.is_some())
}

async fn me(services: &Services, ctx: &Ctx) -> Result<Account, Error> {
    accounts::by_id(&services.store, super::super::me(ctx)).await?.ok_or(Error::NotFound("account"))
}

/// Begins to set up an authenticator app. Where it was begun already, the same secret stays until it's confirmed.
pub async fn begin(services: &Services, ctx: &Ctx) -> Result<(), Error> {
    authorise::<may::OwnLocks>(ctx)?;
    if factors::of(&services.store, super::super::me(ctx), false).await?.is_some() {
        return Ok(());
    }
    let secret = totp::new_secret().map_err(Error::Outside)?;
    let tx = services.store.begin().await?;
    add(services, &tx, ctx, super::super::me(ctx), &secret, false).await?;
    Ok(tx.commit().await?)
}

/// What the app that was begun is set up from; none where none was.
pub async fn set_up(services: &Services, ctx: &Ctx) -> Result<Option<SetUp>, Error> {
    authorise::<may::OwnLocks>(ctx)?;
    let account = me(services, ctx).await?;
    let Some(begun) = factors::of(&services.store, account.id, false).await? else { return Ok(None) };
    let secret = services.seals.unseal(place(begun.id), &begun.secret).map_err(Error::Outside)?;
    let picture = totp::picture(&secret, &account.login).map_err(Error::Outside)?;
    Ok(Some(SetUp { picture, by_hand: totp::by_hand(&secret) }))
}

/// Adds an authenticator app with a given secret.
pub(in crate::usecase) async fn add(
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    account: AccountId,
    secret: &[u8],
    confirmed: bool,
) -> Result<(), Error> {
    let id = ctx.new_id();
    let factor = Factor {
        id,
        account_id: account,
        secret: services.seals.seal(place(id), secret).map_err(Error::Outside)?,
        last_step: 0,
        confirmed_at: confirmed.then_some(ctx.now),
    };
    Ok(factors::add(tx, &factor, ctx.now).await?)
}

/// Confirms the app being set up by its first code: it counts from now on, earlier ones and earlier sessions end.
pub async fn enrol(services: &Services, ctx: &Ctx, typed: &str) -> Result<Enrolled, Error> {
    authorise::<may::OwnLocks>(ctx)?;
    let account = me(services, ctx).await?;
    let begun = factors::of(&services.store, account.id, false).await?.ok_or(Error::NotFound("factor"))?;
    let attempt = Knock::inside(services, ctx, &account.login).await?.count(services, ctx).await?;
    let secret = services.seals.unseal(place(begun.id), &begun.secret).map_err(Error::Outside)?;
    let Some(step) = totp::step_of(&secret, &digits(typed), ctx.now, begun.last_step) else {
        return Err(failed(services, ctx, Some(account.id), wrong()).await?);
    };
    let (codes, hashes) = recovery_codes()?;
    let tx = services.store.begin().await?;
    attempt.done(&tx, ctx.now).await?;
    if !factors::use_step(&tx, begun.id, step).await? {
        return Err(wrong().into());
    }
    factors::confirm(&tx, &begun, ctx.now).await?;
    factors::put_codes(&tx, account.id, &hashes, ctx.now).await?;
    sessions::end_of(&tx, account.id, None, ctx.now).await?;
    let secret = open_session(&tx, ctx, account.id, Some(ctx.now)).await?;
    audit::record(&tx, ctx, AuditEntry::done("account.factor", Object::new("account", account.id))).await?;
    tx.commit().await?;
    Ok(Enrolled { signed_in: SignedIn { secret, stage: Stage::Full }, codes })
}

fn recovery_codes() -> Result<(Vec<String>, Vec<[u8; 32]>), Error> {
    let codes: Result<Vec<String>, String> = (0..RECOVERY_CODES).map(|_| secret::code()).collect();
    let codes = codes.map_err(Error::Outside)?;
    let hashes = codes.iter().map(|code| secret::digest(code)).collect();
    Ok((codes, hashes))
}

/// New recovery codes in the place of all earlier ones.
pub async fn new_codes(services: &Services, ctx: &Ctx) -> Result<Vec<String>, Error> {
    authorise::<may::OwnLocks>(ctx)?;
    let (codes, hashes) = recovery_codes()?;
    let tx = services.store.begin().await?;
    factors::put_codes(&tx, super::super::me(ctx), &hashes, ctx.now).await?;
    audit::record(&tx, ctx, AuditEntry::done("account.recovery_codes", Object::new("account", super::super::me(ctx))))
        .await?;
    tx.commit().await?;
    Ok(codes)
}

/// How many recovery codes the acting account has left.
pub async fn codes_left(services: &Services, ctx: &Ctx) -> Result<u64, Error> {
    authorise::<may::OwnDesk>(ctx)?;
    Ok(factors::codes_left(&services.store, super::super::me(ctx)).await?)
}

/// What somebody gives as the second factor.
#[derive(Debug, Clone, Copy)]
pub enum Given<'a> {
    /// A code as typed: of the app, or for recovery.
    Code(&'a str),
    /// An authenticator's answer.
    Passkey(&'a str),
}

/// Gives the second factor after the password: the half session ends, a whole one opens.
pub async fn second(services: &Services, ctx: &Ctx, given: Given<'_>) -> Result<SignedIn, Error> {
    authorise::<may::OwnDesk>(ctx)?;
    let half = ctx.session.ok_or(Error::NotFound("session"))?;
    let account = me(services, ctx).await?;
    let knock = Knock::by_second(services, ctx, &account.login).await?;
    let (tx, how) = give(services, ctx, &account, knock, given).await?;
    sessions::end(&tx, half.id, ctx.now).await?;
    let secret = open_session(&tx, ctx, account.id, Some(ctx.now)).await?;
    let entry = AuditEntry::done("session.second", Object::new("account", account.id)).detail(how);
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(SignedIn { secret, stage: Stage::Full })
}

/// Gives the second factor again, for what needs a fresh proof.
pub async fn confirm(services: &Services, ctx: &Ctx, given: Given<'_>) -> Result<(), Error> {
    authorise::<may::OwnDesk>(ctx)?;
    let session = ctx.session.filter(|s| s.stage == Stage::Full).ok_or(Error::NotFound("session"))?;
    let account = me(services, ctx).await?;
    let knock = Knock::inside(services, ctx, &account.login).await?;
    let (tx, how) = give(services, ctx, &account, knock, given).await?;
    sessions::confirm(&tx, session.id, ctx.now).await?;
    let entry = AuditEntry::done("session.confirm", Object::new("account", account.id)).detail(how);
    audit::record(&tx, ctx, entry).await?;
    Ok(tx.commit().await?)
}

/// Takes what is given, whatever it is: failures count alike. The transaction is the caller's to end.
async fn give(
    services: &Services,
    ctx: &Ctx,
    account: &Account,
    knock: Knock,
    given: Given<'_>,
) -> Result<(Tx, Value), Error> {
    let attempt = knock.count(services, ctx).await?;
    let proved = match given {
        Given::Code(typed) => use_up(services, ctx, account, typed).await?,
        Given::Passkey(answer) => passkeys::prove(services, ctx, answer).await?,
    };
    match proved {
        Ok((tx, how)) => {
            attempt.done(&tx, ctx.now).await?;
            Ok((tx, how))
        }
        Err(Unproved { words, detail }) => Err(failed_by(services, ctx, Some(account.id), words, detail).await?),
    }
}

/// Uses up a code of the app or a recovery code.
async fn use_up(
    services: &Services,
    ctx: &Ctx,
    account: &Account,
    typed: &str,
) -> Result<Result<(Tx, Value), Unproved>, Error> {
    let factor = factors::of(&services.store, account.id, true).await?.ok_or(Error::NotFound("factor"))?;
    let secret = services.seals.unseal(place(factor.id), &factor.secret).map_err(Error::Outside)?;
    let step = totp::step_of(&secret, &digits(typed), ctx.now, factor.last_step);
    let tx = services.store.begin().await?;
    let used = match step {
        Some(step) => factors::use_step(&tx, factor.id, step).await?,
        None => factors::use_code(&tx, account.id, secret::digest(&code_as_typed(typed)), ctx.now).await?,
    };
    if !used {
        return Ok(Err(Unproved { words: wrong(), detail: json!({}) }));
    }
    Ok(Ok((tx, json!({ "by": if step.is_some() { "app" } else { "recovery" } }))))
}

/// Digits as typed: full width and spaces don't matter.
fn digits(typed: &str) -> String {
    typed.nfkc().filter(|c| !c.is_whitespace() && *c != '-').take(16).collect()
}

fn wrong() -> Refusal {
    Refusal::field(
        "code",
        "factor.wrong",
        "コードが違うか、使用済みです。アプリに表示されている新しいコードを入力してください",
    )
}
