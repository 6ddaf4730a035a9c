//! A promised call-back.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "callbacks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub ticket_id: Option<Uuid>,
    pub call_id: Uuid,
    pub due_at: DateTimeUtc,
    #[sea_orm(column_type = "Text")]
    pub who: String,
    #[sea_orm(column_type = "Text")]
    pub number: String,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    pub made_by: Uuid,
    pub kept_at: Option<DateTimeUtc>,
    pub kept_by: Option<Uuid>,
    pub tries: i64,
    pub tried_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub tried_as: String,
    pub taken_by: Option<Uuid>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
