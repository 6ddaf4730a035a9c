//! How long sign-in names and sources wait. Kept here, so that all instances and the next start know.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::domain::accounts::guessing::Tally;
use crate::domain::time::Span;
use crate::store::entity::sign_in_delays;
use crate::store::span::within;
use crate::store::{Access, StoreError, Tx};

/// What is kept of a name, a source, or a session.
#[derive(Debug, Clone, Copy)]
pub struct Delay {
    /// The digest of what is counted.
    pub subject: [u8; 32],
    /// What its count stands at.
    pub tally: Tally,
}

/// The delays of some subjects, unless their last failure is older than `since`.
pub async fn of(on: &impl Access, subjects: &[[u8; 32]], since: DateTime<Utc>) -> Result<Vec<Delay>, StoreError> {
    let subjects: Vec<Vec<u8>> = subjects.iter().map(|s| s.to_vec()).collect();
    let rows = sign_in_delays::Entity::find()
        .filter(sign_in_delays::Column::Subject.is_in(subjects))
        .filter(sign_in_delays::Column::LastFailedAt.gt(since))
        .all(on.conn())
        .await?;
    rows.into_iter()
        .map(|row| {
            let subject = row.subject.try_into().map_err(|_| StoreError::Corrupt("sign_in_delays.subject"))?;
            Ok(Delay { subject, tally: Tally { failures: row.failures, blocked_until: row.blocked_until } })
        })
        .collect()
}

/// Takes a subject's row for this transaction, so that attempts at the same moment follow each other.
pub async fn lock(tx: &Tx, subject: [u8; 32], now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = sign_in_delays::ActiveModel {
        subject: Set(subject.to_vec()),
        failures: Set(0),
        blocked_until: Set(None),
        last_failed_at: Set(now),
    };
    // An update that changes nothing takes the row's lock.
    let same = OnConflict::column(sign_in_delays::Column::Subject)
        .value(sign_in_delays::Column::Subject, subject.to_vec())
        .to_owned();
    sign_in_delays::Entity::insert(row).on_conflict(same).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Notes what a count stands at.
pub async fn put(tx: &Tx, delay: &Delay, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = sign_in_delays::ActiveModel {
        subject: Set(delay.subject.to_vec()),
        failures: Set(delay.tally.failures),
        blocked_until: Set(delay.tally.blocked_until),
        last_failed_at: Set(now),
    };
    let again = OnConflict::column(sign_in_delays::Column::Subject)
        .update_columns([
            sign_in_delays::Column::Failures,
            sign_in_delays::Column::BlockedUntil,
            sign_in_delays::Column::LastFailedAt,
        ])
        .to_owned();
    sign_in_delays::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Forgets all whose last failure is older than `since`.
pub async fn forget_older(tx: &Tx, since: DateTime<Utc>) -> Result<u64, StoreError> {
    let old = sign_in_delays::Column::LastFailedAt.lte(since);
    Ok(sign_in_delays::Entity::delete_many().filter(old).exec(tx.conn()).await?.rows_affected)
}

/// Forgets a subject: it succeeded.
pub async fn forget(tx: &Tx, subject: [u8; 32]) -> Result<(), StoreError> {
    sign_in_delays::Entity::delete_by_id(subject.to_vec()).exec(tx.conn()).await?;
    Ok(())
}

/// How many failures of a stretch there are.
pub(in crate::store) async fn count_of(on: &impl Access, span: Span) -> Result<u64, StoreError> {
    let which = within(sign_in_delays::Column::LastFailedAt, span);
    Ok(sign_in_delays::Entity::find().filter(which).count(on.conn()).await?)
}

/// Removes them: how many went.
pub(in crate::store) async fn remove_of(tx: &Tx, span: Span) -> Result<u64, StoreError> {
    let which = within(sign_in_delays::Column::LastFailedAt, span);
    Ok(sign_in_delays::Entity::delete_many().filter(which).exec(tx.conn()).await?.rows_affected)
}
