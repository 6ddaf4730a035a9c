//! Reports for the association: drawn once their period is over, approved by one supervisor and published by another,
//! never changed after.

pub mod draft;
pub mod draw;
mod files;
mod names;
pub mod read;

use serde_json::json;

use crate::domain::audit::{AuditEntry, Object};
use crate::domain::reports::Period;

/// What was done to the report of a period.
fn entry(action: &'static str, period: Period) -> AuditEntry {
    AuditEntry::done(action, Object::kind("report")).detail(json!({ "period": period.to_string() }))
}
