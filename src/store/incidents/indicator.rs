//! What callers say of attacks.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, IndicatorId, TicketId};
use crate::domain::incidents::{Indicator, IndicatorKind};
use crate::store::entity::indicators;
use crate::store::{Access, StoreError, Tx};

/// The most that the radar looks at: of more the newest.
const MOST: u64 = 20_000;

fn indicator(row: indicators::Model) -> Result<Indicator, StoreError> {
    Ok(Indicator {
        id: IndicatorId(row.id),
        ticket_id: TicketId(row.ticket_id),
        kind: IndicatorKind::parse(&row.kind).ok_or(StoreError::Corrupt("indicators.kind"))?,
        said: row.said,
        key: row.mark,
        told_at: row.told_at,
        told_to: AccountId(row.told_to),
    })
}

/// A row for it.
pub(in crate::store) fn row(of: &Indicator) -> indicators::ActiveModel {
    indicators::ActiveModel {
        id: Set(of.id.0),
        ticket_id: Set(of.ticket_id.0),
        kind: Set(of.kind.code().into()),
        said: Set(of.said.clone()),
        mark: Set(of.key.clone()),
        told_at: Set(of.told_at),
        told_to: Set(of.told_to.0),
    }
}

/// Adds one; false where the ticket has it.
pub async fn add(tx: &Tx, new: &Indicator) -> Result<bool, StoreError> {
    use indicators::Column as C;
    let there = OnConflict::columns([C::TicketId, C::Kind, C::Mark]).do_nothing().to_owned();
    Ok(indicators::Entity::insert(row(new)).on_conflict(there).exec_without_returning(tx.conn()).await? > 0)
}

/// Takes one of a ticket away; it, if it was there. Of two who do so at once one takes it.
pub async fn remove(tx: &Tx, ticket: TicketId, id: IndicatorId) -> Result<Option<Indicator>, StoreError> {
    use indicators::Column as C;
    let row = indicators::Entity::find_by_id(id.0).filter(C::TicketId.eq(ticket.0)).one(tx.conn()).await?;
    let of = indicators::Entity::delete_many().filter(C::Id.eq(id.0)).filter(C::TicketId.eq(ticket.0));
    let gone = of.exec(tx.conn()).await?.rows_affected == 1;
    row.filter(|_| gone).map(indicator).transpose()
}

/// What was said of a ticket's attack, in the order in which it was told.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<Indicator>, StoreError> {
    use indicators::Column as C;
    let rows = indicators::Entity::find().filter(C::TicketId.eq(ticket.0)).order_by_asc(C::Id).all(on.conn()).await?;
    rows.into_iter().map(indicator).collect()
}

/// What was said since, the newest first.
pub async fn since(on: &impl Access, at: DateTime<Utc>) -> Result<Vec<Indicator>, StoreError> {
    use indicators::Column as C;
    let query = indicators::Entity::find().filter(C::ToldAt.gte(at)).order_by_desc(C::ToldAt).limit(MOST);
    query.all(on.conn()).await?.into_iter().map(indicator).collect()
}

/// Takes what was said of a ticket's attack away.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    indicators::Entity::delete_many().filter(indicators::Column::TicketId.eq(ticket)).exec(tx.conn()).await?;
    Ok(())
}
