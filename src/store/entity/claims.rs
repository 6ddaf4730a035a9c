//! A claim for a support payment.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "claims")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub ticket_id: Option<Uuid>,
    pub facility_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub cause: String,
    #[sea_orm(column_type = "Text")]
    pub pattern: String,
    pub closed_days: i64,
    pub incident_on: Date,
    pub received_on: Date,
    pub scheme_year: i64,
    pub amount_yen: i64,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub decided_on: Option<Date>,
    pub paid_on: Option<Date>,
    pub erased_on: Option<Date>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
