//! Erasing whose a claim is.

use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::store::entity::claims;
use crate::store::retention::EndedClaim;
use crate::store::retention::marks::{self, Shelf};
use crate::store::{Access, StoreError, Tx};

/// Takes out of a claim whose it is. What it was for and what was paid stays.
pub async fn erase(tx: &Tx, claim: &EndedClaim, today: NaiveDate) -> Result<bool, StoreError> {
    use claims::Column as C;
    let mark = marks::mark(tx, Shelf::Claims, claim.facility_id, claim.received_on).await?;
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

/// The claims of a ticket that is erased don't say any more which consultation they followed.
pub(in crate::store) async fn forget_ticket(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    let its = claims::Entity::update_many().filter(claims::Column::TicketId.eq(ticket));
    its.col_expr(claims::Column::TicketId, Expr::value(None::<Uuid>)).exec(tx.conn()).await?;
    Ok(())
}
