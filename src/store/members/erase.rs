//! Members and facilities that are in the association's export no more.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::super::entity::{
    category_periods, claims, clinic_hours, counters, directory_files, facilities, members, tenures, tickets,
    verifications,
};
use super::super::{Access, StoreError, Tx};

/// The counter of how often something was removed from the directory: a served index is made anew when it moves.
const TRIMS: &str = "directory.trims";

/// Members that went in a stretch of days, by their ids, behind one; each with the export in which it was missing.
pub async fn gone_members(
    on: &impl Access,
    (from, until): (NaiveDate, NaiveDate),
    after: Uuid,
    size: u64,
) -> Result<Vec<(Uuid, NaiveDate)>, StoreError> {
    use members::Column as C;
    let query = members::Entity::find().select_only().columns([C::Id, C::GoneOn]).filter(C::Id.gt(after));
    let query = query.filter(C::GoneOn.gte(from)).filter(C::GoneOn.lt(until)).order_by_asc(C::Id).limit(size);
    Ok(query.into_tuple().all(on.conn()).await?)
}

/// The same of facilities.
pub async fn gone_facilities(
    on: &impl Access,
    (from, until): (NaiveDate, NaiveDate),
    after: Uuid,
    size: u64,
) -> Result<Vec<(Uuid, NaiveDate)>, StoreError> {
    use facilities::Column as C;
    let query = facilities::Entity::find().select_only().columns([C::Id, C::GoneOn]).filter(C::Id.gt(after));
    let query = query.filter(C::GoneOn.gte(from)).filter(C::GoneOn.lt(until)).order_by_asc(C::Id).limit(size);
    Ok(query.into_tuple().all(on.conn()).await?)
}

/// Which of some members or facilities something that is kept still names: a ticket, a verification, a claim; and of
/// facilities, a tie to somebody.
pub async fn named(on: &impl Access, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    let mut named = among::<tickets::Entity>(on, tickets::Column::MemberId, ids).await?;
    named.extend(among::<tickets::Entity>(on, tickets::Column::FacilityId, ids).await?);
    named.extend(among::<verifications::Entity>(on, verifications::Column::MemberId, ids).await?);
    named.extend(among::<verifications::Entity>(on, verifications::Column::FacilityId, ids).await?);
    named.extend(among::<claims::Entity>(on, claims::Column::FacilityId, ids).await?);
    named.extend(among::<tenures::Entity>(on, tenures::Column::FacilityId, ids).await?);
    Ok(named)
}

/// Which of some ids stand in a column.
async fn among<E: EntityTrait>(on: &impl Access, column: E::Column, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    let query = E::find().select_only().column(column).distinct().filter(column.is_in(ids.iter().copied()));
    Ok(query.into_tuple().all(on.conn()).await?)
}

/// Removes members with their ties and periods, and facilities.
pub async fn remove_gone(tx: &Tx, people: &[Uuid], places: &[Uuid]) -> Result<(), StoreError> {
    let on = tx.conn();
    let these = || people.iter().copied();
    tenures::Entity::delete_many().filter(tenures::Column::MemberId.is_in(these())).exec(on).await?;
    category_periods::Entity::delete_many().filter(category_periods::Column::MemberId.is_in(these())).exec(on).await?;
    members::Entity::delete_many().filter(members::Column::Id.is_in(these())).exec(on).await?;
    let hours = clinic_hours::Entity::delete_many();
    hours.filter(clinic_hours::Column::FacilityId.is_in(places.iter().copied())).exec(on).await?;
    facilities::Entity::delete_many().filter(facilities::Column::Id.is_in(places.iter().copied())).exec(on).await?;
    // The file of an import before may hold them still.
    let newest: Option<i64> = directory_files::Entity::find()
        .select_only()
        .column_as(directory_files::Column::Version.max(), "newest")
        .into_tuple()
        .one(on)
        .await?
        .flatten();
    let older = directory_files::Column::Version.lt(newest.unwrap_or_default());
    directory_files::Entity::delete_many().filter(older).exec(on).await?;
    let row = counters::ActiveModel { name: Set(TRIMS.into()), value: Set(1) };
    let again = OnConflict::column(counters::Column::Name)
        .value(counters::Column::Value, Expr::col((counters::Entity, counters::Column::Value)).add(1))
        .to_owned();
    counters::Entity::insert(row).on_conflict(again).exec_without_returning(on).await?;
    Ok(())
}

/// How often something was removed from the directory.
pub async fn trims(on: &impl Access) -> Result<i64, StoreError> {
    Ok(counters::Entity::find_by_id(TRIMS).one(on.conn()).await?.map_or(0, |row| row.value))
}
