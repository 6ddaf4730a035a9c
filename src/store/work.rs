//! What hangs on a ticket: remote sessions, escalations, callbacks, tasks.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{callbacks, escalations, remote_sessions, tasks};
use super::{Access, StoreError, Tx};
use crate::domain::id::{AccountId, CallId, CallbackId, EscalationId, RemoteId, TaskId, TicketId, VerificationId};
use crate::domain::tickets::callback::Callback;
use crate::domain::tickets::escalation::Escalation;
use crate::domain::tickets::remote::Remote;
use crate::domain::tickets::task::{Task, TaskKind};

fn remote(row: remote_sessions::Model) -> Remote {
    Remote {
        id: RemoteId(row.id),
        ticket_id: TicketId(row.ticket_id),
        consent_by: row.consent_by,
        consent_at: row.consent_at,
        tool: row.tool,
        session_code: row.session_code,
        started_at: row.started_at,
        ended_at: row.ended_at,
        done: row.done,
        found: row.found,
        outcome: row.outcome,
        operator_id: AccountId(row.operator_id),
    }
}

/// Begins a remote session.
pub async fn add_remote(tx: &Tx, new: &Remote) -> Result<(), StoreError> {
    let row = remote_sessions::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.0),
        consent_by: Set(new.consent_by.clone()),
        consent_at: Set(new.consent_at),
        tool: Set(new.tool.clone()),
        session_code: Set(new.session_code.clone()),
        started_at: Set(new.started_at),
        ended_at: Set(new.ended_at),
        done: Set(new.done.clone()),
        found: Set(new.found.clone()),
        outcome: Set(new.outcome.clone()),
        operator_id: Set(new.operator_id.0),
    };
    remote_sessions::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Ends a remote session; false when it has ended already.
pub async fn end_remote(
    tx: &Tx,
    ticket: TicketId,
    id: RemoteId,
    at: DateTime<Utc>,
    done: &str,
    found: &str,
    outcome: &str,
) -> Result<bool, StoreError> {
    use remote_sessions::Column as C;
    let result = remote_sessions::Entity::update_many()
        .col_expr(C::EndedAt, Expr::value(Some(at)))
        .col_expr(C::Done, Expr::value(done))
        .col_expr(C::Found, Expr::value(found))
        .col_expr(C::Outcome, Expr::value(Some(outcome)))
        .filter(C::Id.eq(id.0))
        .filter(C::TicketId.eq(ticket.0))
        .filter(C::EndedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(result.rows_affected == 1)
}

/// The remote sessions of a ticket, oldest first.
pub async fn remotes_of(on: &impl Access, ticket: TicketId) -> Result<Vec<Remote>, StoreError> {
    use remote_sessions::Column as C;
    let rows = remote_sessions::Entity::find()
        .filter(C::TicketId.eq(ticket.0))
        .order_by_asc(C::StartedAt)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(remote).collect())
}

fn escalation(row: escalations::Model) -> Escalation {
    Escalation {
        id: EscalationId(row.id),
        ticket_id: TicketId(row.ticket_id),
        requested_at: row.requested_at,
        requested_by: AccountId(row.requested_by),
        reason: row.reason,
        taken_at: row.taken_at,
        taken_by: row.taken_by.map(AccountId),
    }
}

/// Asks tier 2.
pub async fn add_escalation(tx: &Tx, new: &Escalation) -> Result<(), StoreError> {
    let row = escalations::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.0),
        requested_at: Set(new.requested_at),
        requested_by: Set(new.requested_by.0),
        reason: Set(new.reason.clone()),
        taken_at: Set(new.taken_at),
        taken_by: Set(new.taken_by.map(|t| t.0)),
        returned_at: Set(None),
        return_reason: Set(String::new()),
    };
    escalations::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Tier 2 takes the escalation that waits.
pub async fn take_escalation(tx: &Tx, ticket: TicketId, at: DateTime<Utc>, by: AccountId) -> Result<(), StoreError> {
    use escalations::Column as C;
    escalations::Entity::update_many()
        .col_expr(C::TakenAt, Expr::value(Some(at)))
        .col_expr(C::TakenBy, Expr::value(Some(by.0)))
        .filter(C::TicketId.eq(ticket.0))
        .filter(C::TakenAt.is_null())
        .filter(C::ReturnedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Tier 2 gives the ticket back.
pub async fn return_escalation(tx: &Tx, ticket: TicketId, at: DateTime<Utc>, reason: &str) -> Result<(), StoreError> {
    use escalations::Column as C;
    escalations::Entity::update_many()
        .col_expr(C::ReturnedAt, Expr::value(Some(at)))
        .col_expr(C::ReturnReason, Expr::value(reason))
        .filter(C::TicketId.eq(ticket.0))
        .filter(C::ReturnedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Escalations nobody has taken yet, longest waiting first.
pub async fn waiting(on: &impl Access) -> Result<Vec<Escalation>, StoreError> {
    use escalations::Column as C;
    let rows = escalations::Entity::find()
        .filter(C::TakenAt.is_null())
        .filter(C::ReturnedAt.is_null())
        .order_by_asc(C::RequestedAt)
        .limit(200)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(escalation).collect())
}

fn callback(row: callbacks::Model) -> Callback {
    Callback {
        id: CallbackId(row.id),
        ticket_id: row.ticket_id.map(TicketId),
        call_id: CallId(row.call_id),
        due_at: row.due_at,
        who: row.who,
        number: row.number,
        note: row.note,
        made_by: AccountId(row.made_by),
        kept_at: row.kept_at,
    }
}

/// Makes a callback.
pub async fn add_callback(tx: &Tx, new: &Callback) -> Result<(), StoreError> {
    let row = callbacks::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.map(|t| t.0)),
        call_id: Set(new.call_id.0),
        due_at: Set(new.due_at),
        who: Set(new.who.clone()),
        number: Set(new.number.clone()),
        note: Set(new.note.clone()),
        made_by: Set(new.made_by.0),
        kept_at: Set(new.kept_at),
        kept_by: Set(None),
    };
    callbacks::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Marks a callback as kept; false when it was already.
pub async fn keep_callback(tx: &Tx, id: CallbackId, at: DateTime<Utc>, by: Uuid) -> Result<bool, StoreError> {
    use callbacks::Column as C;
    let done = callbacks::Entity::update_many()
        .col_expr(C::KeptAt, Expr::value(Some(at)))
        .col_expr(C::KeptBy, Expr::value(Some(by)))
        .filter(C::Id.eq(id.0))
        .filter(C::KeptAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// A callback by its id.
pub async fn callback_by_id(on: &impl Access, id: CallbackId) -> Result<Option<Callback>, StoreError> {
    Ok(callbacks::Entity::find_by_id(id.0).one(on.conn()).await?.map(callback))
}

/// Callbacks not kept yet that fall due before an instant, soonest first.
pub async fn callbacks_due(on: &impl Access, until: DateTime<Utc>) -> Result<Vec<Callback>, StoreError> {
    use callbacks::Column as C;
    let rows = callbacks::Entity::find()
        .filter(C::KeptAt.is_null())
        .filter(C::DueAt.lt(until))
        .order_by_asc(C::DueAt)
        .limit(200)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(callback).collect())
}

/// Callbacks on these tickets that aren't kept yet, soonest first.
pub async fn callbacks_of(on: &impl Access, tickets: Vec<Uuid>) -> Result<Vec<Callback>, StoreError> {
    use callbacks::Column as C;
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let rows = callbacks::Entity::find()
        .filter(C::TicketId.is_in(tickets))
        .filter(C::KeptAt.is_null())
        .order_by_asc(C::DueAt)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(callback).collect())
}

fn task(row: tasks::Model) -> Task {
    Task {
        id: TaskId(row.id),
        ticket_id: row.ticket_id.map(TicketId),
        verification_id: row.verification_id.map(VerificationId),
        // An unknown kind is shown as the one that somebody has to look at.
        kind: TaskKind::parse(&row.kind).unwrap_or(TaskKind::MembershipInDoubt),
        due_on: row.due_on,
        created_at: row.created_at,
        done_at: row.done_at,
        outcome: row.outcome,
        looked_at: row.looked_at,
    }
}

/// Adds a task.
pub async fn add_task(tx: &Tx, new: &Task) -> Result<(), StoreError> {
    let row = tasks::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.map(|t| t.0)),
        verification_id: Set(new.verification_id.map(|v| v.0)),
        kind: Set(new.kind.code().into()),
        due_on: Set(new.due_on),
        done_at: Set(None),
        done_by: Set(None),
        outcome: Set(String::new()),
        created_at: Set(new.created_at),
        looked_at: Set(new.looked_at),
    };
    tasks::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Gives the tasks of a verification to its ticket.
pub async fn give_tasks(tx: &Tx, verification: VerificationId, ticket: TicketId) -> Result<(), StoreError> {
    tasks::Entity::update_many()
        .col_expr(tasks::Column::TicketId, Expr::value(Some(ticket.0)))
        .filter(tasks::Column::VerificationId.eq(verification.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Marks a task as done with an outcome; false when it was already.
pub async fn finish_task(tx: &Tx, id: TaskId, outcome: &str, at: DateTime<Utc>, by: Uuid) -> Result<bool, StoreError> {
    use tasks::Column as C;
    let done = tasks::Entity::update_many()
        .col_expr(C::DoneAt, Expr::value(Some(at)))
        .col_expr(C::DoneBy, Expr::value(Some(by)))
        .col_expr(C::Outcome, Expr::value(outcome))
        .filter(C::Id.eq(id.0))
        .filter(C::DoneAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// A task that isn't done yet.
pub async fn open_task(on: &impl Access, id: TaskId) -> Result<Option<Task>, StoreError> {
    let row = tasks::Entity::find_by_id(id.0).filter(tasks::Column::DoneAt.is_null()).one(on.conn()).await?;
    Ok(row.map(task))
}

/// Open tasks that weren't looked at with a version of the directory yet.
pub async fn not_looked_at(on: &impl Access, version: i64) -> Result<Vec<Task>, StoreError> {
    let query = tasks::Entity::find().filter(tasks::Column::DoneAt.is_null());
    let rows = query.filter(tasks::Column::LookedAt.lt(version)).order_by_asc(tasks::Column::Id).all(on.conn()).await?;
    Ok(rows.into_iter().map(task).collect())
}

/// Notes that a task is looked at with a version; false when it's done, or somebody else looked already.
pub async fn look_at(tx: &Tx, id: TaskId, version: i64) -> Result<bool, StoreError> {
    use tasks::Column as C;
    let done = tasks::Entity::update_many()
        .col_expr(C::LookedAt, Expr::value(version))
        .filter(C::Id.eq(id.0))
        .filter(C::DoneAt.is_null())
        .filter(C::LookedAt.lt(version))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Makes a task one that somebody has to see to on a day; false when it is one already.
pub async fn raise_task(tx: &Tx, id: TaskId, due_on: NaiveDate) -> Result<bool, StoreError> {
    use tasks::Column as C;
    let done = tasks::Entity::update_many()
        .col_expr(C::Kind, Expr::value(TaskKind::MembershipInDoubt.code()))
        .col_expr(C::DueOn, Expr::value(due_on))
        .filter(C::Id.eq(id.0))
        .filter(C::Kind.ne(TaskKind::MembershipInDoubt.code()))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Tasks not done yet: of a ticket, or all, soonest first.
pub async fn open_tasks(on: &impl Access, ticket: Option<TicketId>) -> Result<Vec<Task>, StoreError> {
    let mut query = tasks::Entity::find().filter(tasks::Column::DoneAt.is_null());
    if let Some(ticket) = ticket {
        query = query.filter(tasks::Column::TicketId.eq(ticket.0));
    }
    Ok(query.order_by_asc(tasks::Column::DueOn).limit(200).all(on.conn()).await?.into_iter().map(task).collect())
}

/// Tasks of a kind that aren't done yet, the oldest first.
pub async fn open_tasks_of(on: &impl Access, kind: TaskKind) -> Result<Vec<Task>, StoreError> {
    use tasks::Column as C;
    let query = tasks::Entity::find().filter(C::DoneAt.is_null()).filter(C::Kind.eq(kind.code()));
    Ok(query.order_by_asc(C::CreatedAt).limit(200).all(on.conn()).await?.into_iter().map(task).collect())
}
