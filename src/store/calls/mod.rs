//! Calls and their sheets.

pub mod erase;
pub mod question;
mod sheet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::calls;
use super::{Access, StoreError, Tx};
use crate::domain::calls::{Call, CallState, Direction, Disposition, Lacking, Standing};
use crate::domain::desks::DeskCode;
use crate::domain::id::{AccountId, CallId, CallbackId};
use crate::domain::telephone::{TELLING, Telephone};
use crate::domain::time::day_start;

pub use sheet::{save_field, sheet, typed};

fn call(row: calls::Model) -> Result<Call, StoreError> {
    Ok(Call {
        id: CallId(row.id),
        part_of: row.part_of.map(CallId),
        part: row.part,
        keeps: row.keeps.map(CallbackId),
        direction: Direction::parse(&row.direction).ok_or(StoreError::Corrupt("calls.direction"))?,
        desk: DeskCode::parse(&row.desk).ok_or(StoreError::Corrupt("calls.desk"))?,
        state: CallState::parse(&row.state),
        number: row.number,
        number_key: row.number_key,
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
        lacking: Lacking::read(&row.lacking),
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
        desk: Set(new.desk.code().into()),
        state: Set(new.state.code().into()),
        number: Set(new.number.clone()),
        number_key: Set(new.number_key.clone()),
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
        lacking: Set(Lacking::written(&new.lacking)),
        part_of: Set(new.part_of.map(|first| first.0)),
        part: Set(new.part),
        keeps: Set(new.keeps.map(|promise| promise.0)),
    };
    calls::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes what the sheet's own fields say about the call itself, so that lists and look-ups by number see it.
pub async fn set_caller(
    tx: &Tx,
    id: CallId,
    number: &Telephone,
    caller: &str,
    standing: Option<Standing>,
    callback: &str,
) -> Result<(), StoreError> {
    calls::Entity::update_many()
        .col_expr(calls::Column::Number, Expr::value(number.typed()))
        .col_expr(calls::Column::NumberKey, Expr::value(number.key()))
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
    lacking: &[Lacking],
) -> Result<bool, StoreError> {
    let done = calls::Entity::update_many()
        .col_expr(calls::Column::State, Expr::value(CallState::Ended.code()))
        .col_expr(calls::Column::EndedAt, Expr::value(Some(at)))
        .col_expr(calls::Column::Disposition, Expr::value(Some(disposition.code())))
        .col_expr(calls::Column::Complaint, Expr::value(complaint))
        .col_expr(calls::Column::OutOfHoursReason, Expr::value(out_of_hours_reason))
        .col_expr(calls::Column::Lacking, Expr::value(Lacking::written(lacking)))
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
    let rows = query
        .order_by_asc(calls::Column::ArrivedAt)
        .order_by_asc(calls::Column::Part)
        .limit(100)
        .all(on.conn())
        .await?;
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
        .order_by_desc(calls::Column::Part)
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

/// Other conversations with a number than this one, the first record of each, newest first.
pub async fn from_number(on: &impl Access, key: &str, this: CallId, limit: u64) -> Result<Vec<Call>, StoreError> {
    if key.len() < TELLING {
        return Ok(Vec::new());
    }
    let rows = calls::Entity::find()
        .filter(calls::Column::NumberKey.eq(key))
        .filter(calls::Column::PartOf.is_null())
        .filter(calls::Column::Id.ne(this.0))
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

/// How many records of a Tokyo day's calls ended, by disposition; `None` are those still open or missed.
pub async fn count_of_day(on: &impl Access, day: NaiveDate) -> Result<Vec<(Option<String>, i64)>, StoreError> {
    let start = day_start(day);
    Ok(calls::Entity::find()
        .select_only()
        .column(calls::Column::Disposition)
        .column_as(calls::Column::Id.count(), "calls")
        .filter(calls::Column::ArrivedAt.gte(start))
        .filter(calls::Column::ArrivedAt.lt(start + TimeDelta::days(1)))
        .group_by(calls::Column::Disposition)
        .into_tuple()
        .all(on.conn())
        .await?)
}

/// All records of a conversation, in the order in which they were begun.
pub async fn conversation(on: &impl Access, first: CallId) -> Result<Vec<Call>, StoreError> {
    let rows = calls::Entity::find()
        .filter(Condition::any().add(calls::Column::Id.eq(first.0)).add(calls::Column::PartOf.eq(first.0)))
        .order_by_asc(calls::Column::Part)
        .all(on.conn())
        .await?;
    rows.into_iter().map(call).collect()
}

/// How many conversations a Tokyo day had.
pub async fn conversations_of_day(on: &impl Access, day: NaiveDate) -> Result<u64, StoreError> {
    let start = day_start(day);
    Ok(calls::Entity::find()
        .filter(calls::Column::ArrivedAt.gte(start))
        .filter(calls::Column::ArrivedAt.lt(start + TimeDelta::days(1)))
        .filter(calls::Column::PartOf.is_null())
        .count(on.conn())
        .await?)
}

/// How many calls of a day were ended although their record lacked something.
pub async fn lacking_of_day(on: &impl Access, day: NaiveDate) -> Result<u64, StoreError> {
    let start = day_start(day);
    Ok(calls::Entity::find()
        .filter(calls::Column::ArrivedAt.gte(start))
        .filter(calls::Column::ArrivedAt.lt(start + TimeDelta::days(1)))
        .filter(calls::Column::Lacking.ne(""))
        .count(on.conn())
        .await?)
}

/// Calls whose callers were pointed to the claims office, with when they arrived; newest first.
pub async fn claim_enquiries(on: &impl Access, limit: u64) -> Result<Vec<(CallId, DateTime<Utc>)>, StoreError> {
    let rows: Vec<(Uuid, DateTime<Utc>)> = calls::Entity::find()
        .select_only()
        .columns([calls::Column::Id, calls::Column::ArrivedAt])
        .filter(calls::Column::Disposition.eq(Disposition::ClaimsOffice.code()))
        .order_by_desc(calls::Column::ArrivedAt)
        .limit(limit)
        .into_tuple()
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(|(id, at)| (CallId(id), at)).collect())
}
