//! A shift's hand-over.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "handovers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub signed_at: DateTimeUtc,
    pub signed_by: Uuid,
    #[sea_orm(column_type = "Text")]
    pub words: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub left_over: Json,
    pub taken_at: Option<DateTimeUtc>,
    pub taken_by: Option<Uuid>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
