//! What was recorded of one clinic in a conversation.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "calls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub direction: String,
    #[sea_orm(column_type = "Text")]
    pub desk: String,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text")]
    pub number: String,
    #[sea_orm(column_type = "Text")]
    pub number_key: String,
    pub arrived_at: DateTimeUtc,
    pub answered_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub operator_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub caller_name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub caller_standing: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub callback_number: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub disposition: Option<String>,
    pub complaint: bool,
    pub out_of_hours: bool,
    #[sea_orm(column_type = "Text")]
    pub out_of_hours_reason: String,
    pub reviewed_at: Option<DateTimeUtc>,
    pub reviewed_by: Option<Uuid>,
    pub arrived_on: Date,
    pub version: i64,
    pub erased_on: Option<Date>,
    #[sea_orm(column_type = "Text")]
    pub lacking: String,
    pub part_of: Option<Uuid>,
    pub part: i64,
    pub keeps: Option<Uuid>,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
