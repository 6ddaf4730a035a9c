//! A referral, as far as its steps have brought it.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referrals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub ticket_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "Text")]
    pub prefecture: String,
    #[sea_orm(column_type = "Text")]
    pub stage: String,
    pub urgent: bool,
    pub firm_id: Option<Uuid>,
    pub due_on: Option<Date>,
    pub steps: i64,
    pub begun_at: DateTimeUtc,
    pub contacted_at: Option<DateTimeUtc>,
    pub introduced_at: Option<DateTimeUtc>,
    pub refused: i64,
    pub contracted: Option<bool>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
