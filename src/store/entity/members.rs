//! A person of the directory.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub person_key: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub member_no: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub registry_no: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub category: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub kana: String,
    pub enrolled_on: Option<Date>,
    pub moved_on: Option<Date>,
    #[sea_orm(column_type = "Text", nullable)]
    pub category_before: Option<String>,
    pub left_on: Option<Date>,
    #[sea_orm(column_type = "Text", nullable)]
    pub procedure: Option<String>,
    pub applied_on: Option<Date>,
    #[sea_orm(column_type = "Text", nullable)]
    pub applied_category: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub pref_association: String,
    #[sea_orm(column_type = "Text")]
    pub district_association: String,
    pub gone_on: Option<Date>,
    pub since_version: i64,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
