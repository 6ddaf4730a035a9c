//! What is to be done by a day.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{TaskId, TicketId, VerificationId};
use crate::domain::tickets::task::{Task, TaskKind};
use crate::domain::time::day_start;
use crate::store::entity::tasks;
use crate::store::{Access, StoreError, Tx};

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
pub async fn add(tx: &Tx, new: &Task) -> Result<(), StoreError> {
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
pub async fn give(tx: &Tx, verification: VerificationId, ticket: TicketId) -> Result<(), StoreError> {
    tasks::Entity::update_many()
        .col_expr(tasks::Column::TicketId, Expr::value(Some(ticket.0)))
        .filter(tasks::Column::VerificationId.eq(verification.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Marks a task as done with an outcome; false when it was already.
pub async fn finish(tx: &Tx, id: TaskId, outcome: &str, at: DateTime<Utc>, by: Uuid) -> Result<bool, StoreError> {
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
pub async fn open(on: &impl Access, id: TaskId) -> Result<Option<Task>, StoreError> {
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
pub async fn raise(tx: &Tx, id: TaskId, due_on: NaiveDate) -> Result<bool, StoreError> {
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
pub async fn all_open(on: &impl Access, ticket: Option<TicketId>) -> Result<Vec<Task>, StoreError> {
    let mut query = tasks::Entity::find().filter(tasks::Column::DoneAt.is_null());
    if let Some(ticket) = ticket {
        query = query.filter(tasks::Column::TicketId.eq(ticket.0));
    }
    Ok(query.order_by_asc(tasks::Column::DueOn).limit(200).all(on.conn()).await?.into_iter().map(task).collect())
}

/// Tasks of a kind that aren't done yet, the oldest first.
pub async fn open_of(on: &impl Access, kind: TaskKind) -> Result<Vec<Task>, StoreError> {
    use tasks::Column as C;
    let query = tasks::Entity::find().filter(C::DoneAt.is_null()).filter(C::Kind.eq(kind.code()));
    Ok(query.order_by_asc(C::CreatedAt).limit(200).all(on.conn()).await?.into_iter().map(task).collect())
}

/// Ends a ticket's tasks: nobody can be asked any more whose membership it was.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid, today: NaiveDate) -> Result<(), StoreError> {
    use tasks::Column as C;
    let all = tasks::Entity::update_many().col_expr(C::DoneAt, Expr::value(Some(day_start(today))));
    all.filter(C::TicketId.eq(ticket)).filter(C::DoneAt.is_null()).exec(tx.conn()).await?;
    Ok(())
}
