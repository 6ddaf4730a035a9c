//! The schema, migration by migration, for SQLite and PostgreSQL alike.
//!
//! Depends on nothing of the product: a migration keeps the names it was born with,
//! whatever the code calls things later. Migrations only ever go forward in production;
//! `down` exists for development.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait};

mod m20261122_000001_accounts;
mod m20261122_000002_audit;
mod m20261122_000003_directory;
mod m20261122_000004_calls;
mod m20261122_000005_tickets;
mod m20261122_000006_search;
mod m20261122_000007_reports;
mod m20261122_000008_claims;
mod m20261122_000009_call_search;
mod m20261122_000010_speed;
mod m20261122_000011_doors;
mod m20261122_000012_chain;
mod m20261122_000013_passkeys;
mod m20261122_000014_retention;
mod m20261122_000015_confirmations;
mod m20261127_000010_nights;
mod m20261127_000020_crowd;
mod m20261127_000030_number_tries;
mod m20261127_000040_person;
mod m20261127_000050_journals;
mod m20261127_000051_import_pieces;
mod m20261128_000010_words;
mod m20261128_000020_jobs;
mod m20261128_000030_enquiries;
mod m20261128_000040_lacking;
mod m20261128_000050_conversation;
mod m20261128_000060_call_back;
mod m20261128_000070_link_order;
mod m20261128_000080_running;
mod m20261128_000090_clinic_hours;
mod m20261128_000100_evidence_gate;
mod m20261128_000110_incidents;
mod m20261128_000120_evidence_items;
mod m20261128_000130_handovers;
mod m20261129_000010_referrals;
mod m20261129_000020_waves;
mod m20261129_000030_tries;
mod m20261129_000040_papers;
mod m20261129_000050_together;
mod m20261129_000060_telling;
mod m20261129_000070_common_marks;
mod m20261129_000080_ringer;
mod m20261129_000090_queue_gravity;
mod m20261129_000100_report_series;
mod m20261129_000110_report_late;
mod m20261129_000120_report_files;
mod m20261129_000130_forgotten_tickets;
mod m20261129_000140_directory_files;
mod m20261129_000150_directory_undos;
mod m20261129_000160_directory_mappings;
mod m20261129_000170_telephone_keys;
mod m20261129_000180_drafts;
mod m20261129_000190_tier_follows;
mod table;

/// The ordered list of migrations.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_accounts::Migration),
            Box::new(m20261122_000002_audit::Migration),
            Box::new(m20261122_000003_directory::Migration),
            Box::new(m20261122_000004_calls::Migration),
            Box::new(m20261122_000005_tickets::Migration),
            Box::new(m20261122_000006_search::Migration),
            Box::new(m20261122_000007_reports::Migration),
            Box::new(m20261122_000008_claims::Migration),
            Box::new(m20261122_000009_call_search::Migration),
            Box::new(m20261122_000010_speed::Migration),
            Box::new(m20261122_000011_doors::Migration),
            Box::new(m20261122_000012_chain::Migration),
            Box::new(m20261122_000013_passkeys::Migration),
            Box::new(m20261122_000014_retention::Migration),
            Box::new(m20261122_000015_confirmations::Migration),
            Box::new(m20261127_000010_nights::Migration),
            Box::new(m20261127_000020_crowd::Migration),
            Box::new(m20261127_000030_number_tries::Migration),
            Box::new(m20261127_000040_person::Migration),
            Box::new(m20261127_000050_journals::Migration),
            Box::new(m20261127_000051_import_pieces::Migration),
            Box::new(m20261128_000010_words::Migration),
            Box::new(m20261128_000020_jobs::Migration),
            Box::new(m20261128_000030_enquiries::Migration),
            Box::new(m20261128_000040_lacking::Migration),
            Box::new(m20261128_000050_conversation::Migration),
            Box::new(m20261128_000060_call_back::Migration),
            Box::new(m20261128_000070_link_order::Migration),
            Box::new(m20261128_000080_running::Migration),
            Box::new(m20261128_000090_clinic_hours::Migration),
            Box::new(m20261128_000100_evidence_gate::Migration),
            Box::new(m20261128_000110_incidents::Migration),
            Box::new(m20261128_000120_evidence_items::Migration),
            Box::new(m20261128_000130_handovers::Migration),
            Box::new(m20261129_000010_referrals::Migration),
            Box::new(m20261129_000020_waves::Migration),
            Box::new(m20261129_000030_tries::Migration),
            Box::new(m20261129_000040_papers::Migration),
            Box::new(m20261129_000050_together::Migration),
            Box::new(m20261129_000060_telling::Migration),
            Box::new(m20261129_000070_common_marks::Migration),
            Box::new(m20261129_000080_ringer::Migration),
            Box::new(m20261129_000090_queue_gravity::Migration),
            Box::new(m20261129_000100_report_series::Migration),
            Box::new(m20261129_000110_report_late::Migration),
            Box::new(m20261129_000120_report_files::Migration),
            Box::new(m20261129_000130_forgotten_tickets::Migration),
            Box::new(m20261129_000140_directory_files::Migration),
            Box::new(m20261129_000150_directory_undos::Migration),
            Box::new(m20261129_000160_directory_mappings::Migration),
            Box::new(m20261129_000170_telephone_keys::Migration),
            Box::new(m20261129_000180_drafts::Migration),
            Box::new(m20261129_000190_tier_follows::Migration),
        ]
    }
}
