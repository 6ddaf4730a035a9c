//! What stands in the tables: counted and read past the product's own finders.

use madoguchi::store::Access;
use sea_orm::{FromQueryResult, JsonValue, Statement};
use serde_json::Value;

use super::TestApp;

/// Every table of the product.
pub(crate) const TABLES: [&str; 77] = [
    "accounts",
    "sessions",
    "tokens",
    "idempotency",
    "audit_entries",
    "audit_subjects",
    "directory_imports",
    "directory_mappings",
    "directory_undos",
    "directory_previews",
    "members",
    "category_periods",
    "facilities",
    "clinic_hours",
    "tenures",
    "calls",
    "sheet_fields",
    "sheet_history",
    "verifications",
    "counters",
    "tickets",
    "call_tickets",
    "entries",
    "remote_sessions",
    "evidence_checks",
    "incident_facts",
    "duty_clocks",
    "evidence_items",
    "handovers",
    "indicators",
    "campaigns",
    "campaign_marks",
    "campaign_tickets",
    "waves_set_aside",
    "dossiers",
    "authority_requests",
    "presences",
    "questions",
    "merges",
    "watches",
    "firms",
    "referrals",
    "referral_steps",
    "escalations",
    "callbacks",
    "tasks",
    "search_docs",
    "claims",
    "reports",
    "report_cases",
    "report_counted",
    "report_cuts",
    "report_files",
    "report_units",
    "report_years",
    "call_docs",
    "factors",
    "recovery_codes",
    "sign_in_delays",
    "audit_reviews",
    "passkeys",
    "passkey_challenges",
    "holds",
    "facility_marks",
    "known_sources",
    "leases",
    "job_runs",
    "journals",
    "clocks",
    "retention_nights",
    "retention_waits",
    "number_tallies",
    "number_tries",
    "numbers_heard",
    "drafts",
    "foldings",
    "seaql_migrations",
];

impl TestApp {
    /// How many rows a table holds.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) AS n FROM {table}")).await
    }

    /// How many entries of the audit tell of a deed.
    pub(crate) async fn count_of(&self, action: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) AS n FROM audit_entries WHERE action = '{action}'")).await
    }

    /// The number `n` of a statement's one row.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        #[derive(FromQueryResult)]
        struct Row {
            n: i64,
        }
        let on = self.services.store.conn();
        let statement = Statement::from_string(on.get_database_backend(), sql);
        Row::find_by_statement(statement).one(on).await.expect(sql).expect("a row").n
    }

    /// The rows of a statement.
    pub(crate) async fn select(&self, sql: &str) -> Vec<Value> {
        let on = self.services.store.conn();
        let statement = Statement::from_string(on.get_database_backend(), sql);
        JsonValue::find_by_statement(statement).all(on).await.expect(sql)
    }

    /// How many rows each table holds, leaving out those named.
    pub(crate) async fn counts(&self, but: &[&str]) -> Vec<(&'static str, i64)> {
        let mut counts = Vec::new();
        for table in TABLES.into_iter().filter(|t| !but.contains(t)) {
            counts.push((table, self.count(table).await));
        }
        counts
    }
}
