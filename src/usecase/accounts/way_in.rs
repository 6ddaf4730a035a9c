//! What each way in shares: a session that opens, a failure that is written down, a code as it was typed.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::domain::accounts::SESSION_HOURS;
use crate::domain::accounts::session::OpenSession;
use crate::domain::accounts::session::{HALF_MINUTES, Stage};
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::gateway::secret;
use crate::store::accounts::sessions;
use crate::store::{Tx, audit};
use crate::usecase::{Error, Services};

/// A session just opened.
pub struct SignedIn {
    /// The secret for the cookie; only its hash is kept.
    pub secret: String,
    /// How far it has come.
    pub stage: Stage,
}

/// What was given proves nothing.
pub(in crate::usecase) struct Unproved {
    /// What is said about it.
    pub(in crate::usecase) words: Refusal,
    /// What is written down about it.
    pub(in crate::usecase) detail: Value,
}

/// Codes are read out: spaces, hyphens and small letters don't matter.
pub(in crate::usecase) fn code_as_typed(typed: &str) -> String {
    let letters: Vec<char> =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Opens a session. `proof`: when the second factor was given; one without it lives only as long as giving it takes.
pub(in crate::usecase) async fn open_session(
    tx: &Tx,
    ctx: &Ctx,
    account: AccountId,
    proof: Option<DateTime<Utc>>,
) -> Result<String, Error> {
    let secret = secret::token().map_err(Error::Outside)?;
    let life = if proof.is_some() { Duration::hours(SESSION_HOURS) } else { Duration::minutes(HALF_MINUTES) };
    let session = OpenSession {
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
pub(in crate::usecase) async fn failed(
    services: &Services,
    ctx: &Ctx,
    account: Option<AccountId>,
    words: Refusal,
) -> Result<Error, Error> {
    failed_by(services, ctx, account, words, json!({})).await
}

/// The same, with what a reviewer should know of it.
pub(in crate::usecase) async fn failed_by(
    services: &Services,
    ctx: &Ctx,
    account: Option<AccountId>,
    words: Refusal,
    detail: Value,
) -> Result<Error, Error> {
    let tx = services.store.begin().await?;
    let object = account.map_or(Object::kind("account"), |id| Object::new("account", id));
    let entry = AuditEntry::done("session.open", object).outcome(Outcome::Failed).detail(detail);
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(words.into())
}
