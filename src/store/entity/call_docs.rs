//! The normalised text of a call that led to no ticket.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "call_docs")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub number: i64,
    pub call_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub body: String,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
