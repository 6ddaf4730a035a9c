//! What runs beside the desk: which server does it, what is kept of its runs, and who looks at that.

pub mod foldings;

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::authorise::authorise;
use super::{Error, Services};
use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::jobs::{Fault, Job, Run};
use crate::store::StoreError;
use crate::store::jobs::{self, leases};

/// Days after which a server that runs nothing any more is forgotten.
const FORGOTTEN_DAYS: i64 = 7;

/// The last runs of every job, place by place.
///
/// # Errors
/// Forbidden to whoever doesn't look after the servers.
pub async fn list(services: &Services, ctx: &Ctx) -> Result<Vec<Run>, Error> {
    authorise::<may::JobRead>(ctx)?;
    Ok(jobs::all(&services.store).await?)
}

/// What is kept of a job's runs at a place; a first run where nothing is.
pub async fn runs_of(services: &Services, job: Job, place: &str, now: DateTime<Utc>) -> Result<Run, Error> {
    Ok(jobs::find(&services.store, job, place).await?.unwrap_or_else(|| Run::first(job, place, now)))
}

/// Keeps what became of a run.
pub async fn keep(services: &Services, run: &Run) -> Result<(), Error> {
    let tx = services.store.begin().await?;
    jobs::put(&tx, run).await?;
    Ok(tx.commit().await?)
}

/// Takes a job that one server does for all: none while it isn't due, or another server is at it. A holder that was cut
/// off is waited for some minutes.
pub async fn take(services: &Services, job: Job, holder: Uuid, now: DateTime<Utc>) -> Result<Option<Run>, Error> {
    if !runs_of(services, job, "", now).await?.is_due(now) {
        return Ok(None);
    }
    let tx = services.store.begin().await?;
    leases::begin(&tx, job.code(), now, crate::domain::time::tokyo_day(now)).await?;
    if !leases::take(&tx, job.code(), holder, now, None).await? {
        return Ok(None);
    }
    // Another server may have done it since it was looked at.
    let run = jobs::find(&tx, job, "").await?.unwrap_or_else(|| Run::first(job, "", now));
    if !run.is_due(now) {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(run))
}

/// Keeps what became of a run that was done for all, and lets go of the job.
pub async fn give_back(services: &Services, run: &Run, holder: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    let tx = services.store.begin().await?;
    jobs::put(&tx, run).await?;
    leases::give_back(&tx, run.job.code(), holder, now, None).await?;
    Ok(tx.commit().await?)
}

/// Forgets servers that have run nothing for days.
pub async fn forget_old(services: &Services, now: DateTime<Utc>) -> Result<u64, Error> {
    let tx = services.store.begin().await?;
    let forgotten = jobs::forget_before(&tx, now - Duration::days(FORGOTTEN_DAYS)).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// The kind of a failure, for those who look after the servers.
pub fn fault_of(error: &Error) -> Fault {
    match error {
        Error::Store(StoreError::Away(_) | StoreError::Unreachable(_)) => Fault::Away,
        Error::Store(StoreError::Full) => Fault::Full,
        Error::Store(StoreError::Corrupt(_)) => Fault::Corrupt,
        _ => Fault::Other,
    }
}
