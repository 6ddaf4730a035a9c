//! What a caller said, held against the directory.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "verifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub call_id: Uuid,
    pub ticket_id: Option<Uuid>,
    #[sea_orm(column_type = "JsonBinary")]
    pub said: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub items: Json,
    #[sea_orm(column_type = "Text")]
    pub decision: String,
    #[sea_orm(column_type = "Text")]
    pub outcome: String,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    pub member_id: Option<Uuid>,
    pub facility_id: Option<Uuid>,
    pub directory_version: i64,
    pub as_of: Date,
    pub decided_at: DateTimeUtc,
    pub decided_by: Uuid,
    pub reviewed_at: Option<DateTimeUtc>,
    pub reviewed_by: Option<Uuid>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
