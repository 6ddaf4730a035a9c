//! Tier 2's queue: what was asked for, taken and given back.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, Order, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use uuid::Uuid;

use crate::domain::id::{AccountId, EscalationId, TicketId};
use crate::domain::tickets::escalation::{Escalation, QueuePlace};
use crate::store::entity::{escalations, tickets};
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

/// Escalations nobody has taken yet, of tickets that stand for themselves: the severity that comes first in the list
/// first, then what waits longest; those that come after a place in that order, if one is given.
pub async fn waiting(
    on: &impl Access,
    severities: &[&str],
    after: Option<&QueuePlace>,
    size: u64,
) -> Result<Vec<Escalation>, StoreError> {
    use escalations::Column as C;
    let gravity = || {
        let place = |case: CaseStatement, (nth, code): (usize, &&str)| {
            case.case(tickets::Column::Severity.eq(*code), i32::try_from(nth).unwrap_or(i32::MAX))
        };
        Expr::Case(Box::new(severities.iter().enumerate().fold(CaseStatement::new(), place).finally(i32::MAX)))
    };
    let mut query = escalations::Entity::find()
        .join(JoinType::InnerJoin, on_ticket())
        .filter(C::TakenAt.is_null())
        .filter(C::ReturnedAt.is_null())
        .filter(tickets::Column::MergedInto.is_null());
    if let Some(last) = after {
        let nth = severities.iter().position(|code| *code == last.severity);
        let nth = nth.and_then(|nth| i32::try_from(nth).ok()).unwrap_or(i32::MAX);
        let at_once = Condition::all().add(C::RequestedAt.eq(last.requested_at)).add(C::Id.gt(last.id.0));
        let later = Condition::any().add(C::RequestedAt.gt(last.requested_at)).add(at_once);
        let as_grave = Condition::all().add(gravity().eq(nth)).add(later);
        query = query.filter(Condition::any().add(gravity().gt(nth)).add(as_grave));
    }
    let query = query.order_by(gravity(), Order::Asc).order_by_asc(C::RequestedAt).order_by_asc(C::Id).limit(size);
    Ok(query.all(on.conn()).await?.into_iter().map(escalation).collect())
}

fn on_ticket() -> RelationDef {
    let to = escalations::Entity::belongs_to(tickets::Entity);
    to.from(escalations::Column::TicketId).to(tickets::Column::Id).into()
}

/// Takes the words out of a ticket's escalations.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use escalations::Column as C;
    let all = escalations::Entity::update_many().filter(C::TicketId.eq(ticket));
    let all = all.col_expr(C::Reason, Expr::value("")).col_expr(C::ReturnReason, Expr::value(""));
    all.exec(tx.conn()).await?;
    Ok(())
}
