//! What was heard before remote support and before cleaning.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, EvidenceCheckId, TicketId};
use crate::domain::tickets::evidence_gate::{EvidenceCheck, Heard, Purpose};
use crate::store::entity::evidence_checks;
use crate::store::{Access, StoreError, Tx};

fn check(row: evidence_checks::Model) -> Result<EvidenceCheck, StoreError> {
    // What can't be read isn't taken for a no.
    let heard = |code: &str| Heard::parse(code).unwrap_or(Heard::Unknown);
    Ok(EvidenceCheck {
        id: EvidenceCheckId(row.id),
        ticket_id: TicketId(row.ticket_id),
        purpose: Purpose::parse(&row.purpose).ok_or(StoreError::Corrupt("evidence_checks.purpose"))?,
        server: heard(&row.server),
        locked: heard(&row.locked),
        cut_off: heard(&row.cut_off),
        reason: row.reason,
        asked_at: row.asked_at,
        asked_by: AccountId(row.asked_by),
    })
}

/// Writes down what was heard.
pub async fn add(tx: &Tx, new: &EvidenceCheck) -> Result<(), StoreError> {
    evidence_checks::Entity::insert(row(new)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A row for it.
pub(in crate::store) fn row(new: &EvidenceCheck) -> evidence_checks::ActiveModel {
    evidence_checks::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.0),
        purpose: Set(new.purpose.code().into()),
        server: Set(new.server.code().into()),
        locked: Set(new.locked.code().into()),
        cut_off: Set(new.cut_off.code().into()),
        reason: Set(new.reason.clone()),
        asked_at: Set(new.asked_at),
        asked_by: Set(new.asked_by.0),
    }
}

/// What was heard on a ticket, oldest first.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<EvidenceCheck>, StoreError> {
    use evidence_checks::Column as C;
    let query = evidence_checks::Entity::find().filter(C::TicketId.eq(ticket.0));
    query.order_by_asc(C::AskedAt).order_by_asc(C::Id).all(on.conn()).await?.into_iter().map(check).collect()
}

/// Those since an instant in which somebody said why they go on all the same, newest first, a hundred at most.
pub async fn all_the_same(on: &impl Access, since: DateTime<Utc>) -> Result<Vec<EvidenceCheck>, StoreError> {
    use evidence_checks::Column as C;
    let query = evidence_checks::Entity::find().filter(C::Reason.ne("")).filter(C::AskedAt.gte(since));
    query.order_by_desc(C::AskedAt).limit(100).all(on.conn()).await?.into_iter().map(check).collect()
}

/// Takes the words out of what was heard on a ticket.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use evidence_checks::Column as C;
    let all = evidence_checks::Entity::update_many().filter(C::TicketId.eq(ticket));
    all.col_expr(C::Reason, Expr::value("")).exec(tx.conn()).await?;
    Ok(())
}
