//! Reports for the association: frozen when first drawn, never changed after.

use super::authorise::authorise;
use super::{Error, Services};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::reports::{Count, MonthlyReport, is_period, publish};
use crate::domain::time::last_full_month;
use crate::store::{audit, reports};

/// A report as read.
pub struct ReadReport {
    /// What is published.
    pub report: MonthlyReport,
    /// When it was frozen.
    pub frozen_at: chrono::DateTime<chrono::Utc>,
    /// Other frozen periods, newest first.
    pub periods: Vec<String>,
}

/// The last full month's report, drawn and frozen if nobody has read it yet; or an earlier one by its period.
pub async fn month(services: &Services, ctx: &Ctx, period: Option<&str>) -> Result<ReadReport, Error> {
    authorise::<may::ReportRead>(ctx)?;
    let (from, until) = last_full_month(ctx.today());
    let latest = from.format("%Y-%m").to_string();
    let wanted = period.unwrap_or(&latest);
    if !is_period(wanted) {
        return Err(Error::NotFound("report"));
    }
    if reports::find(&services.store, wanted).await?.is_none() {
        if wanted != latest {
            return Err(Error::NotFound("report"));
        }
        let counts = in_order(services, reports::by_incident(&services.store, from, until).await?);
        let tx = services.store.begin().await?;
        reports::freeze(&tx, &publish(&latest, &counts), ctx.now).await?;
        audit::record(&tx, ctx, AuditEntry::done("report.freeze", Object::kind("report"))).await?;
        tx.commit().await?;
    }
    services.store.journal().write(ctx, AuditEntry::done("report.view", Object::kind("report"))).await?;
    // Read back: what another instance froze first stands.
    let (report, frozen_at) = reports::find(&services.store, wanted).await?.ok_or(Error::NotFound("report"))?;
    Ok(ReadReport { report, frozen_at, periods: reports::periods(&services.store).await? })
}

/// One count an incident type of the scheme, in its order, zeros included.
fn in_order(services: &Services, counted: Vec<Count>) -> Vec<Count> {
    let none = |code: &str| Count { code: code.to_owned(), cases: 0, facilities: 0 };
    let terms = &services.scheme.lists.incident;
    terms
        .iter()
        .map(|term| counted.iter().find(|c| c.code == term.code).cloned().unwrap_or_else(|| none(&term.code)))
        .collect()
}
