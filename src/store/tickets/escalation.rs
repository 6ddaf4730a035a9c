//! Tier 2's queue: what was asked for, taken and given back.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, EscalationId, TicketId};
use crate::domain::tickets::escalation::Escalation;
use crate::store::entity::escalations;
use crate::store::{Access, StoreError, Tx};

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
pub async fn add(tx: &Tx, new: &Escalation) -> Result<(), StoreError> {
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
pub async fn take(tx: &Tx, ticket: TicketId, at: DateTime<Utc>, by: AccountId) -> Result<(), StoreError> {
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

/// Tier 2 gives the ticket back, whether it had taken it or it still waited: the last round is returned, and nothing of
/// rounds before.
pub async fn give_back(tx: &Tx, ticket: TicketId, at: DateTime<Utc>, reason: &str) -> Result<(), StoreError> {
    use escalations::Column as C;
    let asked = escalations::Entity::find()
        .filter(C::TicketId.eq(ticket.0))
        .filter(C::ReturnedAt.is_null())
        .order_by_desc(C::RequestedAt)
        .order_by_desc(C::Id);
    let Some(last) = asked.one(tx.conn()).await? else { return Ok(()) };
    escalations::Entity::update_many()
        .col_expr(C::ReturnedAt, Expr::value(Some(at)))
        .col_expr(C::ReturnReason, Expr::value(reason))
        .filter(C::Id.eq(last.id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What was asked for by mistake leaves the queue; the timeline remembers it.
pub async fn unask(tx: &Tx, ticket: TicketId) -> Result<(), StoreError> {
    use escalations::Column as C;
    escalations::Entity::delete_many()
        .filter(C::TicketId.eq(ticket.0))
        .filter(C::TakenAt.is_null())
        .filter(C::ReturnedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What was taken by mistake, just then, waits again, since when it was asked for; what was taken long ago doesn't.
pub async fn untake(tx: &Tx, ticket: TicketId, since: DateTime<Utc>) -> Result<(), StoreError> {
    use escalations::Column as C;
    escalations::Entity::update_many()
        .col_expr(C::TakenAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(C::TakenBy, Expr::value(None::<Uuid>))
        .filter(C::TicketId.eq(ticket.0))
        .filter(C::TakenAt.gte(since))
        .filter(C::ReturnedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What was given back by mistake, just then, is tier 2's again.
pub async fn unreturn(tx: &Tx, ticket: TicketId, since: DateTime<Utc>) -> Result<(), StoreError> {
    use escalations::Column as C;
    escalations::Entity::update_many()
        .col_expr(C::ReturnedAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(C::ReturnReason, Expr::value(""))
        .filter(C::TicketId.eq(ticket.0))
        .filter(C::ReturnedAt.gte(since))
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
        .limit(1_000)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(escalation).collect())
}

/// Takes the words out of a ticket's escalations.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use escalations::Column as C;
    let all = escalations::Entity::update_many().filter(C::TicketId.eq(ticket));
    let all = all.col_expr(C::Reason, Expr::value("")).col_expr(C::ReturnReason, Expr::value(""));
    all.exec(tx.conn()).await?;
    Ok(())
}
