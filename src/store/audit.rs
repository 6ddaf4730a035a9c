//! The audit's memory. A write's entry goes into its transaction; a read's goes through the journal,
//! which lets reads at the same moment share one commit and answers each only once that commit is durable.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::entity::{audit_entries, audit_subjects};
use super::{Access, StoreError, Tx, dialect};
use crate::domain::audit::AuditEntry;
use crate::domain::audit::chain::{self, Hash, Said};
use crate::domain::ctx::Ctx;

pub mod seals;

/// An entry as kept.
pub use audit_entries::Model as AuditRow;

/// How many entries may share a commit.
const BATCH: usize = 256;

/// Entries of a transaction that are still to be written.
#[derive(Default)]
pub(super) struct Pending(Mutex<(Vec<audit_entries::ActiveModel>, Vec<audit_subjects::ActiveModel>)>);

impl Pending {
    fn add(&self, row: audit_entries::ActiveModel, subjects: Vec<audit_subjects::ActiveModel>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.0.push(row);
        held.1.extend(subjects);
    }

    /// Writes them, in the order in which they came.
    pub(super) async fn write(self, on: &DatabaseTransaction) -> Result<(), StoreError> {
        let (entries, subjects) = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        if entries.is_empty() { Ok(()) } else { write(on, entries, subjects).await }
    }
}

/// Notes an entry; it's written when the transaction of the deed it tells of commits, and only then.
pub async fn record(tx: &Tx, ctx: &Ctx, entry: AuditEntry) -> Result<(), StoreError> {
    let (row, subjects) = rows(ctx, entry);
    tx.audit.add(row, subjects);
    Ok(())
}

/// The latest entries, newest first, before an instant if one is given.
pub async fn latest(
    on: &impl Access,
    before: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<Vec<audit_entries::Model>, StoreError> {
    let mut query = audit_entries::Entity::find();
    if let Some(before) = before {
        query = query.filter(audit_entries::Column::At.lt(before));
    }
    let query = query.order_by_desc(audit_entries::Column::At).order_by_desc(audit_entries::Column::Id);
    Ok(query.limit(limit).all(on.conn()).await?)
}

/// The newest of some kinds of entries that somebody left about an object.
pub async fn latest_about(
    on: &impl Access,
    object: Uuid,
    actor: Uuid,
    actions: &[&str],
) -> Result<Option<audit_entries::Model>, StoreError> {
    let query = audit_entries::Entity::find()
        .filter(audit_entries::Column::ObjectId.eq(object))
        .filter(audit_entries::Column::ActorId.eq(actor))
        .filter(audit_entries::Column::Action.is_in(actions.iter().copied()));
    let query = query.order_by_desc(audit_entries::Column::At).order_by_desc(audit_entries::Column::Id);
    Ok(query.one(on.conn()).await?)
}

/// Entries about an object or a subject between two instants, oldest first.
pub async fn about(
    on: &impl Access,
    subject: Uuid,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<audit_entries::Model>, StoreError> {
    let ids: Vec<Uuid> = audit_subjects::Entity::find()
        .select_only()
        .column(audit_subjects::Column::EntryId)
        .filter(audit_subjects::Column::SubjectId.eq(subject))
        .filter(audit_subjects::Column::At.between(from, until))
        .into_tuple()
        .all(on.conn())
        .await?;
    let beside = audit_entries::Column::Id.is_in(ids);
    let itself = audit_entries::Column::ObjectId.eq(subject).and(audit_entries::Column::At.between(from, until));
    Ok(audit_entries::Entity::find()
        .filter(beside.or(itself))
        .order_by_asc(audit_entries::Column::At)
        .all(on.conn())
        .await?)
}

type Written = oneshot::Sender<Result<(), String>>;

struct Waiting {
    row: audit_entries::ActiveModel,
    subjects: Vec<audit_subjects::ActiveModel>,
    done: Written,
}

/// The journal of reads: entries that have no transaction of their own.
#[derive(Clone)]
pub struct Journal {
    queue: mpsc::Sender<Waiting>,
}

impl Journal {
    pub(super) fn start(pool: DatabaseConnection) -> Self {
        let (queue, waiting) = mpsc::channel(4 * BATCH);
        tokio::spawn(keep(pool, waiting));
        Self { queue }
    }

    /// Writes an entry and returns when it's durable.
    ///
    /// # Errors
    /// When it can't be made durable; then the answer must not leave either.
    pub async fn write(&self, ctx: &Ctx, entry: AuditEntry) -> Result<(), StoreError> {
        let (row, subjects) = rows(ctx, entry);
        let (done, durable) = oneshot::channel();
        let gone = |_| StoreError::Unreachable("the journal has stopped".into());
        self.queue.send(Waiting { row, subjects, done }).await.map_err(|_| gone(()))?;
        durable.await.map_err(|_| gone(()))?.map_err(StoreError::Unreachable)
    }
}

async fn keep(pool: DatabaseConnection, mut queue: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let mut entries = Vec::with_capacity(batch.len());
        let mut subjects = Vec::new();
        let mut callers = Vec::with_capacity(batch.len());
        for waiting in batch.drain(..) {
            entries.push(waiting.row);
            subjects.extend(waiting.subjects);
            callers.push(waiting.done);
        }
        let result = commit(&pool, entries, subjects).await.map_err(|e| e.to_string());
        for caller in callers {
            // A caller that has gone away needs no answer.
            drop(caller.send(result.clone()));
        }
    }
}

async fn commit(
    pool: &DatabaseConnection,
    entries: Vec<audit_entries::ActiveModel>,
    subjects: Vec<audit_subjects::ActiveModel>,
) -> Result<(), StoreError> {
    let tx = dialect::begin(pool).await?;
    write(&tx, entries, subjects).await?;
    Ok(tx.commit().await?)
}

async fn write<C: sea_orm::ConnectionTrait>(
    on: &C,
    entries: Vec<audit_entries::ActiveModel>,
    subjects: Vec<audit_subjects::ActiveModel>,
) -> Result<(), StoreError> {
    audit_entries::Entity::insert_many(entries).exec_without_returning(on).await?;
    for chunk in subjects.chunks(1_000) {
        audit_subjects::Entity::insert_many(chunk.to_vec()).on_conflict_do_nothing().exec_without_returning(on).await?;
    }
    Ok(())
}

/// The digest of an entry as it is about to be written.
fn digest(ctx: &Ctx, id: Uuid, entry: &AuditEntry) -> Hash {
    let said = Said {
        id,
        at: ctx.now,
        actor_kind: ctx.actor.kind.code(),
        actor_id: (!ctx.actor.id.is_nil()).then_some(ctx.actor.id),
        action: entry.action,
        object_kind: entry.object.kind,
        object_id: entry.object.id,
        result: entry.outcome.code(),
        peer: &ctx.peer,
        request_id: ctx.request_id,
        detail: &entry.detail,
    };
    let subjects: Vec<_> = entry.subjects.iter().filter_map(|s| s.id.map(|id| (s.kind, id))).collect();
    chain::digest(&said, &subjects)
}

fn rows(ctx: &Ctx, entry: AuditEntry) -> (audit_entries::ActiveModel, Vec<audit_subjects::ActiveModel>) {
    let id = ctx.new_id();
    let digest = digest(ctx, id, &entry);
    let row = audit_entries::ActiveModel {
        id: Set(id),
        at: Set(ctx.now),
        actor_kind: Set(ctx.actor.kind.code().into()),
        actor_id: Set((!ctx.actor.id.is_nil()).then_some(ctx.actor.id)),
        action: Set(entry.action.into()),
        object_kind: Set(entry.object.kind.into()),
        object_id: Set(entry.object.id),
        result: Set(entry.outcome.code().into()),
        peer: Set(ctx.peer.clone()),
        request_id: Set(ctx.request_id),
        detail: Set(entry.detail),
        seq: Set(None),
        seal: Set(None),
        digest: Set(Some(digest.to_vec())),
    };
    let subjects = entry
        .subjects
        .iter()
        .filter_map(|subject| subject.id.map(|id| (subject.kind, id)))
        .map(|(kind, subject)| audit_subjects::ActiveModel {
            subject_id: Set(subject),
            at: Set(ctx.now),
            entry_id: Set(id),
            subject_kind: Set(kind.into()),
        })
        .collect();
    (row, subjects)
}
