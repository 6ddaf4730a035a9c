//! Reports, from the draft to the withdrawal; how a year is told; what is counted.

pub mod cases;
pub mod files;
pub mod received;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TryInsertResult};

use super::entity::{report_years, reports};
use super::{Access, StoreError, Tx, dialect};
use crate::domain::id::AccountId;
use crate::domain::reports::issue::{Issue, Published, Withdrawn};
use crate::domain::reports::{Period, Report, Terms};

fn issue(row: reports::Model) -> Result<Issue, StoreError> {
    let signed = |by: Option<uuid::Uuid>, at: Option<DateTime<Utc>>| by.map(AccountId).zip(at);
    Ok(Issue {
        report: serde_json::from_value(row.body).map_err(|_| StoreError::Corrupt("reports.body"))?,
        dropped: u64::try_from(row.dropped).unwrap_or_default(),
        drawn_at: row.drawn_at,
        version: row.version,
        comment: row.comment,
        explained: serde_json::from_str(&row.explained).map_err(|_| StoreError::Corrupt("reports.explained"))?,
        commented_by: row.commented_by.map(AccountId),
        approved: signed(row.approved_by, row.approved_at),
        published: signed(row.published_by, row.published_at).map(|(by, at)| Published {
            by,
            at,
            file: row.file,
            hash: row.hash,
        }),
        withdrawn: signed(row.withdrawn_by, row.withdrawn_at).map(|(by, at)| Withdrawn { by, at, notice: row.notice }),
    })
}

/// The report of a period, whatever became of it.
pub async fn find(on: &impl Access, period: Period) -> Result<Option<Issue>, StoreError> {
    reports::Entity::find_by_id(period.to_string()).one(on.conn()).await?.map(issue).transpose()
}

/// All of them, the period that ended last first.
pub async fn all(on: &impl Access) -> Result<Vec<Issue>, StoreError> {
    let rows = reports::Entity::find().all(on.conn()).await?;
    let mut issues = rows.into_iter().map(issue).collect::<Result<Vec<_>, _>>()?;
    issues.sort_by_key(|issue| std::cmp::Reverse(issue.report.period));
    Ok(issues)
}

/// Those of a calendar year, in the order in which they were drawn.
pub async fn of_year(on: &impl Access, year: i32) -> Result<Vec<Report>, StoreError> {
    use reports::Column as C;
    let rows = reports::Entity::find()
        .filter(C::Period.starts_with(format!("{year:04}")))
        .order_by_asc(C::DrawnAt)
        .order_by_asc(C::Period);
    let body = |row: reports::Model| serde_json::from_value(row.body).map_err(|_| StoreError::Corrupt("reports.body"));
    rows.all(on.conn()).await?.into_iter().map(body).collect()
}

/// Keeps a report that was drawn; false where another server drew it first, which stands.
pub async fn add(tx: &Tx, report: &Report, dropped: u64, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = reports::ActiveModel {
        period: Set(report.period.to_string()),
        body: Set(serde_json::json!(report)),
        dropped: Set(i64::try_from(dropped).unwrap_or(i64::MAX)),
        drawn_at: Set(at),
        version: Set(1),
        comment: Set(String::new()),
        file: Set(String::new()),
        hash: Set(String::new()),
        notice: Set(String::new()),
        explained: Set("[]".to_owned()),
        ..Default::default()
    };
    let rows = reports::Entity::insert_many([row]).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
    Ok(matches!(rows, TryInsertResult::Inserted(1..)))
}

/// Writes what became of a report; false when somebody else did meanwhile. What was drawn stays as it is.
pub async fn save(tx: &Tx, now: &Issue) -> Result<bool, StoreError> {
    use reports::Column as C;
    let (by, at) = now.approved.unzip();
    let mut query = reports::Entity::update_many()
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .col_expr(C::Comment, Expr::value(&now.comment))
        .col_expr(C::Explained, Expr::value(serde_json::json!(now.explained).to_string()))
        .col_expr(C::CommentedBy, Expr::value(now.commented_by.map(|by| by.0)))
        .col_expr(C::ApprovedBy, Expr::value(by.map(|by| by.0)))
        .col_expr(C::ApprovedAt, Expr::value(at));
    if let Some(published) = &now.published {
        query = query
            .col_expr(C::PublishedBy, Expr::value(published.by.0))
            .col_expr(C::PublishedAt, Expr::value(published.at))
            .col_expr(C::File, Expr::value(&published.file))
            .col_expr(C::Hash, Expr::value(&published.hash));
    }
    if let Some(withdrawn) = &now.withdrawn {
        query = query
            .col_expr(C::WithdrawnBy, Expr::value(withdrawn.by.0))
            .col_expr(C::WithdrawnAt, Expr::value(withdrawn.at))
            .col_expr(C::Notice, Expr::value(&withdrawn.notice));
    }
    let own = query.filter(C::Period.eq(now.report.period.to_string())).filter(C::Version.eq(now.version));
    Ok(own.exec(tx.conn()).await?.rows_affected == 1)
}

/// Keeps a second report from being added, until the transaction ends.
pub async fn lock(tx: &Tx) -> Result<(), StoreError> {
    Ok(dialect::lock_reports(tx.conn()).await?)
}

/// How a year is told, once that was fixed.
pub async fn terms(on: &impl Access, year: i32) -> Result<Option<Terms>, StoreError> {
    let row = report_years::Entity::find_by_id(i64::from(year)).one(on.conn()).await?;
    let read = |row: report_years::Model| serde_json::from_value::<Terms>(row.terms);
    let terms = row.map(read).transpose().map_err(|_| StoreError::Corrupt("report_years.terms"))?;
    Ok(terms.map(|terms| Terms { categories: terms.categories.with_tiers(), ..terms }))
}

/// Fixes it; what another server fixed first stands.
pub async fn fix_terms(tx: &Tx, year: i32, terms: &Terms) -> Result<(), StoreError> {
    let row = report_years::ActiveModel { year: Set(i64::from(year)), terms: Set(serde_json::json!(terms)) };
    report_years::Entity::insert_many([row]).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// How many reports of a year were drawn.
pub async fn count_of_year(on: &impl Access, year: i32) -> Result<u64, StoreError> {
    use reports::Column as C;
    let query = reports::Entity::find().select_only().column_as(C::Period.count(), "n");
    let n: Option<i64> = query.filter(C::Period.starts_with(format!("{year:04}"))).into_tuple().one(on.conn()).await?;
    Ok(n.and_then(|n| u64::try_from(n).ok()).unwrap_or_default())
}
