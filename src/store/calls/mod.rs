//! Calls, their sheets and their verifications.

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{calls, sheet_fields, sheet_history, verifications};
use super::{Access, StoreError, Tx};
use crate::domain::calls::sheet::{FieldValue, Sheet, SheetField};
use crate::domain::calls::{Call, CallState, Direction, Disposition, Standing};
use crate::domain::id::{AccountId, CallId, FacilityId, MemberId, TicketId, VerificationId};
use crate::domain::matching::Decision;
use crate::domain::verification::record::{Verification, VerificationOutcome};

fn call(row: calls::Model) -> Result<Call, StoreError> {
    Ok(Call {
        id: CallId(row.id),
        direction: Direction::parse(&row.direction).ok_or(StoreError::Corrupt("calls.direction"))?,
        desk: row.desk,
        state: CallState::parse(&row.state),
        number: row.number,
        number_digits: row.number_digits,
        arrived_at: row.arrived_at,
        answered_at: row.answered_at,
        ended_at: row.ended_at,
        operator_id: AccountId(row.operator_id),
        caller_name: row.caller_name,
        standing: row.caller_standing.as_deref().and_then(Standing::parse),
        callback_number: row.callback_number,
        disposition: row.disposition.as_deref().and_then(Disposition::parse),
        complaint: row.complaint,
        out_of_hours: row.out_of_hours,
        out_of_hours_reason: row.out_of_hours_reason,
        reviewed_at: row.reviewed_at,
        arrived_on: row.arrived_on,
        erased_on: row.erased_on,
    })
}

/// A call.
pub async fn find(on: &impl Access, id: CallId) -> Result<Option<Call>, StoreError> {
    calls::Entity::find_by_id(id.0).one(on.conn()).await?.map(call).transpose()
}

/// Adds a call.
pub async fn add(tx: &Tx, new: &Call) -> Result<(), StoreError> {
    let row = calls::ActiveModel {
        id: Set(new.id.0),
        direction: Set(new.direction.code().into()),
        desk: Set(new.desk.clone()),
        state: Set(new.state.code().into()),
        number: Set(new.number.clone()),
        number_digits: Set(new.number_digits.clone()),
        arrived_at: Set(new.arrived_at),
        answered_at: Set(new.answered_at),
        ended_at: Set(new.ended_at),
        operator_id: Set(new.operator_id.0),
        caller_name: Set(new.caller_name.clone()),
        caller_standing: Set(new.standing.map(|s| s.code().into())),
        callback_number: Set(new.callback_number.clone()),
        disposition: Set(new.disposition.map(|d| d.code().into())),
        complaint: Set(new.complaint),
        out_of_hours: Set(new.out_of_hours),
        out_of_hours_reason: Set(new.out_of_hours_reason.clone()),
        reviewed_at: Set(None),
        reviewed_by: Set(None),
        arrived_on: Set(new.arrived_on),
        version: Set(1),
        erased_on: Set(None),
    };
    calls::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes what the sheet's own fields say about the call itself, so that lists and look-ups by number see it.
pub async fn set_caller(
    tx: &Tx,
    id: CallId,
    number: (&str, &str),
    caller: &str,
    standing: Option<Standing>,
    callback: &str,
) -> Result<(), StoreError> {
    calls::Entity::update_many()
        .col_expr(calls::Column::Number, Expr::value(number.0))
        .col_expr(calls::Column::NumberDigits, Expr::value(number.1))
        .col_expr(calls::Column::CallerName, Expr::value(caller))
        .col_expr(calls::Column::CallerStanding, Expr::value(standing.map(Standing::code)))
        .col_expr(calls::Column::CallbackNumber, Expr::value(callback))
        .filter(calls::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Ends a call. False when somebody else ended it first.
pub async fn end(
    tx: &Tx,
    id: CallId,
    at: DateTime<Utc>,
    disposition: Disposition,
    complaint: bool,
    out_of_hours_reason: &str,
) -> Result<bool, StoreError> {
    let done = calls::Entity::update_many()
        .col_expr(calls::Column::State, Expr::value(CallState::Ended.code()))
        .col_expr(calls::Column::EndedAt, Expr::value(Some(at)))
        .col_expr(calls::Column::Disposition, Expr::value(Some(disposition.code())))
        .col_expr(calls::Column::Complaint, Expr::value(complaint))
        .col_expr(calls::Column::OutOfHoursReason, Expr::value(out_of_hours_reason))
        .filter(calls::Column::Id.eq(id.0))
        .filter(calls::Column::State.eq(CallState::Open.code()))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Marks a call taken outside hours as reviewed.
pub async fn review(tx: &Tx, id: CallId, at: DateTime<Utc>, by: Uuid) -> Result<bool, StoreError> {
    let done = calls::Entity::update_many()
        .col_expr(calls::Column::ReviewedAt, Expr::value(Some(at)))
        .col_expr(calls::Column::ReviewedBy, Expr::value(Some(by)))
        .filter(calls::Column::Id.eq(id.0))
        .filter(calls::Column::ReviewedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Open calls, oldest first; of one operator if one is named.
pub async fn open(on: &impl Access, operator: Option<AccountId>) -> Result<Vec<Call>, StoreError> {
    let mut query = calls::Entity::find().filter(calls::Column::State.eq(CallState::Open.code()));
    if let Some(operator) = operator {
        query = query.filter(calls::Column::OperatorId.eq(operator.0));
    }
    let rows = query.order_by_asc(calls::Column::ArrivedAt).limit(100).all(on.conn()).await?;
    rows.into_iter().map(call).collect()
}

/// Calls of a Tokyo day, newest first.
pub async fn of_day(
    on: &impl Access,
    day: NaiveDate,
    before: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<Vec<Call>, StoreError> {
    let start = crate::domain::time::day_start(day);
    let end = before.unwrap_or(start + TimeDelta::days(1));
    let rows = calls::Entity::find()
        .filter(calls::Column::ArrivedAt.gte(start))
        .filter(calls::Column::ArrivedAt.lt(end))
        .order_by_desc(calls::Column::ArrivedAt)
        .limit(limit)
        .all(on.conn())
        .await?;
    rows.into_iter().map(call).collect()
}

/// Calls taken outside hours that nobody has reviewed, and complaints, oldest first.
pub async fn to_review(on: &impl Access) -> Result<Vec<Call>, StoreError> {
    // To the letter what `ix_calls_to_review` holds: a value in its place, and the engines read through all calls.
    let rows = calls::Entity::find()
        .filter(Expr::cust("reviewed_at IS NULL AND (out_of_hours OR complaint)"))
        .filter(calls::Column::State.ne(CallState::Open.code()))
        .order_by_asc(calls::Column::ArrivedAt)
        .limit(100)
        .all(on.conn())
        .await?;
    rows.into_iter().map(call).collect()
}

/// Earlier calls from a number, newest first.
pub async fn from_number(on: &impl Access, digits: &str, limit: u64) -> Result<Vec<Call>, StoreError> {
    if digits.len() < 3 {
        return Ok(Vec::new());
    }
    let rows = calls::Entity::find()
        .filter(calls::Column::NumberDigits.eq(digits))
        .order_by_desc(calls::Column::ArrivedAt)
        .limit(limit)
        .all(on.conn())
        .await?;
    rows.into_iter().map(call).collect()
}

/// These calls, in no order.
pub async fn of_ids(on: &impl Access, ids: &[Uuid]) -> Result<Vec<Call>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let which = calls::Column::Id.is_in(ids.iter().copied());
    calls::Entity::find().filter(which).all(on.conn()).await?.into_iter().map(call).collect()
}

/// The sheet of a call.
pub async fn sheet(on: &impl Access, id: CallId) -> Result<Sheet, StoreError> {
    let rows = sheet_fields::Entity::find().filter(sheet_fields::Column::CallId.eq(id.0)).all(on.conn()).await?;
    let fields = rows.into_iter().filter_map(|row| {
        let value = FieldValue {
            value: row.value,
            version: row.version,
            saved_at: row.saved_at,
            saved_by: AccountId(row.saved_by),
        };
        SheetField::parse(&row.field).map(|field| (field, value))
    });
    Ok(Sheet::new(fields.collect()))
}

/// Saves one field as its next version, if it still is at `seen`; false when somebody else was first.
pub async fn save_field(
    tx: &Tx,
    id: CallId,
    field: SheetField,
    seen: i64,
    value: &str,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<bool, StoreError> {
    let saved = if seen == 0 {
        insert_field(tx, id, field, value, at, by).await?
    } else {
        update_field(tx, id, field, seen, value, at, by).await?
    };
    if saved {
        keep_history(tx, id, field, seen + 1, value, at, by).await?;
    }
    Ok(saved)
}

async fn insert_field(
    tx: &Tx,
    id: CallId,
    field: SheetField,
    value: &str,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<bool, StoreError> {
    let row = sheet_fields::ActiveModel {
        call_id: Set(id.0),
        field: Set(field.name().into()),
        value: Set(value.into()),
        version: Set(1),
        saved_at: Set(at),
        saved_by: Set(by.0),
    };
    let done = sheet_fields::Entity::insert_many([row])
        .on_conflict(
            OnConflict::columns([sheet_fields::Column::CallId, sheet_fields::Column::Field]).do_nothing().to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await?;
    Ok(done == 1)
}

async fn update_field(
    tx: &Tx,
    id: CallId,
    field: SheetField,
    seen: i64,
    value: &str,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<bool, StoreError> {
    let done = sheet_fields::Entity::update_many()
        .col_expr(sheet_fields::Column::Value, Expr::value(value))
        .col_expr(sheet_fields::Column::Version, Expr::value(seen + 1))
        .col_expr(sheet_fields::Column::SavedAt, Expr::value(at))
        .col_expr(sheet_fields::Column::SavedBy, Expr::value(by.0))
        .filter(sheet_fields::Column::CallId.eq(id.0))
        .filter(sheet_fields::Column::Field.eq(field.name()))
        .filter(sheet_fields::Column::Version.eq(seen))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

async fn keep_history(
    tx: &Tx,
    id: CallId,
    field: SheetField,
    version: i64,
    value: &str,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<(), StoreError> {
    use sheet_history::Column;
    let row = sheet_history::ActiveModel {
        call_id: Set(id.0),
        field: Set(field.name().into()),
        minute: Set(at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)),
        author_id: Set(by.0),
        value: Set(value.into()),
        version: Set(version),
    };
    let latest = OnConflict::columns([Column::CallId, Column::Field, Column::Minute, Column::AuthorId])
        .update_columns([Column::Value, Column::Version])
        .to_owned();
    sheet_history::Entity::insert(row).on_conflict(latest).exec_without_returning(tx.conn()).await?;
    Ok(())
}

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
pub async fn add_verification(tx: &Tx, new: &Verification) -> Result<(), StoreError> {
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
pub async fn free_verification(on: &impl Access, call: CallId) -> Result<Option<Verification>, StoreError> {
    let row = verifications::Entity::find()
        .filter(verifications::Column::CallId.eq(call.0))
        .filter(verifications::Column::TicketId.is_null())
        .order_by_desc(verifications::Column::DecidedAt)
        .one(on.conn())
        .await?;
    row.map(verification).transpose()
}

/// The verifications made for a ticket, newest first.
pub async fn verifications_of(on: &impl Access, ticket: TicketId) -> Result<Vec<Verification>, StoreError> {
    let rows = verifications::Entity::find()
        .filter(verifications::Column::TicketId.eq(ticket.0))
        .order_by_desc(verifications::Column::DecidedAt)
        .all(on.conn())
        .await?;
    rows.into_iter().map(verification).collect()
}

/// Gives a call's free verifications to a ticket.
pub async fn take_verifications(tx: &Tx, call: CallId, ticket: TicketId) -> Result<(), StoreError> {
    verifications::Entity::update_many()
        .col_expr(verifications::Column::TicketId, Expr::value(Some(ticket.0)))
        .filter(verifications::Column::CallId.eq(call.0))
        .filter(verifications::Column::TicketId.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Verifications that wait for a supervisor: provisional ones upon needs_check, and those against the rules; oldest
/// first.
pub async fn verifications_to_review(on: &impl Access) -> Result<Vec<Verification>, StoreError> {
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
pub async fn find_verification(on: &impl Access, id: VerificationId) -> Result<Option<Verification>, StoreError> {
    verifications::Entity::find_by_id(id.0).one(on.conn()).await?.map(verification).transpose()
}

/// Marks a verification as reviewed; false when it was already.
pub async fn review_verification(tx: &Tx, id: VerificationId, at: DateTime<Utc>, by: Uuid) -> Result<bool, StoreError> {
    let done = verifications::Entity::update_many()
        .col_expr(verifications::Column::ReviewedAt, Expr::value(Some(at)))
        .col_expr(verifications::Column::ReviewedBy, Expr::value(Some(by)))
        .filter(verifications::Column::Id.eq(id.0))
        .filter(verifications::Column::ReviewedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}
