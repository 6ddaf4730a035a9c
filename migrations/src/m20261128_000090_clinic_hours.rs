//! When a clinic can be reached, as it said so itself; kept with the facility, not in the association's export.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_keyed(
            manager,
            "clinic_hours",
            vec![id("facility_id"), text("hours"), at("said_at"), id("said_to")],
            &["facility_id"],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["clinic_hours"]).await
    }
}
