//! Who opened or manages, or works at, which facility, from when to when.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tenures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub member_id: Uuid,
    pub facility_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub role: String,
    pub from_on: Option<Date>,
    pub until_on: Option<Date>,
    pub since_version: i64,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
