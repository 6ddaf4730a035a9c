//! What was heard before remote support, or before cleaning.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence_checks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub ticket_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    #[sea_orm(column_type = "Text")]
    pub server: String,
    #[sea_orm(column_type = "Text")]
    pub locked: String,
    #[sea_orm(column_type = "Text")]
    pub cut_off: String,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    pub asked_at: DateTimeUtc,
    pub asked_by: Uuid,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
