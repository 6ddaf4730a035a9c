//! What is kept of the jobs' runs, and which server does what one does for all ([`leases`]).

pub mod foldings;
pub mod leases;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entity::job_runs;
use super::{Access, StoreError, Tx};
use crate::domain::jobs::{Fault, Job, Run};

use job_runs::Column as C;

/// The last runs of a job at a place.
pub async fn find(on: &impl Access, job: Job, place: &str) -> Result<Option<Run>, StoreError> {
    let key = (job.code().to_owned(), place.to_owned());
    Ok(job_runs::Entity::find_by_id(key).one(on.conn()).await?.and_then(run))
}

/// Of every job, place by place.
pub async fn all(on: &impl Access) -> Result<Vec<Run>, StoreError> {
    let rows = job_runs::Entity::find().order_by_asc(C::Job).order_by_asc(C::Place).all(on.conn()).await?;
    Ok(rows.into_iter().filter_map(run).collect())
}

/// Keeps what is known of a job's runs at its place.
pub async fn put(tx: &Tx, run: &Run) -> Result<(), StoreError> {
    let row = job_runs::ActiveModel {
        job: Set(run.job.code().into()),
        place: Set(run.place.clone()),
        began_at: Set(run.began_at),
        ended_at: Set(run.ended_at),
        succeeded_at: Set(run.succeeded_at),
        failed_at: Set(run.failed_at),
        fault: Set(run.fault.map(|fault| fault.code().to_owned())),
        faults: Set(i64::from(run.faults)),
        next_at: Set(run.next_at),
    };
    let again = OnConflict::columns([C::Job, C::Place])
        .update_columns([C::BeganAt, C::EndedAt, C::SucceededAt, C::FailedAt, C::Fault, C::Faults, C::NextAt])
        .to_owned();
    job_runs::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Forgets the runs at places where nothing has run since an instant.
pub async fn forget_before(tx: &Tx, at: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(job_runs::Entity::delete_many().filter(C::NextAt.lt(at)).exec(tx.conn()).await?.rows_affected)
}

/// A row of a job that this version doesn't know is none.
fn run(row: job_runs::Model) -> Option<Run> {
    Some(Run {
        job: Job::parse(&row.job)?,
        place: row.place,
        began_at: row.began_at,
        ended_at: row.ended_at,
        succeeded_at: row.succeeded_at,
        failed_at: row.failed_at,
        fault: row.fault.as_deref().and_then(Fault::parse),
        faults: u32::try_from(row.faults).unwrap_or_default(),
        next_at: row.next_at,
    })
}
