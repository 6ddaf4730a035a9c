//! Remembered answers to requests that carried an idempotency key.

use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use uuid::Uuid;

use crate::store::entity::idempotency;
use crate::store::{Access, StoreError, Tx};

/// Days an answer is remembered.
pub const DAYS: i64 = 7;

/// Which request: the same actor, route and key.
#[derive(Debug, Clone)]
pub struct RequestKey {
    /// Account or token.
    pub actor_id: Uuid,
    /// Method and path.
    pub route: String,
    /// The key the client made.
    pub key: String,
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Remembered {
    /// Hash of the body it answered.
    pub body_hash: Vec<u8>,
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub answer: String,
}

/// The answer given before, within the days it is remembered.
pub async fn find(
    on: &impl Access,
    request: &RequestKey,
    now: DateTime<Utc>,
) -> Result<Option<Remembered>, StoreError> {
    let key = (request.actor_id, request.route.clone(), request.key.clone());
    let row = idempotency::Entity::find_by_id(key).one(on.conn()).await?;
    Ok(row.filter(|r| r.created_at > now - Duration::days(DAYS)).map(|r| Remembered {
        body_hash: r.body_hash,
        status: u16::try_from(r.status).unwrap_or(200),
        answer: r.answer,
    }))
}

/// Remembers an answer, in the transaction of the deed itself: either both stand or neither.
///
/// # Errors
/// `Duplicate` when the same request was answered by somebody else meanwhile.
pub async fn remember(
    tx: &Tx,
    request: &RequestKey,
    status: u16,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = idempotency::ActiveModel {
        actor_id: Set(request.actor_id),
        route: Set(request.route.clone()),
        key: Set(request.key.clone()),
        body_hash: Set(request.body_hash.to_vec()),
        status: Set(i64::from(status)),
        answer: Set(answer.to_owned()),
        created_at: Set(now),
    };
    use idempotency::Column as C;
    // An answer past its days makes room.
    let over = Expr::col((idempotency::Entity, C::CreatedAt)).lte(now - Duration::days(DAYS));
    let room = OnConflict::columns([C::ActorId, C::Route, C::Key])
        .update_columns([C::BodyHash, C::Status, C::Answer, C::CreatedAt])
        .action_and_where(over)
        .to_owned();
    match idempotency::Entity::insert(row).on_conflict(room).exec_without_returning(tx.conn()).await? {
        0 => Err(StoreError::Duplicate),
        _ => Ok(()),
    }
}
