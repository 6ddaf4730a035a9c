//! What readers see: published reports, and notices of those that were withdrawn. Nothing is drawn up by reading.

use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::reports::issue::{Issue, Standing};
use crate::domain::reports::told::{Told, months};
use crate::domain::reports::{Period, Report, Terms};
use crate::store::reports;
use crate::store::reports::files as kept;
use crate::usecase::authorise::authorise;
use crate::usecase::reports::{before, beside, entry, files, published};
use crate::usecase::{Error, Services};

/// A report as read.
pub struct Read {
    /// The report.
    pub issue: Issue,
    /// How its year is told.
    pub terms: Terms,
    /// The published one of the period before, and of the same period a year before, where there are.
    pub before: Vec<(Report, Terms)>,
    /// The thirteen months up to the period's last.
    pub months: Told,
    /// The published periods, newest first, and whether each was withdrawn.
    pub periods: Vec<(Period, bool)>,
}

/// The newest report that was published; none before the first.
///
/// # Errors
/// Forbidden to whoever doesn't read reports.
pub async fn latest(services: &Services, ctx: &Ctx) -> Result<Option<Read>, Error> {
    authorise::<may::ReportRead>(ctx)?;
    let all = published(services).await?;
    let newest = all.iter().find(|issue| issue.standing() == Standing::Published).or_else(|| all.first());
    match newest.map(|issue| issue.report.period) {
        Some(newest) => of(services, ctx, newest).await.map(Some),
        None => Ok(None),
    }
}

/// The report of a period.
///
/// # Errors
/// Not found when none was published.
pub async fn of(services: &Services, ctx: &Ctx, period: Period) -> Result<Read, Error> {
    authorise::<may::ReportRead>(ctx)?;
    let all = published(services).await?;
    let issue = all.iter().find(|issue| issue.report.period == period).cloned().ok_or(Error::NotFound("report"))?;
    let terms = reports::terms(&services.store, period.year()).await?.ok_or(Error::NotFound("report"))?;
    let before = before(services, period).await?;
    let periods = all.iter().map(|issue| (issue.report.period, issue.standing() == Standing::Withdrawn)).collect();
    services.store.journal().write(ctx, entry("report.view", period)).await?;
    Ok(Read { months: months(&all, period), issue, terms, before, periods })
}

/// A published report as a file: its type and its bytes.
///
/// # Errors
/// Not found when it wasn't published, was withdrawn, or isn't had in that form.
pub async fn download(
    services: &Services,
    ctx: &Ctx,
    period: Period,
    form: &str,
) -> Result<(&'static str, Vec<u8>), Error> {
    authorise::<may::ReportRead>(ctx)?;
    let issue = reports::find(&services.store, period).await?.filter(|i| i.standing() == Standing::Published);
    let issue = issue.ok_or(Error::NotFound("report"))?;
    let terms = reports::terms(&services.store, period.year()).await?.ok_or(Error::NotFound("report"))?;
    let made = match kept::find(&services.store, period, form).await? {
        Some(bytes) => (files::kind(form).ok_or(Error::NotFound("report"))?, bytes),
        // Of one that was published before files were kept.
        None => files::of(services, &issue, &terms, form, Some(&beside(services, &issue).await?)).await?,
    };
    services.store.journal().write(ctx, entry("report.download", period)).await?;
    Ok(made)
}
