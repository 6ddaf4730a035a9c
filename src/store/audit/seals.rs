//! The seals of the audit: what isn't sealed yet, sealing it, walking the chain.

use chrono::{DateTime, Utc};
use futures::{Stream, TryStreamExt};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::super::entity::{audit_entries, audit_reviews, audit_subjects};
use super::super::{Access, Store, StoreError, Tx, dialect};
use super::AuditRow;
use crate::domain::audit::chain::{self, Hash, Head, Said};
use crate::domain::audit::line::Review;
use crate::domain::id::AccountId;

pub use crate::store::dialect::seals::Seal;

/// Keeps a second sealer waiting until the transaction ends.
pub async fn lock(tx: &Tx) -> Result<(), StoreError> {
    Ok(dialect::seals::lock_seals(tx.conn()).await?)
}

fn hash(bytes: Vec<u8>) -> Result<Hash, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt("audit_entries.seal"))
}

/// The last entry that is sealed.
pub async fn head(on: &impl Access) -> Result<Head, StoreError> {
    let last: Option<(Option<i64>, Option<Vec<u8>>)> = audit_entries::Entity::find()
        .select_only()
        .columns([audit_entries::Column::Seq, audit_entries::Column::Seal])
        .filter(audit_entries::Column::Seq.is_not_null())
        .order_by_desc(audit_entries::Column::Seq)
        .into_tuple()
        .one(on.conn())
        .await?;
    match last {
        Some((Some(seq), Some(seal))) => Ok(Head { seq, seal: hash(seal)? }),
        _ => Ok(Head::NONE),
    }
}

/// How many entries aren't sealed yet.
pub async fn unsealed_count(on: &impl Access) -> Result<u64, StoreError> {
    Ok(audit_entries::Entity::find().filter(audit_entries::Column::Seq.is_null()).count(on.conn()).await?)
}

/// Entries that aren't sealed yet, in the order of their ids, which is about that of their making.
pub async fn unsealed(on: &impl Access, limit: u64) -> Result<Vec<AuditRow>, StoreError> {
    Ok(audit_entries::Entity::find()
        .filter(audit_entries::Column::Seq.is_null())
        .order_by_asc(audit_entries::Column::Id)
        .limit(limit)
        .all(on.conn())
        .await?)
}

/// The digest of what an entry says now.
pub fn digest_of(row: &AuditRow, subjects: &[(String, Uuid)]) -> Hash {
    let said = Said {
        id: row.id,
        at: row.at,
        actor_kind: &row.actor_kind,
        actor_id: row.actor_id,
        action: &row.action,
        object_kind: &row.object_kind,
        object_id: row.object_id,
        result: &row.result,
        peer: &row.peer,
        request_id: row.request_id,
        detail: &row.detail,
    };
    let subjects: Vec<(&str, Uuid)> = subjects.iter().map(|(kind, id)| (kind.as_str(), *id)).collect();
    chain::digest(&said, &subjects)
}

/// The subjects beside one entry.
pub async fn subjects_of(on: &impl Access, row: &AuditRow) -> Result<Vec<(String, Uuid)>, StoreError> {
    Ok(audit_subjects::Entity::find()
        .select_only()
        .columns([audit_subjects::Column::SubjectKind, audit_subjects::Column::SubjectId])
        .filter(audit_subjects::Column::EntryId.eq(row.id))
        .into_tuple()
        .all(on.conn())
        .await?)
}

/// Writes seals.
pub async fn put(tx: &Tx, seals: &[Seal]) -> Result<(), StoreError> {
    Ok(dialect::seals::put_seals(tx.conn(), seals).await?)
}

/// A sealed entry's place in the chain, by the order of the places.
#[derive(Debug, FromQueryResult)]
pub struct Link {
    /// Its place.
    pub seq: i64,
    /// The digest it was sealed with.
    pub digest: Option<Vec<u8>>,
    /// Its seal.
    pub seal: Option<Vec<u8>>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The chain as sealed, from the beginning to a place.
pub async fn links(on: &Store, until: i64) -> Result<impl Stream<Item = Result<Link, StoreError>>, StoreError> {
    use audit_entries::Column as C;
    let links = audit_entries::Entity::find()
        .select_only()
        .columns([C::Seq, C::Digest, C::Seal, C::At])
        .filter(C::Seq.lte(until))
        .order_by_asc(C::Seq)
        .into_model::<Link>()
        .stream(on.conn())
        .await?;
    Ok(links.map_err(StoreError::from))
}

/// Sealed entries up to a place, by their ids, whole.
pub async fn sealed(on: &Store, until: i64) -> Result<impl Stream<Item = Result<AuditRow, StoreError>>, StoreError> {
    let rows = audit_entries::Entity::find()
        .filter(audit_entries::Column::Seq.lte(until))
        .order_by_asc(audit_entries::Column::Id)
        .stream(on.conn())
        .await?;
    Ok(rows.map_err(StoreError::from))
}

/// A subject beside an entry.
pub use audit_subjects::Model as Beside;

/// All subjects, by the ids of their entries.
pub async fn subjects(on: &Store) -> Result<impl Stream<Item = Result<Beside, StoreError>>, StoreError> {
    let rows = audit_subjects::Entity::find().order_by_asc(audit_subjects::Column::EntryId).stream(on.conn()).await?;
    Ok(rows.map_err(StoreError::from))
}

/// How many subjects stand beside no entry.
pub async fn orphans(on: &impl Access) -> Result<u64, StoreError> {
    let entry = Query::select()
        .expr(Expr::val(1))
        .from(audit_entries::Entity)
        .and_where(
            Expr::col((audit_entries::Entity, audit_entries::Column::Id))
                .equals((audit_subjects::Entity, audit_subjects::Column::EntryId)),
        )
        .to_owned();
    Ok(audit_subjects::Entity::find().filter(Expr::exists(entry).not()).count(on.conn()).await?)
}

/// What the entries about a review say: when, who, and in detail.
pub async fn about_review(on: &impl Access, id: Uuid) -> Result<Vec<AuditRow>, StoreError> {
    use audit_entries::Column as C;
    Ok(audit_entries::Entity::find().filter(C::ObjectId.eq(id)).filter(C::Action.eq(REVIEW)).all(on.conn()).await?)
}

/// The verb of a review.
pub const REVIEW: &str = "audit.review";

fn review(row: audit_reviews::Model) -> Review {
    let audit_reviews::Model { id, from_at, until_at, reviewed_by, reviewed_at, note, head } = row;
    Review { id, from_at, until_at, reviewed_by: AccountId(reviewed_by), reviewed_at, note, head }
}

/// Notes a review.
pub async fn add_review(tx: &Tx, review: Review) -> Result<(), StoreError> {
    let Review { id, from_at, until_at, reviewed_by, reviewed_at, note, head } = review;
    let row = audit_reviews::ActiveModel {
        id: Set(id),
        from_at: Set(from_at),
        until_at: Set(until_at),
        reviewed_by: Set(reviewed_by.0),
        reviewed_at: Set(reviewed_at),
        note: Set(note),
        head: Set(head),
    };
    audit_reviews::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// All reviews.
pub async fn all_reviews(on: &impl Access) -> Result<Vec<Review>, StoreError> {
    Ok(audit_reviews::Entity::find().all(on.conn()).await?.into_iter().map(review).collect())
}

/// The latest reviews, newest first.
pub async fn reviews(on: &impl Access, limit: u64) -> Result<Vec<Review>, StoreError> {
    let query = audit_reviews::Entity::find().order_by_desc(audit_reviews::Column::UntilAt).limit(limit);
    Ok(query.all(on.conn()).await?.into_iter().map(review).collect())
}
