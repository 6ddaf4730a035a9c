//! Who comes in: a session's secret or a token held against the memory.

use chrono::Duration;

use super::{Error, House};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::audit::AuditEntry;
use crate::domain::ctx::Ctx;
use crate::store::accounts as memory;

/// Marks an actor who signed in by a one-time code and must choose a password before anything else.
pub const NO_PASSWORD_YET: &str = "own.desk";

/// What came of it.
pub enum Entered {
    /// Somebody known.
    As(Ctx),
    /// Nobody: no such secret, or it has ended.
    Nobody(Ctx),
}

/// The account of a session, unless it lay idle too long or is over. `extends`: this request counts as use.
pub async fn by_session(
    house: &House,
    mut ctx: Ctx,
    hash: [u8; 32],
    idle_minutes: i64,
    extends: bool,
) -> Result<Entered, Error> {
    let Some(session) = memory::session(&house.store, hash).await? else { return Ok(Entered::Nobody(ctx)) };
    let idle = session.account.role.idle_minutes().min(idle_minutes);
    let over = session.expires_at <= ctx.now || session.last_seen_at + Duration::minutes(idle) <= ctx.now;
    if over {
        return Ok(Entered::Nobody(ctx));
    }
    if extends && ctx.now - session.last_seen_at >= Duration::minutes(1) {
        let tx = house.store.begin().await?;
        memory::touch_session(&tx, hash, ctx.now).await?;
        tx.commit().await?;
    }
    let account = session.account;
    let scopes = if account.password_hash.is_none() { vec![NO_PASSWORD_YET.to_owned()] } else { Vec::new() };
    ctx.actor =
        Actor { kind: ActorKind::Account, id: account.id, role: Some(account.role), name: account.name, scopes };
    Ok(Entered::As(ctx))
}

/// The token of a secret, unless it was revoked or is over.
pub async fn by_token(house: &House, mut ctx: Ctx, hash: [u8; 32]) -> Result<Entered, Error> {
    let token = memory::token_by_hash(&house.store, hash).await?;
    let Some(token) = token.filter(|t| t.revoked_at.is_none() && t.expires_at.is_none_or(|until| until > ctx.now))
    else {
        return Ok(Entered::Nobody(ctx));
    };
    ctx.actor =
        Actor { kind: ActorKind::Token, id: token.id, role: Some(token.role), name: token.name, scopes: token.scopes };
    Ok(Entered::As(ctx))
}

/// A refusal, written down before the answer leaves.
pub async fn refused(house: &House, ctx: &Ctx, entry: AuditEntry) -> Result<(), Error> {
    Ok(house.store.journal().write(ctx, entry).await?)
}
