//! What clinics have in common by chance, as somebody decided.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "waves_set_aside")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "Text")]
    pub mark: String,
    #[sea_orm(column_type = "Text")]
    pub incident: String,
    pub clinics: i64,
    #[sea_orm(column_type = "Text")]
    pub words: String,
    pub decided_at: DateTimeUtc,
    pub decided_by: Uuid,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
