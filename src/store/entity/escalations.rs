//! An escalation to tier 2.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "escalations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub ticket_id: Uuid,
    pub requested_at: DateTimeUtc,
    pub requested_by: Uuid,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    pub taken_at: Option<DateTimeUtc>,
    pub taken_by: Option<Uuid>,
    pub returned_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub return_reason: String,
    /// Its ticket's, while it waits: the queue is read in its order.
    #[sea_orm(column_type = "Text")]
    pub severity: String,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
