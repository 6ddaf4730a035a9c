//! A number that was tried on a sheet.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "number_tries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub number: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Blob")]
    pub items: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub heard_twice: bool,
    pub cost: i64,
    pub tried_at: DateTimeUtc,
    pub tried_by: Uuid,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
