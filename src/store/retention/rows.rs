//! Erasing: what is personal in tickets, calls and claims; whole rows of what only served for a while.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::super::entity::{
    call_tickets, callbacks, calls, claims, entries, escalations, holds, idempotency, remote_sessions, sessions,
    sheet_fields, sheet_history, sign_in_delays, tasks, tickets, verifications,
};
use super::super::{Access, StoreError, Tx, search};
use super::{Candidate, EndedClaim, Shelf, Span, mark};
use crate::domain::calls::sheet::SheetField;
use crate::domain::id::CallId;
use crate::domain::tickets::{State, TicketNo};
use crate::domain::time::day_start;
use crate::domain::verification::record::StatedItems;

/// What stands in the place of a facility's name.
const ERASED: &str = "（消去済み）";
/// Fields of a sheet that hold codes: statistics count them where there is no ticket.
const COUNTED: [SheetField; 3] = [SheetField::Incident, SheetField::Severity, SheetField::Standing];
/// Remembered answers go this many hours of them at a time.
const SLICE_HOURS: i64 = 6;

/// Takes out of a ticket what is personal; false when it moved on, was held or erased meanwhile. Its row comes first:
/// whoever writes on the ticket waits for this transaction then, and learns that it's too late.
pub async fn erase_ticket(tx: &Tx, candidate: &Candidate, today: NaiveDate) -> Result<bool, StoreError> {
    use tickets::Column as C;
    let id = candidate.id;
    let row = tickets::Entity::find_by_id(id).filter(C::Version.eq(candidate.version)).one(tx.conn()).await?;
    let Some(row) = row else { return Ok(false) };
    let state: State =
        serde_json::from_value(row.state_evidence).map_err(|_| StoreError::Corrupt("tickets.state_evidence"))?;
    let mark = match row.facility_id {
        Some(facility) => Some(mark(tx, Shelf::Tickets, facility, row.opened_on).await?),
        None => None,
    };
    let done = tickets::Entity::update_many()
        .col_expr(C::FacilityId, Expr::value(mark))
        .col_expr(C::MemberId, Expr::value(None::<Uuid>))
        .col_expr(C::FacilityName, Expr::value(ERASED))
        .col_expr(C::Summary, Expr::value(""))
        .col_expr(C::StateEvidence, Expr::value(json!(state.without_words())))
        .col_expr(C::Version, Expr::value(row.version + 1))
        .col_expr(C::ErasedOn, Expr::value(Some(today)))
        .filter(C::Id.eq(id))
        .filter(C::Version.eq(row.version))
        .filter(C::ClosedAt.is_not_null())
        .filter(C::ErasedOn.is_null())
        .exec(tx.conn())
        .await?;
    if done.rows_affected != 1 {
        return Ok(false);
    }
    erase_beside(tx, id, today).await?;
    let tied = calls_left_alone(tx, id).await?;
    erase_calls(tx, &tied, today).await?;
    let number = TicketNo::from_key(row.number);
    search::put(tx, number, &number.to_string()).await?;
    Ok(true)
}

/// What hangs on a ticket.
async fn erase_beside(tx: &Tx, id: Uuid, today: NaiveDate) -> Result<(), StoreError> {
    let on = tx.conn();
    // Nobody can be asked any more whose membership it was.
    tasks::Entity::update_many()
        .col_expr(tasks::Column::DoneAt, Expr::value(Some(day_start(today))))
        .filter(tasks::Column::TicketId.eq(id))
        .filter(tasks::Column::DoneAt.is_null())
        .exec(on)
        .await?;
    entries::Entity::update_many()
        .col_expr(entries::Column::Body, Expr::value(""))
        .filter(entries::Column::TicketId.eq(id))
        .exec(on)
        .await?;
    let mut remote = remote_sessions::Entity::update_many().filter(remote_sessions::Column::TicketId.eq(id));
    use remote_sessions::Column as R;
    for column in [R::ConsentBy, R::Tool, R::SessionCode, R::Done, R::Found, R::Outcome] {
        remote = remote.col_expr(column, Expr::value(""));
    }
    remote.exec(on).await?;
    escalations::Entity::update_many()
        .col_expr(escalations::Column::Reason, Expr::value(""))
        .col_expr(escalations::Column::ReturnReason, Expr::value(""))
        .filter(escalations::Column::TicketId.eq(id))
        .exec(on)
        .await?;
    holds::Entity::update_many()
        .col_expr(holds::Column::Note, Expr::value(""))
        .filter(holds::Column::TicketId.eq(id))
        .exec(on)
        .await?;
    // A claim that is kept longer doesn't say any more which consultation it followed.
    claims::Entity::update_many()
        .col_expr(claims::Column::TicketId, Expr::value(None::<Uuid>))
        .filter(claims::Column::TicketId.eq(id))
        .exec(on)
        .await?;
    erase_callbacks(tx, callbacks::Column::TicketId.eq(id)).await?;
    erase_verifications(tx, Condition::all().add(verifications::Column::TicketId.eq(id))).await
}

async fn erase_callbacks(tx: &Tx, which: impl sea_orm::sea_query::IntoCondition) -> Result<(), StoreError> {
    use callbacks::Column as C;
    let mut all = callbacks::Entity::update_many().filter(which);
    for column in [C::Who, C::Number, C::Note] {
        all = all.col_expr(column, Expr::value(""));
    }
    all.exec(tx.conn()).await?;
    Ok(())
}

async fn erase_verifications(tx: &Tx, which: Condition) -> Result<(), StoreError> {
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

/// The calls of a ticket of which every ticket is erased.
async fn calls_left_alone(tx: &Tx, ticket: Uuid) -> Result<Vec<Uuid>, StoreError> {
    use call_tickets::Column as C;
    let same = Expr::col((tickets::Entity, tickets::Column::Id)).equals((call_tickets::Entity, C::TicketId));
    let still = Query::select()
        .expr(Expr::val(1))
        .from(call_tickets::Entity)
        .inner_join(tickets::Entity, same)
        .and_where(Expr::col((call_tickets::Entity, C::CallId)).equals((calls::Entity, calls::Column::Id)))
        .and_where(Expr::col((tickets::Entity, tickets::Column::ErasedOn)).is_null())
        .to_owned();
    let its = Query::select()
        .column(C::CallId)
        .from(call_tickets::Entity)
        .and_where(Expr::col(C::TicketId).eq(ticket))
        .to_owned();
    Ok(calls::Entity::find()
        .select_only()
        .column(calls::Column::Id)
        .filter(calls::Column::Id.in_subquery(its))
        .filter(Expr::exists(still).not())
        .into_tuple()
        .all(tx.conn())
        .await?)
}

/// Takes out of calls what is personal: of the sheet only codes stay, and nothing of how it was typed.
pub async fn erase_calls(tx: &Tx, ids: &[Uuid], today: NaiveDate) -> Result<(), StoreError> {
    use calls::Column as C;
    let on = tx.conn();
    if ids.is_empty() {
        return Ok(());
    }
    let these = || ids.iter().copied();
    let mut rows = calls::Entity::update_many().filter(C::Id.is_in(these()));
    for column in [C::Number, C::NumberDigits, C::CallerName, C::CallbackNumber, C::OutOfHoursReason] {
        rows = rows.col_expr(column, Expr::value(""));
    }
    rows.col_expr(C::ErasedOn, Expr::value(Some(today))).exec(on).await?;
    sheet_history::Entity::delete_many().filter(sheet_history::Column::CallId.is_in(these())).exec(on).await?;
    sheet_fields::Entity::delete_many()
        .filter(sheet_fields::Column::CallId.is_in(these()))
        .filter(sheet_fields::Column::Field.is_not_in(COUNTED.map(SheetField::name)))
        .exec(on)
        .await?;
    entries::Entity::update_many()
        .col_expr(entries::Column::Body, Expr::value(""))
        .filter(entries::Column::CallId.is_in(these()))
        .filter(entries::Column::TicketId.is_null())
        .exec(on)
        .await?;
    erase_callbacks(tx, Condition::all().add(callbacks::Column::CallId.is_in(these()))).await?;
    let free = verifications::Column::TicketId.is_null();
    erase_verifications(tx, Condition::all().add(verifications::Column::CallId.is_in(these())).add(free)).await?;
    for id in these() {
        search::forget_call(tx, CallId(id)).await?;
    }
    Ok(())
}

/// Takes out of a claim whose it is. What it was for and what was paid stays.
pub async fn erase_claim(tx: &Tx, claim: &EndedClaim, today: NaiveDate) -> Result<bool, StoreError> {
    use claims::Column as C;
    let mark = mark(tx, Shelf::Claims, claim.facility_id, claim.received_on).await?;
    let done = claims::Entity::update_many()
        .col_expr(C::FacilityId, Expr::value(mark))
        .col_expr(C::TicketId, Expr::value(None::<Uuid>))
        .col_expr(C::ErasedOn, Expr::value(Some(today)))
        .filter(C::Id.eq(claim.id))
        .filter(C::ErasedOn.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

fn within(column: impl ColumnTrait, (from, until): Span) -> Condition {
    Condition::all().add(column.gte(from)).add(column.lt(until))
}

/// Rows that only served for a while, and go whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// Answers remembered for repeated requests.
    Answers,
    /// Sessions that ended or ran out.
    Sessions,
    /// Failures of sign-ins.
    Delays,
}

fn ended_sessions(span: Span) -> Condition {
    use sessions::Column as C;
    let ran_out = within(C::ExpiresAt, span).add(C::EndedAt.is_null());
    Condition::any().add(within(C::EndedAt, span)).add(ran_out)
}

/// How many rows of a stretch there are.
pub async fn count_passed(on: &impl Access, what: Passing, span: Span) -> Result<u64, StoreError> {
    let on = on.conn();
    Ok(match what {
        Passing::Answers => idempotency::Entity::find().filter(within(idempotency::Column::CreatedAt, span)).count(on),
        Passing::Sessions => sessions::Entity::find().filter(ended_sessions(span)).count(on),
        Passing::Delays => {
            sign_in_delays::Entity::find().filter(within(sign_in_delays::Column::LastFailedAt, span)).count(on)
        }
    }
    .await?)
}

/// Removes rows of a stretch, of answers those of its first hours: how many went, none when there is no more.
pub async fn remove_passed(tx: &Tx, what: Passing, span: Span) -> Result<u64, StoreError> {
    let on = tx.conn();
    let done = match what {
        Passing::Answers => {
            let Some(slice) = first_hours(tx, span).await? else { return Ok(0) };
            idempotency::Entity::delete_many().filter(within(idempotency::Column::CreatedAt, slice)).exec(on).await
        }
        Passing::Sessions => sessions::Entity::delete_many().filter(ended_sessions(span)).exec(on).await,
        Passing::Delays => {
            let which = within(sign_in_delays::Column::LastFailedAt, span);
            sign_in_delays::Entity::delete_many().filter(which).exec(on).await
        }
    };
    Ok(done?.rows_affected)
}

async fn first_hours(tx: &Tx, (from, until): Span) -> Result<Option<Span>, StoreError> {
    use idempotency::Column as C;
    let oldest: Option<DateTime<Utc>> = idempotency::Entity::find()
        .select_only()
        .column(C::CreatedAt)
        .filter(within(C::CreatedAt, (from, until)))
        .order_by_asc(C::CreatedAt)
        .limit(1)
        .into_tuple()
        .one(tx.conn())
        .await?;
    Ok(oldest.map(|oldest| (oldest, Ord::min(until, oldest + Duration::hours(SLICE_HOURS)))))
}
