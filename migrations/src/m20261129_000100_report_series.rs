//! Reports as a series: cases kept for counting once their month is over, how a year is told, and who approved and
//! published what. A report of the first form was provisional and read by nobody outside.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["reports"]).await?;
        create(manager, "report_cuts", vec![text("period").primary_key().take(), at("cut_at")]).await?;
        create(manager, "report_cases", cases()).await?;
        index(manager, "report_cases", &["month"], false).await?;
        create_keyed(
            manager,
            "report_units",
            vec![number("year"), id("facility_id"), id("unit")],
            &["year", "facility_id"],
        )
        .await?;
        create(manager, "report_years", vec![number("year").primary_key().take(), json("terms")]).await?;
        create(manager, "reports", reports()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["reports", "report_years", "report_units", "report_cases", "report_cuts"]).await?;
        let columns = vec![text("period").primary_key().take(), json("body"), at("frozen_at"), text("status")];
        create(manager, "reports", columns).await
    }
}

/// What reports count of a ticket.
fn cases() -> Vec<ColumnDef> {
    vec![
        ColumnDef::new("ticket_id").uuid().not_null().primary_key().take(),
        text("month"),
        maybe_id("unit"),
        text("prefecture"),
        text("incident"),
        text("facility_type"),
        text("desk"),
        text("tier"),
        text("severity"),
        text("standing"),
        text("outcome"),
    ]
}

fn reports() -> Vec<ColumnDef> {
    vec![
        text("period").primary_key().take(),
        json("body"),
        number("dropped"),
        at("drawn_at"),
        number("version"),
        text("comment"),
        maybe_id("commented_by"),
        maybe_id("approved_by"),
        maybe_at("approved_at"),
        maybe_id("published_by"),
        maybe_at("published_at"),
        text("file"),
        text("hash"),
        maybe_id("withdrawn_by"),
        maybe_at("withdrawn_at"),
        text("notice"),
    ]
}
