//! Erasing what is personal in calls.

use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{question, sheet};
use crate::domain::id::CallId;
use crate::store::entity::{callbacks, calls, verifications};
use crate::store::tickets::{callback, entry};
use crate::store::verification::record;
use crate::store::{Access, StoreError, Tx, search};

/// Takes out of calls what is personal: of the sheet only codes stay, and nothing of how it was typed.
pub async fn erase(tx: &Tx, ids: &[Uuid], today: NaiveDate) -> Result<(), StoreError> {
    use calls::Column as C;
    if ids.is_empty() {
        return Ok(());
    }
    let these = || ids.iter().copied();
    let mut rows = calls::Entity::update_many().filter(C::Id.is_in(these()));
    for column in [C::Number, C::NumberKey, C::CallerName, C::CallbackNumber, C::OutOfHoursReason] {
        rows = rows.col_expr(column, Expr::value(""));
    }
    rows.col_expr(C::ErasedOn, Expr::value(Some(today))).exec(tx.conn()).await?;
    sheet::erase(tx, ids).await?;
    question::erase(tx, ids).await?;
    entry::erase_said_on(tx, ids).await?;
    callback::erase(tx, Condition::all().add(callbacks::Column::CallId.is_in(these()))).await?;
    let free = verifications::Column::TicketId.is_null();
    record::erase(tx, Condition::all().add(verifications::Column::CallId.is_in(these())).add(free)).await?;
    for id in these() {
        search::forget_call(tx, CallId(id)).await?;
    }
    Ok(())
}
