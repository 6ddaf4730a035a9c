//! Which files readings may be waiting in: a file that is gone though nobody closed it was taken away.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::super::entity::journals;
use super::super::{Access, StoreError, Tx};

/// A file as known.
pub use journals::Model as KnownJournal;

/// Notes that a file is in use at a place.
pub async fn seen(tx: &Tx, id: Uuid, place: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    use journals::Column as C;
    let row = journals::ActiveModel {
        id: Set(id),
        place: Set(place.to_owned()),
        opened_at: Set(now),
        seen_at: Set(now),
        closed_at: Set(None),
    };
    let again = OnConflict::column(C::Id).update_columns([C::Place, C::SeenAt, C::ClosedAt]).to_owned();
    journals::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Notes that nothing waits in a file, or that its loss was told.
pub async fn close(tx: &Tx, id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    use journals::Column as C;
    let change = journals::Entity::update_many().col_expr(C::ClosedAt, Expr::value(now)).filter(C::Id.eq(id));
    change.exec(tx.conn()).await?;
    Ok(())
}

/// The files that nobody has closed.
pub async fn unclosed(on: &impl Access) -> Result<Vec<KnownJournal>, StoreError> {
    Ok(journals::Entity::find().filter(journals::Column::ClosedAt.is_null()).all(on.conn()).await?)
}
