//! The clock of a clinic's duty.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "duty_clocks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub duty: String,
    pub began_at: DateTimeUtc,
    #[sea_orm(column_type = "Text", nullable)]
    pub ended_as: Option<String>,
    pub ended_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub ended_by: String,
    #[sea_orm(column_type = "Text")]
    pub receipt: String,
    pub told: Option<Date>,
    pub recorded_at: Option<DateTimeUtc>,
    pub recorded_by: Option<Uuid>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
