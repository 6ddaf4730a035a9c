//! A dossier that was made for somebody.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "dossiers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub ticket_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub recipient: String,
    pub firm_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub recipient_name: String,
    #[sea_orm(column_type = "Text")]
    pub means: String,
    #[sea_orm(column_type = "Text")]
    pub consent_by: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub content: Json,
    #[sea_orm(column_type = "Blob", nullable)]
    pub password: Option<Vec<u8>>,
    pub made_at: DateTimeUtc,
    pub made_by: Uuid,
    pub told_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub told_words: String,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
