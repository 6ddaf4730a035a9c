//! When clinics can be reached, as they said so. An import leaves it alone.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;

use crate::domain::id::{AccountId, FacilityId};
use crate::domain::members::clinic_hours::{ClinicHours, SaidHours};
use crate::store::entity::clinic_hours;
use crate::store::{Access, StoreError, Tx};

/// What a facility said of its hours last.
pub async fn hours_of(on: &impl Access, facility: FacilityId) -> Result<Option<SaidHours>, StoreError> {
    let Some(row) = clinic_hours::Entity::find_by_id(facility.0).one(on.conn()).await? else { return Ok(None) };
    let hours = ClinicHours::read(&row.hours).ok_or(StoreError::Corrupt("clinic_hours.hours"))?;
    Ok(Some(SaidHours { hours, said_at: row.said_at, said_to: AccountId(row.said_to) }))
}

/// Keeps what a facility said of its hours, in the place of what it said before.
pub async fn keep_hours(tx: &Tx, facility: FacilityId, said: &SaidHours) -> Result<(), StoreError> {
    use clinic_hours::Column as C;
    let row = clinic_hours::ActiveModel {
        facility_id: Set(facility.0),
        hours: Set(said.hours.to_string()),
        said_at: Set(said.said_at),
        said_to: Set(said.said_to.0),
    };
    let again = OnConflict::column(C::FacilityId).update_columns([C::Hours, C::SaidAt, C::SaidTo]).to_owned();
    clinic_hours::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}
