//! What clinics keep as evidence.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::id::{AccountId, EvidenceItemId, TicketId};
use crate::domain::incidents::evidence::{EvidenceItem, ItemState};
use crate::store::entity::evidence_items;
use crate::store::{Access, StoreError, Tx};

fn item(row: evidence_items::Model) -> Result<EvidenceItem, StoreError> {
    Ok(EvidenceItem {
        id: EvidenceItemId(row.id),
        ticket_id: TicketId(row.ticket_id),
        item: row.item,
        label: row.label,
        place: row.place,
        holder: row.holder,
        state: ItemState::parse(&row.state).ok_or(StoreError::Corrupt("evidence_items.state"))?,
        handed_to: row.handed_to,
        handed_at: row.handed_at,
        version: row.version,
        told_at: row.told_at,
        told_to: AccountId(row.told_to),
    })
}

/// A row for it.
pub(in crate::store) fn row(item: &EvidenceItem) -> evidence_items::ActiveModel {
    evidence_items::ActiveModel {
        id: Set(item.id.0),
        ticket_id: Set(item.ticket_id.0),
        item: Set(item.item.clone()),
        label: Set(item.label.clone()),
        place: Set(item.place.clone()),
        holder: Set(item.holder.clone()),
        state: Set(item.state.code().into()),
        handed_to: Set(item.handed_to.clone()),
        handed_at: Set(item.handed_at),
        version: Set(item.version),
        told_at: Set(item.told_at),
        told_to: Set(item.told_to.0),
    }
}

/// Adds a piece.
pub async fn add(tx: &Tx, new: &EvidenceItem) -> Result<(), StoreError> {
    evidence_items::Entity::insert(row(new)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Saves a piece that was read at the version before; false when somebody else changed it meanwhile.
pub async fn save(tx: &Tx, now: &EvidenceItem) -> Result<bool, StoreError> {
    use evidence_items::Column as C;
    let update = evidence_items::Entity::update_many().set(row(now)).filter(C::Id.eq(now.id.0));
    let done = update.filter(C::Version.eq(now.version - 1)).exec(tx.conn()).await?;
    Ok(done.rows_affected == 1)
}

/// What a ticket's clinic keeps, in the order in which it was told.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<EvidenceItem>, StoreError> {
    use evidence_items::Column as C;
    let query = evidence_items::Entity::find().filter(C::TicketId.eq(ticket.0));
    query.order_by_asc(C::Id).all(on.conn()).await?.into_iter().map(item).collect()
}

/// Takes people's words out.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use evidence_items::Column as C;
    let mut all = evidence_items::Entity::update_many().filter(C::TicketId.eq(ticket));
    for column in [C::Item, C::Label, C::Place, C::Holder, C::HandedTo] {
        all = all.col_expr(column, Expr::value(""));
    }
    all.exec(tx.conn()).await?;
    Ok(())
}
