//! What many clinics have in common counts with one incident: a wave and a campaign's mark say with which. Who looks after
//! what is affected is found among the facts of late.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "campaign_marks", vec![later_text("incident")]).await?;
        add_columns(manager, "waves_set_aside", vec![later_text("incident")]).await?;
        drop_index(manager, "campaign_marks", "ux_campaign_marks_campaign_id_kind_mark").await?;
        index(manager, "campaign_marks", &["campaign_id", "kind", "mark", "incident"], true).await?;
        drop_index(manager, "waves_set_aside", "ux_waves_set_aside_kind_mark").await?;
        index(manager, "waves_set_aside", &["kind", "mark", "incident"], true).await?;
        index(manager, "incident_facts", &["fact", "told_at"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "incident_facts", "ix_incident_facts_fact_told_at").await?;
        drop_index(manager, "waves_set_aside", "ux_waves_set_aside_kind_mark_incident").await?;
        index(manager, "waves_set_aside", &["kind", "mark"], true).await?;
        drop_index(manager, "campaign_marks", "ux_campaign_marks_campaign_id_kind_mark_incident").await?;
        index(manager, "campaign_marks", &["campaign_id", "kind", "mark"], true).await?;
        drop_columns(manager, "waves_set_aside", &["incident"]).await?;
        drop_columns(manager, "campaign_marks", &["incident"]).await
    }
}
