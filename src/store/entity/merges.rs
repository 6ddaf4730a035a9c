//! That a ticket went into another of the same matter.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "merges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub ticket_id: Uuid,
    pub into_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub why: String,
    pub merged_at: DateTimeUtc,
    pub merged_by: Uuid,
    pub undone_at: Option<DateTimeUtc>,
    pub undone_by: Option<Uuid>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
