//! Cases of quarters that were settled before settling forgot which case is which ticket.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = manager.get_connection();
        let mut quarters = Query::select();
        quarters.column("period").from("report_cuts").and_where(Expr::col("period").like("%Q%"));
        let mut months = Vec::new();
        for row in on.query_all(&quarters).await? {
            let quarter: String = row.try_get("", "period")?;
            months.extend(months_of(&quarter));
        }
        let random = match on.get_database_backend() {
            DbBackend::Sqlite => Expr::cust("randomblob(16)"),
            _ => Expr::cust("gen_random_uuid()"),
        };
        for month in months {
            let mut forget = Query::update();
            forget.table("report_cases").value("ticket_id", random.clone());
            on.execute(forget.and_where(Expr::col("month").eq(month))).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

/// `2026-07`, `2026-08` and `2026-09` of `2026Q3`.
fn months_of(quarter: &str) -> Vec<String> {
    let Some((year, nth)) = quarter.split_once('Q') else { return Vec::new() };
    let nth: u32 = nth.parse().unwrap_or_default();
    (1..=3).filter(|_| nth > 0).map(|month| format!("{year}-{:02}", (nth - 1) * 3 + month)).collect()
}
