//! Remote sessions of a ticket.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, RemoteId, TicketId};
use crate::domain::tickets::remote::{Remote, RemoteOutcome};
use crate::store::entity::remote_sessions;
use crate::store::{Access, StoreError, Tx};

fn remote(row: remote_sessions::Model) -> Remote {
    Remote {
        id: RemoteId(row.id),
        ticket_id: TicketId(row.ticket_id),
        consent_by: row.consent_by,
        consent_at: row.consent_at,
        consent_version: row.consent_version,
        scope: row.scope,
        tool: row.tool,
        session_code: row.session_code,
        started_at: row.started_at,
        ended_at: row.ended_at,
        done: row.done,
        removed: row.removed,
        found: row.found,
        ended_as: row.ended_as.as_deref().and_then(RemoteOutcome::parse),
        outcome: row.outcome,
        operator_id: AccountId(row.operator_id),
    }
}

/// Begins a remote session.
pub async fn add(tx: &Tx, new: &Remote) -> Result<(), StoreError> {
    remote_sessions::Entity::insert(row(new)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A row for it.
pub(in crate::store) fn row(new: &Remote) -> remote_sessions::ActiveModel {
    remote_sessions::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.0),
        consent_by: Set(new.consent_by.clone()),
        consent_at: Set(new.consent_at),
        consent_version: Set(new.consent_version),
        scope: Set(new.scope.clone()),
        tool: Set(new.tool.clone()),
        session_code: Set(new.session_code.clone()),
        started_at: Set(new.started_at),
        ended_at: Set(new.ended_at),
        done: Set(new.done.clone()),
        removed: Set(new.removed.clone()),
        found: Set(new.found.clone()),
        ended_as: Set(new.ended_as.map(|ended| ended.code().into())),
        outcome: Set(new.outcome.clone()),
        operator_id: Set(new.operator_id.0),
    }
}

/// Ends a remote session with what came of it; false when it has ended already.
pub async fn end(tx: &Tx, ended: &Remote) -> Result<bool, StoreError> {
    use remote_sessions::Column as C;
    let result = remote_sessions::Entity::update_many()
        .col_expr(C::EndedAt, Expr::value(ended.ended_at))
        .col_expr(C::Done, Expr::value(&ended.done))
        .col_expr(C::Removed, Expr::value(&ended.removed))
        .col_expr(C::Found, Expr::value(&ended.found))
        .col_expr(C::EndedAs, Expr::value(ended.ended_as.map(RemoteOutcome::code)))
        .col_expr(C::Outcome, Expr::value(ended.outcome.clone()))
        .filter(C::Id.eq(ended.id.0))
        .filter(C::TicketId.eq(ended.ticket_id.0))
        .filter(C::EndedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(result.rows_affected == 1)
}

/// The remote sessions of a ticket, oldest first.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<Remote>, StoreError> {
    use remote_sessions::Column as C;
    let rows = remote_sessions::Entity::find()
        .filter(C::TicketId.eq(ticket.0))
        .order_by_asc(C::StartedAt)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(remote).collect())
}

/// The remote sessions of some tickets.
pub async fn of_tickets(on: &impl Access, tickets: Vec<TicketId>) -> Result<Vec<Remote>, StoreError> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let which = remote_sessions::Column::TicketId.is_in(tickets.into_iter().map(|ticket| ticket.0));
    Ok(remote_sessions::Entity::find().filter(which).all(on.conn()).await?.into_iter().map(remote).collect())
}

/// The sessions that run now, the longest first, a hundred at most.
pub async fn all_running(on: &impl Access) -> Result<Vec<Remote>, StoreError> {
    use remote_sessions::Column as C;
    let rows = remote_sessions::Entity::find()
        .filter(C::EndedAt.is_null())
        .order_by_asc(C::StartedAt)
        .limit(100)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(remote).collect())
}

/// Takes the words out of a ticket's remote sessions.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use remote_sessions::Column as C;
    let mut all = remote_sessions::Entity::update_many().filter(C::TicketId.eq(ticket));
    for column in [C::ConsentBy, C::Scope, C::Tool, C::SessionCode, C::Done, C::Removed, C::Found, C::Outcome] {
        all = all.col_expr(column, Expr::value(""));
    }
    all.exec(tx.conn()).await?;
    Ok(())
}
