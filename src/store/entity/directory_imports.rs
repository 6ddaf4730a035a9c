//! One import of the directory.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "directory_imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    #[sea_orm(column_type = "Text")]
    pub file_name: String,
    #[sea_orm(column_type = "Blob")]
    pub file_hash: Vec<u8>,
    pub exported_on: Date,
    #[sea_orm(column_type = "Text")]
    pub encoding: String,
    pub rows: i64,
    pub added: i64,
    pub changed: i64,
    pub gone: i64,
    pub unchanged: i64,
    pub repaired: i64,
    pub rejected: i64,
    pub imported_at: DateTimeUtc,
    pub imported_by: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub mapping: String,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
