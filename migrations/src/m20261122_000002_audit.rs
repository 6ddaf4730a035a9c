//! The audit: who did what to what, when, with what result. No personal values.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `seq` and `seal` are the place of the hash chain: filled by the sealer in commit order.
        create(
            manager,
            "audit_entries",
            vec![
                key(),
                at("at"),
                text("actor_kind"),
                maybe_id("actor_id"),
                text("action"),
                text("object_kind"),
                maybe_id("object_id"),
                text("result"),
                text("peer"),
                id("request_id"),
                json("detail"),
                ColumnDef::new("seq").big_integer().null().take(),
                ColumnDef::new("seal").binary_len(32).null().take(),
            ],
        )
        .await?;
        index(manager, "audit_entries", &["at"], false).await?;
        index(manager, "audit_entries", &["actor_id", "at"], false).await?;
        index(manager, "audit_entries", &["object_id", "at"], false).await?;

        // Whose data an entry touched, when it touched more than its object.
        create_keyed(
            manager,
            "audit_subjects",
            vec![id("subject_id"), at("at"), id("entry_id"), text("subject_kind")],
            &["subject_id", "at", "entry_id"],
        )
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["audit_subjects", "audit_entries"]).await
    }
}
