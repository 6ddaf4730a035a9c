//! One matter of one facility.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: i64,
    #[sea_orm(column_type = "Text")]
    pub desk: String,
    pub facility_id: Option<Uuid>,
    pub member_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub facility_name: String,
    #[sea_orm(column_type = "Text")]
    pub prefecture: String,
    #[sea_orm(column_type = "Text")]
    pub facility_kind: String,
    #[sea_orm(column_type = "Text")]
    pub incident: String,
    #[sea_orm(column_type = "Text")]
    pub severity: String,
    #[sea_orm(column_type = "Text")]
    pub summary: String,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub state_evidence: Json,
    pub version: i64,
    pub owner_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub verification: String,
    pub provisional: bool,
    #[sea_orm(column_type = "Text", nullable)]
    pub result: Option<String>,
    pub tier: i64,
    pub opened_at: DateTimeUtc,
    pub opened_by: Uuid,
    pub opened_on: Date,
    pub closed_at: Option<DateTimeUtc>,
    pub last_event_at: DateTimeUtc,
    pub erased_on: Option<Date>,
    pub merged_into: Option<Uuid>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
