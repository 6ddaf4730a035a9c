//! Leases: what one server does for all is done by one at a time; the night's erasing, once a night.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};
use uuid::Uuid;

use super::super::entity::leases;
use super::super::{Access, StoreError, Tx};

/// How long an instance may be silent before another takes over.
const MINUTES: i64 = 10;

/// The day on which a job was last done; none when nobody asked for it yet.
pub async fn done_on(on: &impl Access, job: &str) -> Result<Option<NaiveDate>, StoreError> {
    Ok(leases::Entity::find_by_id(job).one(on.conn()).await?.map(|row| row.done_on))
}

/// Notes a job that nobody has asked for before, as if it had been done on a day: there was nothing to do.
pub async fn begin(tx: &Tx, job: &str, now: DateTime<Utc>, day: NaiveDate) -> Result<(), StoreError> {
    let row =
        leases::ActiveModel { name: Set(job.into()), holder: Set(Uuid::nil()), until_at: Set(now), done_on: Set(day) };
    leases::Entity::insert_many([row]).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes a job for some minutes, if nobody has it and, where a day is given, it wasn't done on that day. What a wrong
/// clock left is not believed: a lease that is taken for longer than one is, and a day to come.
pub async fn take(
    tx: &Tx,
    job: &str,
    holder: Uuid,
    now: DateTime<Utc>,
    not_on: Option<NaiveDate>,
) -> Result<bool, StoreError> {
    let free = leases::Column::UntilAt.lte(now).or(leases::Column::UntilAt.gt(now + Duration::days(1)));
    let done = leases::Entity::update_many()
        .col_expr(leases::Column::Holder, Expr::value(holder))
        .col_expr(leases::Column::UntilAt, Expr::value(now + Duration::minutes(MINUTES)))
        .filter(leases::Column::Name.eq(job))
        .filter(free)
        .apply_if(not_on, |rows, day| rows.filter(leases::Column::DoneOn.ne(day)))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Goes on with a job; false when another instance has taken it over. In the transaction of each piece of work, so
/// that nothing is done twice.
pub async fn renew(tx: &Tx, job: &str, holder: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = leases::Entity::update_many()
        .col_expr(leases::Column::UntilAt, Expr::value(now + Duration::minutes(MINUTES)))
        .filter(leases::Column::Name.eq(job))
        .filter(leases::Column::Holder.eq(holder))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Gives a job back; done today, if it came to its end.
pub async fn give_back(
    tx: &Tx,
    job: &str,
    holder: Uuid,
    now: DateTime<Utc>,
    done_on: Option<NaiveDate>,
) -> Result<(), StoreError> {
    let mut back = leases::Entity::update_many()
        .col_expr(leases::Column::Holder, Expr::value(Uuid::nil()))
        .col_expr(leases::Column::UntilAt, Expr::value(now))
        .filter(leases::Column::Name.eq(job))
        .filter(leases::Column::Holder.eq(holder));
    if let Some(day) = done_on {
        back = back.col_expr(leases::Column::DoneOn, Expr::value(day));
    }
    back.exec(tx.conn()).await?;
    Ok(())
}
