//! Members and facilities by what names them.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{CHUNK, KeptFacility, KeptMember, facility, member};
use crate::domain::members::record::{FacilityRecord, MemberRecord};
use crate::store::entity::{facilities, members};
use crate::store::{Access, StoreError};

/// Members by their ids, those that are there.
pub async fn members_by_ids(on: &impl Access, ids: &[Uuid]) -> Result<Vec<KeptMember>, StoreError> {
    Ok(by_ids::<members::Entity>(on, members::Column::Id, ids).await?.into_iter().map(member).collect())
}

/// Facilities by their ids, those that are there.
pub async fn facilities_by_ids(on: &impl Access, ids: &[Uuid]) -> Result<Vec<KeptFacility>, StoreError> {
    Ok(by_ids::<facilities::Entity>(on, facilities::Column::Id, ids).await?.into_iter().map(facility).collect())
}

async fn by_ids<E: EntityTrait>(on: &impl Access, id: E::Column, ids: &[Uuid]) -> Result<Vec<E::Model>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        found.extend(E::find().filter(id.is_in(chunk.iter().copied())).all(on.conn()).await?);
    }
    Ok(found)
}

/// A facility by its id.
pub async fn facility_by_id(on: &impl Access, id: Uuid) -> Result<Option<FacilityRecord>, StoreError> {
    Ok(facilities::Entity::find_by_id(id).one(on.conn()).await?.map(|row| facility(row).record))
}

/// A member by its id.
pub async fn member_by_id(on: &impl Access, id: Uuid) -> Result<Option<MemberRecord>, StoreError> {
    Ok(members::Entity::find_by_id(id).one(on.conn()).await?.map(|row| member(row).record))
}

/// The id of the facility of a number (施設番号).
pub async fn facility_by_key(on: &impl Access, key: &str) -> Result<Option<Uuid>, StoreError> {
    let row = facilities::Entity::find().filter(facilities::Column::FacilityKey.eq(key)).one(on.conn()).await?;
    Ok(row.map(|row| row.id))
}
