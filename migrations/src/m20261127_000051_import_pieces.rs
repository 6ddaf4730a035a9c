//! Imports of the directory are written in pieces: each new row says with which import it is seen.

use sea_orm_migration::prelude::*;

use crate::table::*;

const TABLES: [&str; 4] = ["members", "facilities", "tenures", "category_periods"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let column = ColumnDef::new("since_version").big_integer().not_null().default(0).take();
            add_columns(manager, table, vec![column]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            drop_columns(manager, table, &["since_version"]).await?;
        }
        Ok(())
    }
}
