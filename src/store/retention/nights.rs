//! What the gate of the night's work goes by: the believed clock's trace, what the nights erased, what waits.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::super::entity::{
    audit_entries, call_docs, calls, claims, clocks, facilities, members, retention_nights, retention_waits, tickets,
};
use super::super::{Access, Store, StoreError, Tx, dialect};
use crate::domain::calls::CallState;
use crate::domain::retention::Kind;
use crate::domain::retention::wait::{Reason, Wait};

/// The row of the trace.
const TRACE: &str = "retention";
/// Looks of believed clocks after which a doubt that nobody has had again is over: about an hour.
const LOOKS: i64 = 12;

/// The latest instant that a believed clock said, on whichever instance.
pub async fn trace(on: &impl Access) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(clocks::Entity::find_by_id(TRACE).one(on.conn()).await?.map(|row| row.trace))
}

/// Keeps the first trace; one that stands already stays.
pub async fn first_trace(tx: &Tx, at: DateTime<Utc>) -> Result<(), StoreError> {
    let row = clocks::ActiveModel { name: Set(TRACE.into()), trace: Set(at) };
    clocks::Entity::insert_many([row]).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A believed clock said an instant: the trace never goes back.
pub async fn go_on(tx: &Tx, at: DateTime<Utc>) -> Result<(), StoreError> {
    let rows = clocks::Entity::update_many().col_expr(clocks::Column::Trace, Expr::value(at));
    rows.filter(clocks::Column::Trace.lt(at)).exec(tx.conn()).await?;
    Ok(())
}

/// A person says that a clock is right, whatever was believed before.
pub async fn set_trace(tx: &Tx, at: DateTime<Utc>) -> Result<(), StoreError> {
    first_trace(tx, at).await?;
    clocks::Entity::update_many().col_expr(clocks::Column::Trace, Expr::value(at)).exec(tx.conn()).await?;
    Ok(())
}

/// The audit's newest entry, and its newest before an instant.
pub async fn audited(
    on: &impl Access,
    before: DateTime<Utc>,
) -> Result<(Option<DateTime<Utc>>, Option<DateTime<Utc>>), StoreError> {
    use audit_entries::Column as C;
    let newest = |which: Condition| {
        audit_entries::Entity::find()
            .select_only()
            .column(C::At)
            .filter(which)
            .order_by_desc(C::At)
            .limit(1)
            .into_tuple()
    };
    let last = newest(Condition::all()).one(on.conn()).await?;
    Ok((last, newest(Condition::all().add(C::At.lt(before))).one(on.conn()).await?))
}

/// What the database's own clock says, where it has one.
pub async fn database_clock(store: &Store) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(dialect::clock::said(store.conn()).await?)
}

/// Notes what was erased of a kind on a day.
pub async fn add_gone(tx: &Tx, day: NaiveDate, kind: Kind, gone: u64, confirmed: bool) -> Result<(), StoreError> {
    use retention_nights::Column as C;
    let gone = i64::try_from(gone).unwrap_or(i64::MAX);
    let row = retention_nights::ActiveModel {
        day: Set(day),
        kind: Set(kind.code().into()),
        gone: Set(gone),
        confirmed: Set(confirmed),
    };
    let more = Expr::col((retention_nights::Entity, C::Gone)).add(gone);
    let again = OnConflict::columns([C::Day, C::Kind, C::Confirmed]).value(C::Gone, more).to_owned();
    retention_nights::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// What days of a stretch, half-open, erased of a kind without being told to: each day's number.
pub async fn gone_on(
    on: &impl Access,
    (from, until): (NaiveDate, NaiveDate),
    kind: Kind,
) -> Result<Vec<u64>, StoreError> {
    use retention_nights::Column as C;
    let gone: Vec<i64> = retention_nights::Entity::find()
        .select_only()
        .column(C::Gone)
        .filter(C::Day.gte(from).and(C::Day.lt(until)).and(C::Kind.eq(kind.code())).and(C::Confirmed.eq(false)))
        .into_tuple()
        .all(on.conn())
        .await?;
    Ok(gone.into_iter().map(|n| u64::try_from(n).unwrap_or_default()).collect())
}

/// Forgets the nights before a day.
pub async fn forget_nights(tx: &Tx, before: NaiveDate) -> Result<(), StoreError> {
    retention_nights::Entity::delete_many().filter(retention_nights::Column::Day.lt(before)).exec(tx.conn()).await?;
    Ok(())
}

/// How much there is of a kind that a night could erase one day.
pub async fn kept(on: &impl Access, kind: Kind) -> Result<u64, StoreError> {
    let on = on.conn();
    Ok(match kind {
        Kind::Ticket => tickets::Entity::find().filter(tickets::Column::ErasedOn.is_null()).count(on).await?,
        Kind::CallAlone => {
            let missed = calls::Column::State.eq(CallState::Missed.code()).and(calls::Column::ErasedOn.is_null());
            call_docs::Entity::find().count(on).await? + calls::Entity::find().filter(missed).count(on).await?
        }
        Kind::Claim => claims::Entity::find().filter(claims::Column::ErasedOn.is_null()).count(on).await?,
        Kind::DirectoryGone => members::Entity::find().count(on).await? + facilities::Entity::find().count(on).await?,
        Kind::IdempotencyAnswer | Kind::EndedSession | Kind::SignInDelay | Kind::Audit => 0,
    })
}

/// What waits for a person.
pub async fn waits(on: &impl Access) -> Result<Vec<Wait>, StoreError> {
    let rows = retention_waits::Entity::find().order_by_asc(retention_waits::Column::Reason).all(on.conn()).await?;
    let wait = |row: retention_waits::Model| {
        let number = |n: i64| u64::try_from(n).unwrap_or_default();
        Reason::parse(&row.reason).map(|reason| Wait {
            reason,
            said_at: row.said_at,
            against_at: row.against_at,
            due: number(row.due),
            allowed: number(row.allowed),
        })
    };
    Ok(rows.into_iter().filter_map(wait).collect())
}

/// Notes what waits; true when nobody had noted it yet.
pub async fn put_wait(tx: &Tx, wait: &Wait) -> Result<bool, StoreError> {
    use retention_waits::Column as C;
    let stood = retention_waits::Entity::find_by_id(wait.reason.code()).one(tx.conn()).await?.is_some();
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let row = retention_waits::ActiveModel {
        reason: Set(wait.reason.code().into()),
        said_at: Set(wait.said_at),
        against_at: Set(wait.against_at),
        due: Set(number(wait.due)),
        allowed: Set(number(wait.allowed)),
        looks: Set(0),
    };
    let again = OnConflict::column(C::Reason)
        .update_columns([C::SaidAt, C::AgainstAt, C::Due, C::Allowed, C::Looks])
        .to_owned();
    retention_waits::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(!stood)
}

/// A believed clock looked: doubts that no instance has had for a while are over.
pub async fn age_doubts(tx: &Tx, doubts: &[Reason]) -> Result<(), StoreError> {
    use retention_waits::Column as C;
    let theirs = || C::Reason.is_in(doubts.iter().map(|reason| reason.code()));
    let more = Expr::col(C::Looks).add(1);
    retention_waits::Entity::update_many().col_expr(C::Looks, more).filter(theirs()).exec(tx.conn()).await?;
    retention_waits::Entity::delete_many().filter(theirs()).filter(C::Looks.gte(LOOKS)).exec(tx.conn()).await?;
    Ok(())
}

/// Takes back what waited for some reasons.
pub async fn settle(tx: &Tx, reasons: &[Reason]) -> Result<(), StoreError> {
    let theirs = retention_waits::Column::Reason.is_in(reasons.iter().map(|reason| reason.code()));
    retention_waits::Entity::delete_many().filter(theirs).exec(tx.conn()).await?;
    Ok(())
}
