//! Callers who ask about the support payment are claim enquiries; guidance is a desk of its own.

use sea_orm_migration::prelude::*;

use crate::table::inside;

const BEFORE: &str = "\"claim.guidance\"";
const NOW: &str = "\"claim.enquiry\"";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        inside(manager, "tokens", "scopes", BEFORE, NOW).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        inside(manager, "tokens", "scopes", NOW, BEFORE).await
    }
}
