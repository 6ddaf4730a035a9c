//! One's own password and sessions.

use uuid::Uuid;

use super::super::authorise::authorise;
use super::super::{Error, Services, me};
use super::delays::Knock;
use super::hashed;
use super::way_in::{SignedIn, failed, open_session};
use crate::domain::access::actor::may;
use crate::domain::accounts as rules;
use crate::domain::accounts::session::OpenSession;
use crate::domain::accounts::session::Stage;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::store::accounts;
use crate::store::accounts::sessions;
use crate::store::audit;

/// Chooses a new password: the current one is asked for unless there is none yet. All sessions end; a new one opens.
pub async fn choose_password(
    services: &Services,
    ctx: &Ctx,
    current: &str,
    new: &str,
    again: &str,
) -> Result<SignedIn, Error> {
    authorise::<may::OwnDesk>(ctx)?;
    let account = accounts::by_id(&services.store, me(ctx)).await?.ok_or(Error::NotFound("account"))?;
    if let Some(hash) = account.password_hash.as_deref() {
        let knock = Knock::inside(services, ctx, &account.login).await?;
        let turn = knock.turn(services).await?;
        let attempt = knock.count(services, ctx).await?;
        if !turn.verify(current, Some(hash)).await.map_err(Error::Outside)? {
            let words = Refusal::field("current", "password.wrong", "いまのパスワードが違います");
            return Err(failed(services, ctx, Some(account.id), words).await?);
        }
        let tx = services.store.begin().await?;
        attempt.half_done(&tx, ctx.now).await?;
        tx.commit().await?;
    }
    rules::new_password(&account.login, new)?;
    if new != again {
        return Err(Refusal::field("again", "password.differs", "2回の入力が一致していません").into());
    }
    let hash = hashed(services, ctx, new).await?;
    // Who has given the second factor need not give it again, and it's no fresher than it was.
    let proof = ctx.session.filter(|s| s.stage == Stage::Full).and_then(|s| s.confirmed_at);
    let has_factor = super::factors::counts(services, account.id).await?;
    let tx = services.store.begin().await?;
    accounts::set_password(&tx, account.id, hash).await?;
    sessions::end_of(&tx, account.id, None, ctx.now).await?;
    let secret = open_session(&tx, ctx, account.id, proof).await?;
    audit::record(&tx, ctx, AuditEntry::done("account.password", Object::new("account", account.id))).await?;
    tx.commit().await?;
    Ok(SignedIn { secret, stage: Stage::of(true, has_factor, proof.is_some()) })
}

/// The acting account's open sessions, newest first.
pub async fn sessions_of_mine(services: &Services, ctx: &Ctx) -> Result<Vec<OpenSession>, Error> {
    authorise::<may::OwnDesk>(ctx)?;
    Ok(sessions::of(&services.store, me(ctx), ctx.now).await?)
}

/// Ends one of the acting account's own sessions.
pub async fn end_session(services: &Services, ctx: &Ctx, name: Uuid) -> Result<(), Error> {
    authorise::<may::OwnDesk>(ctx)?;
    let open = sessions::of(&services.store, me(ctx), ctx.now).await?;
    let session = open.iter().find(|s| s.name() == name).ok_or(Error::NotFound("session"))?;
    let tx = services.store.begin().await?;
    sessions::end(&tx, session.id, ctx.now).await?;
    audit::record(&tx, ctx, AuditEntry::done("session.end", Object::new("account", me(ctx)))).await?;
    Ok(tx.commit().await?)
}

/// Ends all of the acting account's sessions but the present one.
pub async fn end_other_sessions(services: &Services, ctx: &Ctx) -> Result<(), Error> {
    authorise::<may::OwnDesk>(ctx)?;
    let tx = services.store.begin().await?;
    sessions::end_of(&tx, me(ctx), ctx.session.map(|s| s.id), ctx.now).await?;
    audit::record(&tx, ctx, AuditEntry::done("session.end_others", Object::new("account", me(ctx)))).await?;
    Ok(tx.commit().await?)
}
