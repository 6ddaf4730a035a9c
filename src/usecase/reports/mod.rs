//! Reports for the association: drawn once their period is over, approved by one supervisor and published by another,
//! never changed after.

pub mod draft;
pub mod draw;
mod files;
mod names;
pub mod read;

use serde_json::json;

use crate::domain::audit::{AuditEntry, Object};
use crate::domain::reports::issue::Standing;
use crate::domain::reports::{Period, Report, Terms};
use crate::store::reports;
use crate::usecase::{Error, Services};

/// What was done to the report of a period.
fn entry(action: &'static str, period: Period) -> AuditEntry {
    AuditEntry::done(action, Object::kind("report")).detail(json!({ "period": period.to_string() }))
}

/// The published reports that one is compared with: that of the period before, and that of the same period a year before,
/// where there are.
async fn before(services: &Services, period: Period) -> Result<Vec<(Report, Terms)>, Error> {
    let mut found = Vec::new();
    // Of a year both are the same.
    let year_before = period.year_before().filter(|earlier| Some(*earlier) != period.before());
    for earlier in [period.before(), year_before].into_iter().flatten() {
        let issue = reports::find(&services.store, earlier).await?.filter(|i| i.standing() == Standing::Published);
        if let Some(issue) = issue
            && let Some(terms) = reports::terms(&services.store, earlier.year()).await?
        {
            found.push((issue.report, terms));
        }
    }
    Ok(found)
}
