//! What is asked of whoever is on a call.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "questions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub call_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub words: String,
    pub asked_at: DateTimeUtc,
    pub asked_by: Uuid,
    #[sea_orm(column_type = "Text")]
    pub answer: String,
    pub answered_at: Option<DateTimeUtc>,
    pub answered_by: Option<Uuid>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
