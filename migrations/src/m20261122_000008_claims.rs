//! Claims for a support payment.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            "claims",
            vec![
                key(),
                maybe_id("ticket_id"),
                id("facility_id"),
                text("cause"),
                text("pattern"),
                number("closed_days"),
                day("incident_on"),
                day("received_on"),
                number("scheme_year"),
                number("amount_yen"),
                text("state"),
                maybe_day("decided_on"),
                maybe_day("paid_on"),
            ],
        )
        .await?;
        index(manager, "claims", &["received_on", "id"], false).await?;
        index(manager, "claims", &["ticket_id"], false).await?;
        // A facility's slot of a scheme year: refused and withdrawn claims free it.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX ux_claims_facility_id_scheme_year ON claims (facility_id, scheme_year) \
                 WHERE state NOT IN ('refused', 'withdrawn')",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["claims"]).await
    }
}
