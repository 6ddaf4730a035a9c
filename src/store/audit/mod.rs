//! The audit's memory. A write's entry goes into its transaction; a read's goes through the journal,
//! (`journal.rs`), which lets reads at the same moment share one commit and answers each only once that is durable.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{ExprTrait, SelectStatement, UnionType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::dialect::connection::Connection;
use super::entity::{audit_entries, audit_subjects};
use super::{Access, StoreError, Tx};
use crate::domain::audit::chain::{self, Hash, Said};
use crate::domain::audit::line::{AuditFilter, AuditLine};
use crate::domain::audit::{AuditEntry, Outcome};
use crate::domain::ctx::Ctx;

pub mod called;
pub mod journal;
pub mod journals;
pub mod seals;
pub mod spill;

pub use journal::Journal;

/// An entry as kept: what is sealed, and what the chain is proved from.
pub use audit_entries::Model as AuditRow;

/// An entry that a transaction wrote: where it stands, the transaction does.
pub(in crate::store) struct Witness(audit_entries::Model);

impl Witness {
    /// Whether it stands already.
    pub(in crate::store) async fn stands(&self, on: &Connection) -> Result<bool, DbErr> {
        Ok(audit_entries::Entity::find_by_id(self.0.id).one(on).await?.is_some())
    }

    /// Writes it in another transaction: this waits for the end of one that may be writing it still, and fails when
    /// that one has committed.
    pub(in crate::store) async fn write_again(&self, on: &Connection) -> Result<(), DbErr> {
        let row = self.0.clone().into_active_model().reset_all();
        audit_entries::Entity::insert(row).exec_without_returning(on).await.map(|_| ())
    }
}

/// Entries of a transaction that are still to be written.
#[derive(Default)]
pub(in crate::store) struct Pending(Mutex<Vec<Line>>);

impl Pending {
    /// Writes them, in the order in which they came; gives one of them to know the transaction by.
    pub(in crate::store) async fn write(self, on: &Connection) -> Result<Option<Witness>, StoreError> {
        let lines = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Some(first) = lines.first().map(|line| Witness(line.entry.clone())) else { return Ok(None) };
        write(on, lines).await?;
        Ok(Some(first))
    }
}

/// Notes an entry; it's written when the transaction of the deed it tells of commits, and only then.
pub async fn record(tx: &Tx, ctx: &Ctx, entry: AuditEntry) -> Result<(), StoreError> {
    tx.audit.0.lock().unwrap_or_else(PoisonError::into_inner).push(line(ctx, entry));
    Ok(())
}

fn audit_line(row: AuditRow) -> AuditLine {
    AuditLine {
        id: row.id,
        at: row.at,
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        action: row.action,
        object_kind: row.object_kind,
        object_id: row.object_id,
        result: row.result,
        peer: row.peer,
        request_id: row.request_id,
        detail: row.detail,
        seq: row.seq,
    }
}

/// Entries that a filter lets through, newest first.
pub async fn filtered(on: &impl Access, filter: &AuditFilter, limit: u64) -> Result<Vec<AuditLine>, StoreError> {
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
    let rows = query.order_by_desc(C::At).order_by_desc(C::Id).limit(limit).all(on.conn()).await?;
    Ok(rows.into_iter().map(audit_line).collect())
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
) -> Result<Option<AuditLine>, StoreError> {
    let query = audit_entries::Entity::find()
        .filter(audit_entries::Column::ObjectId.eq(object))
        .filter(audit_entries::Column::ActorId.eq(actor))
        .filter(audit_entries::Column::Action.is_in(actions.iter().copied()));
    let query = query.order_by_desc(audit_entries::Column::At).order_by_desc(audit_entries::Column::Id);
    Ok(query.one(on.conn()).await?.map(audit_line))
}

/// The newest entries of a deed that an actor did from an address since a moment: their ids and what stands beside.
pub async fn lately_done(
    on: &impl Access,
    (actor, peer): (Uuid, &str),
    action: &str,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<(Uuid, Value)>, StoreError> {
    use audit_entries::Column as C;
    Ok(audit_entries::Entity::find()
        .select_only()
        .columns([C::Id, C::Detail])
        .filter(C::ActorId.eq(actor))
        .filter(C::At.gte(since))
        .filter(C::Action.eq(action))
        .filter(C::Peer.eq(peer))
        .order_by_desc(C::At)
        .order_by_desc(C::Id)
        .limit(limit)
        .into_tuple()
        .all(on.conn())
        .await?)
}

/// Which of some subjects stand beside entries that were made since a moment.
pub async fn beside(
    on: &impl Access,
    entries: &[Uuid],
    since: DateTime<Utc>,
    subjects: &[Uuid],
) -> Result<HashSet<Uuid>, StoreError> {
    use audit_subjects::Column as C;
    let known: Vec<Uuid> = audit_subjects::Entity::find()
        .select_only()
        .column(C::SubjectId)
        .filter(C::SubjectId.is_in(subjects.iter().copied()))
        .filter(C::At.gte(since))
        .filter(C::EntryId.is_in(entries.iter().copied()))
        .into_tuple()
        .all(on.conn())
        .await?;
    Ok(known.into_iter().collect())
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

/// An entry as it is about to be written, with its subjects.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    entry: audit_entries::Model,
    subjects: Vec<audit_subjects::Model>,
}

async fn write(on: &Connection, lines: Vec<Line>) -> Result<(), StoreError> {
    let mut subjects = Vec::new();
    let mut entries = Vec::with_capacity(lines.len());
    for line in lines {
        entries.push(line.entry.into_active_model().reset_all());
        subjects.extend(line.subjects.into_iter().map(|subject| subject.into_active_model().reset_all()));
    }
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

fn line(ctx: &Ctx, entry: AuditEntry) -> Line {
    let id = ctx.new_id();
    let digest = digest(ctx, id, &entry);
    let subjects = entry
        .subjects
        .iter()
        .filter_map(|subject| subject.id.map(|id| (subject.kind, id)))
        .map(|(kind, subject)| audit_subjects::Model {
            subject_id: subject,
            at: ctx.now,
            entry_id: id,
            subject_kind: kind.into(),
        })
        .collect();
    let entry = audit_entries::Model {
        id,
        at: ctx.now,
        actor_kind: ctx.actor.kind.code().into(),
        actor_id: (!ctx.actor.id.is_nil()).then_some(ctx.actor.id),
        action: entry.action.into(),
        object_kind: entry.object.kind.into(),
        object_id: entry.object.id,
        result: entry.outcome.code().into(),
        peer: ctx.peer.clone(),
        request_id: ctx.request_id,
        detail: entry.detail,
        seq: None,
        seal: None,
        digest: Some(digest.to_vec()),
    };
    Line { entry, subjects }
}
