//! Tier 2's queue: what was asked for, taken and given back.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef};
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

/// Asks tier 2 of a ticket of this severity.
pub async fn add(tx: &Tx, new: &Escalation, severity: &str) -> Result<(), StoreError> {
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
        severity: Set(severity.to_owned()),
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

/// The severity of the ticket is now another: what waits of it moves in the queue.
pub async fn regrade(tx: &Tx, ticket: TicketId, severity: &str) -> Result<(), StoreError> {
    let own = escalations::Entity::update_many().filter(escalations::Column::TicketId.eq(ticket.0));
    own.col_expr(escalations::Column::Severity, Expr::value(severity)).exec(tx.conn()).await?;
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
    let known = severities.iter().map(|code| C::Severity.eq(*code));
    // What no list knows any more stands last.
    let grades: Vec<SimpleExpr> = known.chain([C::Severity.is_not_in(severities.iter().copied())]).collect();
    let reached =
        |last: &QueuePlace| severities.iter().position(|code| *code == last.severity).unwrap_or(severities.len());
    let from = after.map_or(0, reached);
    let mut found = Vec::new();
    // A grade at a time is read from the index in its order, however much waits.
    for (nth, grade) in grades.into_iter().enumerate().skip(from) {
        let left = size.saturating_sub(found.len() as u64);
        if left == 0 {
            break;
        }
        let query = escalations::Entity::find()
            .join(JoinType::InnerJoin, on_ticket())
            .filter(C::TakenAt.is_null())
            .filter(C::ReturnedAt.is_null())
            .filter(grade)
            .filter(after.filter(|_| nth == from).map_or(Condition::all(), later))
            .filter(tickets::Column::MergedInto.is_null());
        let query = query.order_by_asc(C::RequestedAt).order_by_asc(C::Id).limit(left);
        found.extend(query.all(on.conn()).await?.into_iter().map(escalation));
    }
    Ok(found)
}

/// What was asked for later than a place in the queue.
fn later(last: &QueuePlace) -> Condition {
    use escalations::Column as C;
    let at_once = Condition::all().add(C::RequestedAt.eq(last.requested_at)).add(C::Id.gt(last.id.0));
    Condition::any().add(C::RequestedAt.gt(last.requested_at)).add(at_once)
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
