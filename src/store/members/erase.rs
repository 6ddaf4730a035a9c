//! Members and facilities that are in the association's export no more.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, TryGetable};
use uuid::Uuid;

use super::super::entity::{
    category_periods, claims, clinic_hours, counters, directory_imports, facilities, members, tenures, tickets,
    verifications,
};
use super::super::{Access, StoreError, Tx};
use super::undos::forget_undos;

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
    forget_undos_of(tx, people, places).await?;
    tenures::Entity::delete_many().filter(tenures::Column::MemberId.is_in(these())).exec(on).await?;
    category_periods::Entity::delete_many().filter(category_periods::Column::MemberId.is_in(these())).exec(on).await?;
    members::Entity::delete_many().filter(members::Column::Id.is_in(these())).exec(on).await?;
    let hours = clinic_hours::Entity::delete_many();
    hours.filter(clinic_hours::Column::FacilityId.is_in(places.iter().copied())).exec(on).await?;
    facilities::Entity::delete_many().filter(facilities::Column::Id.is_in(places.iter().copied())).exec(on).await?;
    let row = counters::ActiveModel { name: Set(TRIMS.into()), value: Set(1) };
    let again = OnConflict::column(counters::Column::Name)
        .value(counters::Column::Value, Expr::col((counters::Entity, counters::Column::Value)).add(1))
        .to_owned();
    counters::Entity::insert(row).on_conflict(again).exec_without_returning(on).await?;
    Ok(())
}

/// Forgets what takes back imports in which they stood, or went: it holds what was known of them.
async fn forget_undos_of(tx: &Tx, people: &[Uuid], places: &[Uuid]) -> Result<(), StoreError> {
    use {directory_imports as i, facilities as f, members as m};
    let gone = m::Entity::find().filter(m::Column::Id.is_in(people.iter().copied()));
    let people: Option<NaiveDate> = latest(tx, gone, m::Column::GoneOn).await?;
    let gone = f::Entity::find().filter(f::Column::Id.is_in(places.iter().copied()));
    let places: Option<NaiveDate> = latest(tx, gone, f::Column::GoneOn).await?;
    let imports = i::Entity::find().filter(i::Column::ExportedOn.lte(Ord::max(people, places)));
    match latest::<_, i64>(tx, imports, i::Column::Version).await? {
        Some(version) => forget_undos(tx, version).await,
        None => Ok(()),
    }
}

/// The greatest value of a column.
async fn latest<E: EntityTrait, T: TryGetable>(
    tx: &Tx,
    rows: Select<E>,
    column: E::Column,
) -> Result<Option<T>, StoreError> {
    let found = rows.select_only().column_as(column.max(), "latest").into_tuple().one(tx.conn()).await?;
    Ok(found.flatten())
}

/// How often something was removed from the directory.
pub async fn trims(on: &impl Access) -> Result<i64, StoreError> {
    Ok(counters::Entity::find_by_id(TRIMS).one(on.conn()).await?.map_or(0, |row| row.value))
}
