//! Remembered answers to requests that carried an idempotency key.

use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::time::Span;
use crate::store::entity::idempotency;
use crate::store::span::within;
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

/// Remembered answers go this many hours of them at a time.
const SLICE_HOURS: i64 = 6;

/// How many answers of a stretch are remembered.
pub(in crate::store) async fn count_of(on: &impl Access, span: Span) -> Result<u64, StoreError> {
    let which = within(idempotency::Column::CreatedAt, span);
    Ok(idempotency::Entity::find().filter(which).count(on.conn()).await?)
}

/// Removes those of the first hours of a stretch: how many went, none when there is no more.
pub(in crate::store) async fn remove_first_of(tx: &Tx, span: Span) -> Result<u64, StoreError> {
    let Some(slice) = first_hours(tx, span).await? else { return Ok(0) };
    let which = within(idempotency::Column::CreatedAt, slice);
    Ok(idempotency::Entity::delete_many().filter(which).exec(tx.conn()).await?.rows_affected)
}

async fn first_hours(tx: &Tx, (from, until): Span) -> Result<Option<Span>, StoreError> {
    use idempotency::Column as C;
    let oldest: Option<DateTime<Utc>> = idempotency::Entity::find()
        .select_only()
        .column(C::CreatedAt)
        .filter(within(C::CreatedAt, (from, until)))
        .order_by_asc(C::CreatedAt)
        .limit(1)
        .into_tuple()
        .one(tx.conn())
        .await?;
    Ok(oldest.map(|oldest| (oldest, Ord::min(until, oldest + Duration::hours(SLICE_HOURS)))))
}
