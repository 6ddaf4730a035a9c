//! What reports count of a ticket.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "report_cases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub month: String,
    pub unit: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub prefecture: String,
    #[sea_orm(column_type = "Text")]
    pub incident: String,
    #[sea_orm(column_type = "Text")]
    pub facility_type: String,
    #[sea_orm(column_type = "Text")]
    pub desk: String,
    #[sea_orm(column_type = "Text")]
    pub severity: String,
    #[sea_orm(column_type = "Text")]
    pub standing: String,
    #[sea_orm(column_type = "Text")]
    pub outcome: String,
    #[sea_orm(column_type = "Text")]
    pub effect: String,
    #[sea_orm(column_type = "Text")]
    pub backup: String,
    #[sea_orm(column_type = "Text")]
    pub close_time: String,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
