//! Reports for the association: drawn and frozen once a month is over, never changed after.

use super::authorise::authorise;
use super::{Error, Services};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::reports::{Count, MonthlyReport, Period, publish};
use crate::store::{audit, reports};

/// A report as read.
pub struct ReadReport {
    /// What is published.
    pub report: MonthlyReport,
    /// When it was frozen.
    pub frozen_at: chrono::DateTime<chrono::Utc>,
    /// The frozen periods, newest first.
    pub periods: Vec<Period>,
}

/// Draws and freezes the report of the last month that is over; none when it stands already. What another server froze
/// first stays.
///
/// # Errors
/// Forbidden to everybody but the product itself.
pub async fn draw(services: &Services, ctx: &Ctx) -> Result<Option<Period>, Error> {
    authorise::<may::ReportDraw>(ctx)?;
    let period = Period::last_over(ctx.today());
    if reports::find(&services.store, period).await?.is_some() {
        return Ok(None);
    }
    let counts = in_order(services, reports::by_incident(&services.store, period).await?);
    let tx = services.store.begin().await?;
    if !reports::freeze(&tx, &publish(period, &counts), ctx.now).await? {
        return Ok(None);
    }
    audit::record(&tx, ctx, AuditEntry::done("report.freeze", Object::kind("report"))).await?;
    tx.commit().await?;
    Ok(Some(period))
}

/// The newest report that was drawn; none before the first.
pub async fn latest(services: &Services, ctx: &Ctx) -> Result<Option<ReadReport>, Error> {
    authorise::<may::ReportRead>(ctx)?;
    match reports::periods(&services.store).await?.first() {
        Some(newest) => month(services, ctx, *newest).await.map(Some),
        None => Ok(None),
    }
}

/// The report of a period.
///
/// # Errors
/// Not found when none was drawn.
pub async fn month(services: &Services, ctx: &Ctx, period: Period) -> Result<ReadReport, Error> {
    authorise::<may::ReportRead>(ctx)?;
    let (report, frozen_at) = reports::find(&services.store, period).await?.ok_or(Error::NotFound("report"))?;
    services.store.journal().write(ctx, AuditEntry::done("report.view", Object::kind("report"))).await?;
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
