//! Reports for the association: drawn once their period is over, approved by one supervisor and published by another,
//! never changed after.

pub mod draft;
pub mod draw;
mod files;
mod names;
mod paper;
pub mod read;

use serde_json::json;

use crate::domain::audit::{AuditEntry, Object};
use crate::domain::reports::issue::{Issue, Standing};
use crate::domain::reports::told::months;
use crate::domain::reports::{Period, Report, Terms};
use crate::store::reports;
use crate::usecase::reports::paper::Beside;
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

/// All that were ever published, the newest first.
async fn published(services: &Services) -> Result<Vec<Issue>, Error> {
    let mut all = reports::all(&services.store).await?;
    all.retain(|issue| issue.published.is_some());
    Ok(all)
}

/// What is published beside a report that is, or is about to be.
async fn beside(services: &Services, issue: &Issue) -> Result<Beside, Error> {
    let period = issue.report.period;
    let mut all = published(services).await?;
    if !all.iter().any(|one| one.report.period == period) {
        all.push(issue.clone());
    }
    Ok(Beside { before: before(services, period).await?, months: months(&all, period) })
}
