//! What was recorded about who called.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::domain::id::{AccountId, CallId, FacilityId, MemberId, TicketId, VerificationId};
use crate::domain::matching::Decision;
use crate::domain::verification::record::{StatedItems, Verification, VerificationOutcome};
use crate::store::entity::verifications;
use crate::store::{Access, StoreError, Tx};

fn verification(row: verifications::Model) -> Result<Verification, StoreError> {
    Ok(Verification {
        id: VerificationId(row.id),
        call_id: CallId(row.call_id),
        ticket_id: row.ticket_id.map(TicketId),
        said: serde_json::from_value(row.said).map_err(|_| StoreError::Corrupt("verifications.said"))?,
        marks: serde_json::from_value(row.items).map_err(|_| StoreError::Corrupt("verifications.items"))?,
        decision: Decision::parse(&row.decision).ok_or(StoreError::Corrupt("verifications.decision"))?,
        recorded: VerificationOutcome::parse(&row.outcome),
        reason: row.reason,
        member_id: row.member_id.map(MemberId),
        facility_id: row.facility_id.map(FacilityId),
        directory_version: row.directory_version,
        as_of: row.as_of,
        decided_at: row.decided_at,
        decided_by: AccountId(row.decided_by),
    })
}

/// Adds a verification.
pub async fn add(tx: &Tx, new: &Verification) -> Result<(), StoreError> {
    let row = verifications::ActiveModel {
        id: Set(new.id.0),
        call_id: Set(new.call_id.0),
        ticket_id: Set(new.ticket_id.map(|t| t.0)),
        said: Set(serde_json::json!(new.said)),
        items: Set(serde_json::json!(new.marks)),
        decision: Set(new.decision.code().into()),
        outcome: Set(new.recorded.code().into()),
        reason: Set(new.reason.clone()),
        member_id: Set(new.member_id.map(|m| m.0)),
        facility_id: Set(new.facility_id.map(|f| f.0)),
        directory_version: Set(new.directory_version),
        as_of: Set(new.as_of),
        decided_at: Set(new.decided_at),
        decided_by: Set(new.decided_by.0),
        reviewed_at: Set(None),
        reviewed_by: Set(None),
    };
    verifications::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The newest verification of a call that no ticket has taken yet.
pub async fn free_of(on: &impl Access, call: CallId) -> Result<Option<Verification>, StoreError> {
    Ok(all_free_of(on, call).await?.into_iter().next())
}

/// What was recorded on a call and belongs to no ticket yet, newest first.
pub async fn all_free_of(on: &impl Access, call: CallId) -> Result<Vec<Verification>, StoreError> {
    let rows = verifications::Entity::find()
        .filter(verifications::Column::CallId.eq(call.0))
        .filter(verifications::Column::TicketId.is_null())
        .order_by_desc(verifications::Column::DecidedAt)
        .all(on.conn())
        .await?;
    rows.into_iter().map(verification).collect()
}

/// What was recorded on a call last.
pub async fn last_of(on: &impl Access, call: CallId) -> Result<Option<Verification>, StoreError> {
    let row = verifications::Entity::find()
        .filter(verifications::Column::CallId.eq(call.0))
        .order_by_desc(verifications::Column::DecidedAt)
        .one(on.conn())
        .await?;
    row.map(verification).transpose()
}

/// The verifications made for a ticket, newest first.
pub async fn of_ticket(on: &impl Access, ticket: TicketId) -> Result<Vec<Verification>, StoreError> {
    let rows = verifications::Entity::find()
        .filter(verifications::Column::TicketId.eq(ticket.0))
        .order_by_desc(verifications::Column::DecidedAt)
        .all(on.conn())
        .await?;
    rows.into_iter().map(verification).collect()
}

/// Gives a call's free verifications to a ticket.
pub async fn take(tx: &Tx, these: &[VerificationId], ticket: TicketId) -> Result<(), StoreError> {
    verifications::Entity::update_many()
        .col_expr(verifications::Column::TicketId, Expr::value(Some(ticket.0)))
        .filter(verifications::Column::Id.is_in(these.iter().map(|id| id.0)))
        .filter(verifications::Column::TicketId.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Verifications that wait for a supervisor: provisional ones upon needs_check, and those against the rules; oldest
/// first.
pub async fn to_review(on: &impl Access) -> Result<Vec<Verification>, StoreError> {
    use verifications::Column as C;
    const OVERRIDDEN: [Decision; 3] = [Decision::Pending, Decision::NeedsCheck, Decision::NotEligible];
    let rows = verifications::Entity::find()
        .filter(
            Condition::any()
                .add(
                    C::Outcome
                        .eq(VerificationOutcome::Provisional.code())
                        .and(C::Decision.eq(Decision::NeedsCheck.code()))
                        .and(C::ReviewedAt.is_null()),
                )
                .add(
                    C::Outcome
                        .eq(VerificationOutcome::Verified.code())
                        .and(C::Decision.is_in(OVERRIDDEN.map(Decision::code)))
                        .and(C::ReviewedAt.is_null()),
                ),
        )
        .order_by_asc(verifications::Column::DecidedAt)
        .limit(100)
        .all(on.conn())
        .await?;
    rows.into_iter().map(verification).collect()
}

/// A verification by its id.
pub async fn find(on: &impl Access, id: VerificationId) -> Result<Option<Verification>, StoreError> {
    verifications::Entity::find_by_id(id.0).one(on.conn()).await?.map(verification).transpose()
}

/// Marks a verification as reviewed; false when it was already.
pub async fn review(tx: &Tx, id: VerificationId, at: DateTime<Utc>, by: Uuid) -> Result<bool, StoreError> {
    let done = verifications::Entity::update_many()
        .col_expr(verifications::Column::ReviewedAt, Expr::value(Some(at)))
        .col_expr(verifications::Column::ReviewedBy, Expr::value(Some(by)))
        .filter(verifications::Column::Id.eq(id.0))
        .filter(verifications::Column::ReviewedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes out of verifications what was said and whom it was held to be.
pub(in crate::store) async fn erase(tx: &Tx, which: Condition) -> Result<(), StoreError> {
    use verifications::Column as C;
    verifications::Entity::update_many()
        .col_expr(C::Said, Expr::value(json!(StatedItems::default())))
        .col_expr(C::Reason, Expr::value(""))
        .col_expr(C::MemberId, Expr::value(None::<Uuid>))
        .col_expr(C::FacilityId, Expr::value(None::<Uuid>))
        .filter(which)
        .exec(tx.conn())
        .await?;
    Ok(())
}
