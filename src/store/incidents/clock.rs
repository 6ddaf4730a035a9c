//! The clocks of the clinics' duties.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, TicketId};
use crate::domain::incidents::deadline::{Clock, DutyEnd, Ended};
use crate::store::entity::duty_clocks;
use crate::store::{Access, StoreError, Tx};

/// The most clocks that a page of deadlines reads: of some thousand grave tickets at once, each with all its duties, and
/// within what one statement may name.
pub const MOST: u64 = 20_000;

fn clock(row: duty_clocks::Model) -> Result<Clock, StoreError> {
    let ended = match row.ended_as {
        None => None,
        Some(code) => Some(Ended {
            ended_as: DutyEnd::parse(&code).ok_or(StoreError::Corrupt("duty_clocks.ended_as"))?,
            at: row.ended_at.ok_or(StoreError::Corrupt("duty_clocks.ended_at"))?,
            by: row.ended_by,
            receipt: row.receipt,
            told: row.told,
            recorded_at: row.recorded_at.ok_or(StoreError::Corrupt("duty_clocks.recorded_at"))?,
            recorded_by: AccountId(row.recorded_by.ok_or(StoreError::Corrupt("duty_clocks.recorded_by"))?),
        }),
    };
    Ok(Clock { ticket_id: TicketId(row.ticket_id), duty: row.duty, began_at: row.began_at, ended })
}

/// Sets clocks running. One that runs already, or has ended, stays as it is.
pub async fn begin(tx: &Tx, clocks: &[Clock]) -> Result<(), StoreError> {
    use duty_clocks::Column as C;
    if clocks.is_empty() {
        return Ok(());
    }
    let there = OnConflict::columns([C::TicketId, C::Duty]).do_nothing().to_owned();
    duty_clocks::Entity::insert_many(clocks.iter().map(row))
        .on_conflict(there)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// A row for it.
pub(in crate::store) fn row(clock: &Clock) -> duty_clocks::ActiveModel {
    let ended = clock.ended.as_ref();
    duty_clocks::ActiveModel {
        ticket_id: Set(clock.ticket_id.0),
        duty: Set(clock.duty.clone()),
        began_at: Set(clock.began_at),
        ended_as: Set(ended.map(|ended| ended.ended_as.code().into())),
        ended_at: Set(ended.map(|ended| ended.at)),
        ended_by: Set(ended.map_or_else(String::new, |ended| ended.by.clone())),
        receipt: Set(ended.map_or_else(String::new, |ended| ended.receipt.clone())),
        told: Set(ended.and_then(|ended| ended.told)),
        recorded_at: Set(ended.map(|ended| ended.recorded_at)),
        recorded_by: Set(ended.map(|ended| ended.recorded_by.0)),
    }
}

/// The clocks of a ticket.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<Clock>, StoreError> {
    use duty_clocks::Column as C;
    let query = duty_clocks::Entity::find().filter(C::TicketId.eq(ticket.0));
    query.order_by_asc(C::BeganAt).order_by_asc(C::Duty).all(on.conn()).await?.into_iter().map(clock).collect()
}

/// The clocks that run, oldest first, as many as a page reads.
pub async fn running(on: &impl Access) -> Result<Vec<Clock>, StoreError> {
    use duty_clocks::Column as C;
    let query = duty_clocks::Entity::find().filter(C::EndedAs.is_null());
    query.order_by_asc(C::BeganAt).limit(MOST).all(on.conn()).await?.into_iter().map(clock).collect()
}

/// The codes of the duties whose clocks run.
pub async fn running_codes(on: &impl Access) -> Result<Vec<String>, StoreError> {
    use duty_clocks::Column as C;
    let query = duty_clocks::Entity::find().select_only().column(C::Duty).filter(C::EndedAs.is_null()).distinct();
    Ok(query.order_by_asc(C::Duty).into_tuple().all(on.conn()).await?)
}

/// Saves how a clock ended, or that it runs again; false when somebody was quicker: it had ended, or ran again.
pub async fn save(tx: &Tx, now: &Clock) -> Result<bool, StoreError> {
    use duty_clocks::Column as C;
    let was_running = now.ended.is_some();
    let before = if was_running { C::EndedAs.is_null() } else { C::EndedAs.is_not_null() };
    let mut changed = row(now);
    changed.began_at = sea_orm::ActiveValue::NotSet;
    let update = duty_clocks::Entity::update_many().set(changed).filter(C::TicketId.eq(now.ticket_id.0));
    let done = update.filter(C::Duty.eq(now.duty.as_str())).filter(before).exec(tx.conn()).await?;
    Ok(done.rows_affected == 1)
}

/// Takes people's words out.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use duty_clocks::Column as C;
    let all = duty_clocks::Entity::update_many().filter(C::TicketId.eq(ticket));
    all.col_expr(C::EndedBy, Expr::value("")).col_expr(C::Receipt, Expr::value("")).exec(tx.conn()).await?;
    Ok(())
}
