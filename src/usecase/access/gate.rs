//! Who comes in: a session's secret or a token held against the memory.

use chrono::Duration;

use crate::domain::access::actor::{Action, Actor, ActorKind, Role, answers_for};
use crate::domain::accounts::session::{Session, Stage};
use crate::domain::audit::AuditEntry;
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::store::accounts::sessions;
use crate::store::{StoreError, accounts, calls};
use crate::usecase::{Error, Services};

/// What came of it.
pub enum Entered {
    /// Somebody known.
    As(Ctx),
    /// Nobody: no such secret, or it has ended.
    Nobody(Ctx),
}

/// The account of a session, unless it lay idle too long or is over. `extends`: this request counts as use.
pub async fn by_session(
    services: &Services,
    mut ctx: Ctx,
    hash: [u8; 32],
    idle_minutes: i64,
    extends: bool,
) -> Result<Entered, Error> {
    let Some(entered) = sessions::find(&services.store, hash).await? else { return Ok(Entered::Nobody(ctx)) };
    let (session, account) = (entered.session, entered.account);
    if session.expires_at <= ctx.now || !account.is_active(ctx.now) {
        return Ok(Entered::Nobody(ctx));
    }
    let stage = Stage::of(account.password_hash.is_some(), entered.has_factor, session.second_at.is_some());
    let idle = account.role.idle_minutes().min(idle_minutes);
    if session.last_seen_at + Duration::minutes(idle) <= ctx.now && !on_the_phone(services, stage, account.id).await? {
        return Ok(Entered::Nobody(ctx));
    }
    if extends && ctx.now - session.last_seen_at >= Duration::minutes(1) {
        match touch(services, &ctx, hash).await {
            // While nothing can be written people go on reading, as long as their session lasts without it.
            Ok(()) | Err(StoreError::Away(_) | StoreError::Full | StoreError::Unknown) => {}
            Err(error) => return Err(error.into()),
        }
    }
    ctx.session = Some(Session { id: hash, stage, confirmed_at: session.confirmed_at });
    // Whoever isn't all the way in may do nothing but come in.
    let scopes = match stage {
        Stage::Full => Vec::new(),
        _ => [Action::OwnDesk, Action::OwnLocks].map(|a| a.code().to_owned()).to_vec(),
    };
    let person = Some(account.id);
    let (id, role) = (account.id.0, Some(account.role));
    ctx.actor = Actor { kind: ActorKind::Account, id, role, name: account.name, scopes, person };
    Ok(Entered::As(ctx))
}

/// How long a page may wait until it is noted that its session is in use.
const TOUCHING: std::time::Duration = std::time::Duration::from_secs(1);

async fn touch(services: &Services, ctx: &Ctx, hash: [u8; 32]) -> Result<(), StoreError> {
    let touching = async {
        let tx = services.store.begin().await?;
        sessions::touch(&tx, hash, ctx.now).await?;
        tx.commit().await
    };
    tokio::time::timeout(TOUCHING, touching).await.unwrap_or(Err(StoreError::Away("takes too long")))
}

/// A call in progress keeps a session, however long nothing is typed.
async fn on_the_phone(services: &Services, stage: Stage, account: AccountId) -> Result<bool, Error> {
    Ok(stage == Stage::Full && !calls::open(&services.store, Some(account)).await?.is_empty())
}

/// The token of a secret, unless it was revoked or is over, or the person behind it has stopped or lost their role.
pub async fn by_token(services: &Services, mut ctx: Ctx, hash: [u8; 32]) -> Result<Entered, Error> {
    let token = accounts::token_by_hash(&services.store, hash).await?;
    let Some(token) = token.filter(|t| t.revoked_at.is_none() && t.expires_at.is_none_or(|until| until > ctx.now))
    else {
        return Ok(Entered::Nobody(ctx));
    };
    if let Some(person) = token.person_id
        && !answered_for(services, &ctx, person, token.role).await?
    {
        return Ok(Entered::Nobody(ctx));
    }
    let (id, role) = (token.id.0, Some(token.role));
    let person = token.person_id;
    ctx.actor = Actor { kind: ActorKind::Token, id, role, name: token.name, scopes: token.scopes, person };
    Ok(Entered::As(ctx))
}

/// Whether the person behind a token still works here, in a role that answers for it.
async fn answered_for(services: &Services, ctx: &Ctx, person: AccountId, token: Role) -> Result<bool, Error> {
    let person = accounts::by_id(&services.store, person).await?;
    Ok(person.is_some_and(|p| p.is_active(ctx.now) && answers_for(p.role, token)))
}

/// The name of somebody for whom a page was drawn.
pub async fn name_of(services: &Services, id: AccountId) -> Result<Option<String>, Error> {
    Ok(accounts::by_id(&services.store, id).await?.map(|account| account.name))
}

/// A refusal, written down before the answer leaves.
pub async fn refused(services: &Services, ctx: &Ctx, entry: AuditEntry) -> Result<(), Error> {
    Ok(services.store.journal().write(ctx, entry).await?)
}
