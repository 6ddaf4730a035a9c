//! Passkeys: adding and removing them, and giving one as the second factor. They stand beside the authenticator app,
//! never in its place: whoever loses one comes in by the app.

use chrono::Duration;
use serde_json::{Value, json};

use super::super::authorise::authorise;
use super::super::{Error, Services, me};
use super::way_in::Unproved;
use crate::domain::access::actor::may;
use crate::domain::accounts::passkey::Passkey;
use crate::domain::accounts::passkey::{self as rules, CHALLENGE_MINUTES, MOST, NAME_CHARS, Purpose, WhyNot};
use crate::domain::accounts::session::{Session, Stage};
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;
use crate::domain::id::{AccountId, PasskeyId};
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::gateway::passkey::{Asked, Fault, Proved};
use crate::store::accounts::passkeys;
use crate::store::accounts::passkeys::Challenge;
use crate::store::{Access, StoreError, Tx, accounts, audit};

/// The acting account's passkeys, oldest first.
pub async fn of_mine(services: &Services, ctx: &Ctx) -> Result<Vec<Passkey>, Error> {
    authorise::<may::OwnDesk>(ctx)?;
    Ok(passkeys::of(&services.store, me(ctx)).await?)
}

/// Whether the acting account can give a passkey here.
pub async fn can_give(services: &Services, ctx: &Ctx) -> Result<bool, Error> {
    authorise::<may::OwnDesk>(ctx)?;
    Ok(services.passkeys.offered().is_ok() && passkeys::count(&services.store, me(ctx)).await? > 0)
}

/// The session that a challenge belongs to, when it has come as far as one of these stages.
fn session(ctx: &Ctx, stages: &[Stage]) -> Result<Session, Error> {
    ctx.session.filter(|s| stages.contains(&s.stage)).ok_or(Error::NotFound("session"))
}

fn offered(services: &Services) -> Result<(), Error> {
    services.passkeys.offered().map_err(|why| {
        let words = match why {
            WhyNot::LeftOut => "この窓口ではパスキーを使えません",
            WhyNot::Address => "このアドレスではパスキーを使えません。管理者にお問い合わせください",
        };
        Refusal::conflict("passkey.off", words).into()
    })
}

async fn has_room(on: &impl Access, account: AccountId) -> Result<(), Error> {
    if passkeys::count(on, account).await? < MOST as u64 {
        return Ok(());
    }
    let words = format!("パスキーは{MOST}個までです。使わないものを削除してから追加してください");
    Err(Refusal::conflict("passkey.most", words).into())
}

/// What a passkey is called: as its owner says, else after the browser it was made in.
fn name_of(ctx: &Ctx, said: &str) -> Result<String, Error> {
    let said = text::line("name", said, NAME_CHARS)?;
    let otherwise = if ctx.agent.is_empty() { "パスキー" } else { ctx.agent.as_str() };
    Ok(if said.is_empty() { otherwise.to_owned() } else { said })
}

/// Asks the authenticator of the acting account for a new passkey; what the browser is told. What can't be taken is
/// refused before the authenticator has made one.
pub async fn ask_new(services: &Services, ctx: &Ctx, name: &str) -> Result<Value, Error> {
    authorise::<may::OwnLocks>(ctx)?;
    let session = session(ctx, &[Stage::Full])?;
    offered(services)?;
    name_of(ctx, name)?;
    has_room(&services.store, me(ctx)).await?;
    let account = accounts::by_id(&services.store, me(ctx)).await?.ok_or(Error::NotFound("account"))?;
    let known = passkeys::of(&services.store, account.id).await?;
    let known: Vec<Vec<u8>> = known.into_iter().map(|p| p.credential_id).collect();
    let asked =
        services.passkeys.ask_new(account.id.0, &account.login, &account.name, &known).map_err(Error::Outside)?;
    wait_for(services, ctx, session, Purpose::Add, asked).await
}

/// Adds the passkey that the acting account's authenticator has made.
pub async fn add(services: &Services, ctx: &Ctx, name: &str, answer: &str) -> Result<(), Error> {
    authorise::<may::OwnLocks>(ctx)?;
    let session = session(ctx, &[Stage::Full])?;
    let name = name_of(ctx, name)?;
    let Some(state) = answered(services, ctx, session, Purpose::Add).await? else {
        return Err(not_added(services, ctx, "late", too_late()).await?);
    };
    let Ok(made) = services.passkeys.made(state, answer) else {
        return Err(not_added(services, ctx, "wrong", unfit()).await?);
    };
    let tx = services.store.begin().await?;
    // One after the other: ten stay ten.
    accounts::lock(&tx).await?;
    has_room(&tx, me(ctx)).await?;
    let new = Passkey {
        id: PasskeyId(ctx.new_id()),
        account_id: me(ctx),
        name,
        credential_id: made.credential_id,
        credential: made.credential,
        counter: 0,
        created_at: ctx.now,
        last_used_at: None,
    };
    match passkeys::add(&tx, &new).await {
        Err(StoreError::Duplicate) => {
            let words = "このパスキーはすでに登録されています。別の端末かセキュリティキーを使ってください";
            drop(tx);
            return Err(not_added(services, ctx, "known", Refusal::conflict("passkey.known", words)).await?);
        }
        other => other?,
    }
    audit::record(&tx, ctx, mine(ctx, "account.passkey_add").detail(json!({ "passkey": new.id }))).await?;
    Ok(tx.commit().await?)
}

/// Writes down that a passkey wasn't added, and why.
async fn not_added(services: &Services, ctx: &Ctx, why: &str, words: Refusal) -> Result<Error, Error> {
    let entry = mine(ctx, "account.passkey_add").outcome(Outcome::Failed).detail(json!({ "why": why }));
    let tx = services.store.begin().await?;
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(words.into())
}

/// Removes one of the acting account's passkeys.
pub async fn remove(services: &Services, ctx: &Ctx, id: PasskeyId) -> Result<(), Error> {
    authorise::<may::OwnLocks>(ctx)?;
    let tx = services.store.begin().await?;
    if !passkeys::remove(&tx, me(ctx), id).await? {
        return Err(Error::NotFound("passkey"));
    }
    audit::record(&tx, ctx, mine(ctx, "account.passkey_remove").detail(json!({ "passkey": id }))).await?;
    Ok(tx.commit().await?)
}

fn mine(ctx: &Ctx, action: &'static str) -> AuditEntry {
    AuditEntry::done(action, Object::new("account", me(ctx)))
}

/// Asks the acting account for one of its passkeys, on the way in or for a fresh proof; what the browser is told.
pub async fn ask(services: &Services, ctx: &Ctx) -> Result<Value, Error> {
    authorise::<may::OwnDesk>(ctx)?;
    let session = session(ctx, &[Stage::Second, Stage::Full])?;
    offered(services)?;
    let known = passkeys::of(&services.store, me(ctx)).await?;
    if known.is_empty() {
        let words = "パスキーが登録されていません。認証アプリのコードを入力してください";
        return Err(Refusal::conflict("passkey.none", words).into());
    }
    let asked = services.passkeys.ask(known.into_iter().map(|p| p.credential)).map_err(Error::Outside)?;
    wait_for(services, ctx, session, Purpose::Give, asked).await
}

/// Keeps what the answer will be held against; what the browser is told.
async fn wait_for(
    services: &Services,
    ctx: &Ctx,
    session: Session,
    purpose: Purpose,
    asked: Asked,
) -> Result<Value, Error> {
    let expires_at = ctx.now + Duration::minutes(CHALLENGE_MINUTES);
    let new = Challenge { id: ctx.new_id(), session: session.id, purpose, state: asked.state, expires_at };
    let tx = services.store.begin().await?;
    passkeys::challenge(&tx, &new).await?;
    tx.commit().await?;
    Ok(asked.options)
}

/// What the answer of a session is held against. Whatever comes of it, it counts this once only.
async fn answered(services: &Services, ctx: &Ctx, session: Session, purpose: Purpose) -> Result<Option<Value>, Error> {
    let tx = services.store.begin().await?;
    let taken = passkeys::take_challenge(&tx, session.id, purpose).await?;
    tx.commit().await?;
    Ok(taken.filter(|(_, until)| *until > ctx.now).map(|(state, _)| state))
}

/// Holds an answer against the challenge of this session and notes the passkey's use; the transaction is the
/// caller's to end.
pub(in crate::usecase) async fn prove(
    services: &Services,
    ctx: &Ctx,
    answer: &str,
) -> Result<Result<(Tx, Value), Unproved>, Error> {
    let session = session(ctx, &[Stage::Second, Stage::Full])?;
    let Some(state) = answered(services, ctx, session, Purpose::Give).await? else {
        return Ok(Err(unproved("late", too_late())));
    };
    let proved = match services.passkeys.proved(state, answer, ctx.actor.id) {
        Ok(proved) => proved,
        Err(Fault::Copied) => return Ok(Err(unproved("copied", copied()))),
        Err(Fault::Wrong) => return Ok(Err(unproved("wrong", wrong()))),
    };
    let tx = services.store.begin().await?;
    let Some(kept) = passkeys::find(&tx, me(ctx), proved.credential_id()).await? else {
        return Ok(Err(unproved("gone", wrong())));
    };
    if !carry_on(&tx, ctx, &kept, &proved).await? {
        return Ok(Err(unproved("copied", copied())));
    }
    Ok(Ok((tx, json!({ "by": "passkey", "passkey": kept.id }))))
}

/// Notes a use, unless the counter doesn't go on from where it stands by now.
async fn carry_on(tx: &Tx, ctx: &Ctx, kept: &Passkey, proved: &Proved) -> Result<bool, Error> {
    let counter = proved.counter();
    if !rules::goes_on(kept.counter, counter) {
        return Ok(false);
    }
    let credential = proved.carried_on(kept.credential.clone()).map_err(Error::Outside)?;
    Ok(passkeys::used(tx, kept, credential, counter, ctx.now).await?)
}

/// Removes passkeys of accounts that have ended by themselves, and challenges that nobody answered in time.
pub async fn forget_old(services: &Services, ctx: &Ctx) -> Result<u64, Error> {
    authorise::<may::AccountAdmin>(ctx)?;
    let tx = services.store.begin().await?;
    passkeys::forget_challenges(&tx, ctx.now).await?;
    let gone = passkeys::forget_of_ended(&tx, ctx.now).await?;
    if gone > 0 {
        let entry = AuditEntry::done("account.passkeys_end", Object::kind("account"));
        audit::record(&tx, ctx, entry.detail(json!({ "passkeys": gone }))).await?;
    }
    tx.commit().await?;
    Ok(gone)
}

fn unproved(why: &str, words: Refusal) -> Unproved {
    Unproved { words, detail: json!({ "by": "passkey", "why": why }) }
}

fn wrong() -> Refusal {
    let words = "パスキーで確認できませんでした。もう一度試すか、認証アプリのコードを入力してください";
    Refusal::field("passkey", "passkey.wrong", words)
}

fn too_late() -> Refusal {
    let words =
        format!("時間が{CHALLENGE_MINUTES}分を過ぎたか、別の画面で始め直されました。もう一度ボタンを押してください");
    Refusal::field("passkey", "passkey.late", words)
}

fn copied() -> Refusal {
    let words =
        "このパスキーは複製されたおそれがあるため使えません。認証アプリのコードを入力し、管理者に連絡してください";
    Refusal::field("passkey", "passkey.copied", words)
}

fn unfit() -> Refusal {
    let words = "パスキーを登録できませんでした。もう一度試すか、別の端末かセキュリティキーを使ってください";
    Refusal::field("passkey", "passkey.unfit", words)
}
