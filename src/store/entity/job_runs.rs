//! The last runs of a job at a place.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job_runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub job: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub place: String,
    pub began_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub succeeded_at: Option<DateTimeUtc>,
    pub failed_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub fault: Option<String>,
    pub faults: i64,
    pub next_at: DateTimeUtc,
}

/// No relations: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
