//! The audit's memory. A write's entry goes into its transaction; a read's goes through the journal,
//! which lets reads at the same moment share one commit and answers each only once that commit is durable.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{ExprTrait, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::entity::{audit_entries, audit_subjects};
use super::{Access, StoreError, Tx, dialect};
use crate::domain::audit::chain::{self, Hash, Said};
use crate::domain::audit::{AuditEntry, Outcome};
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

/// Which entries: everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Who acted.
    pub actor: Option<Uuid>,
    /// How it ended: `done`, `refused`, `failed`.
    pub result: Option<String>,
    /// The thing, person or facility it was about or touched.
    pub subject: Option<Uuid>,
    /// Older than this entry.
    pub before: Option<(DateTime<Utc>, Uuid)>,
}

/// Entries that a filter lets through, newest first.
pub async fn filtered(on: &impl Access, filter: &AuditFilter, limit: u64) -> Result<Vec<AuditRow>, StoreError> {
    use audit_entries::Column as C;
    let mut query = audit_entries::Entity::find()
        .apply_if(filter.from, |q, from| q.filter(C::At.gte(from)))
        .apply_if(filter.until, |q, until| q.filter(C::At.lt(until)))
        .apply_if(filter.actor, |q, actor| q.filter(C::ActorId.eq(actor)))
        .apply_if(filter.result.clone(), |q, result| q.filter(C::Result.eq(result)))
        .apply_if(filter.before, |q, (at, id)| q.filter(C::At.lt(at).or(C::At.eq(at).and(C::Id.lt(id)))));
    if let Some(subject) = filter.subject {
        query = query.filter(C::Id.in_subquery(touching(subject)));
    }
    Ok(query.order_by_desc(C::At).order_by_desc(C::Id).limit(limit).all(on.conn()).await?)
}

/// The ids of the entries that are about a subject, or beside which it stands. When that was, the entries say: theirs is
/// the time that is sealed.
fn touching(subject: Uuid) -> SelectStatement {
    use audit_subjects::Column as C;
    let about = audit_entries::Entity::find()
        .select_only()
        .column(audit_entries::Column::Id)
        .filter(audit_entries::Column::ObjectId.eq(subject));
    let beside = audit_subjects::Entity::find().select_only().column(C::EntryId).filter(C::SubjectId.eq(subject));
    about.into_query().union(UnionType::Distinct, beside.into_query()).to_owned()
}

/// The newest of some kinds of entries that somebody left about an object.
pub async fn latest_about(
    on: &impl Access,
    object: Uuid,
    actor: Uuid,
    actions: &[&str],
) -> Result<Option<AuditRow>, StoreError> {
    let query = audit_entries::Entity::find()
        .filter(audit_entries::Column::ObjectId.eq(object))
        .filter(audit_entries::Column::ActorId.eq(actor))
        .filter(audit_entries::Column::Action.is_in(actions.iter().copied()));
    let query = query.order_by_desc(audit_entries::Column::At).order_by_desc(audit_entries::Column::Id);
    Ok(query.one(on.conn()).await?)
}

/// Who failed at something since a moment, and how often, most often first.
pub async fn failures(
    on: &impl Access,
    action: &str,
    since: DateTime<Utc>,
    often: u64,
) -> Result<Vec<(Option<Uuid>, u64)>, StoreError> {
    use audit_entries::Column as C;
    let rows: Vec<(Option<Uuid>, i64)> = audit_entries::Entity::find()
        .select_only()
        .column(C::ActorId)
        .column_as(C::Id.count(), "times")
        .filter(C::At.gte(since))
        .filter(C::Action.eq(action))
        .filter(C::Result.eq(Outcome::Failed.code()))
        .group_by(C::ActorId)
        .into_tuple()
        .all(on.conn())
        .await?;
    let mut failed: Vec<_> = rows.into_iter().map(|(who, n)| (who, u64::try_from(n).unwrap_or_default())).collect();
    failed.retain(|(_, times)| *times >= often);
    failed.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    Ok(failed)
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
