//! Counting for reports, and the frozen periods.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TryInsertResult};

use super::entity::{facility_marks, reports, tickets};
use super::retention::marks::Shelf;
use super::{Access, StoreError, Tx};
use crate::domain::reports::{Count, MonthlyReport, Period};

/// A frozen period, as published.
pub async fn find(on: &impl Access, period: Period) -> Result<Option<(MonthlyReport, DateTime<Utc>)>, StoreError> {
    let Some(row) = reports::Entity::find_by_id(period.to_string()).one(on.conn()).await? else { return Ok(None) };
    let body = serde_json::from_value(row.body).map_err(|_| StoreError::Corrupt("reports.body"))?;
    Ok(Some((body, row.frozen_at)))
}

/// The frozen periods, newest first.
pub async fn periods(on: &impl Access) -> Result<Vec<Period>, StoreError> {
    let query = reports::Entity::find().select_only().column(reports::Column::Period);
    let periods: Vec<String> = query.order_by_desc(reports::Column::Period).into_tuple().all(on.conn()).await?;
    let read = |text: String| text.parse().map_err(|_| StoreError::Corrupt("reports.period"));
    periods.into_iter().map(read).collect()
}

/// Freezes a period; false when another server froze it first, which stands.
pub async fn freeze(tx: &Tx, report: &MonthlyReport, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = reports::ActiveModel {
        period: Set(report.period.to_string()),
        body: Set(serde_json::json!(report)),
        frozen_at: Set(at),
        status: Set("provisional".into()),
    };
    let rows = reports::Entity::insert_many([row]).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
    Ok(matches!(rows, TryInsertResult::Inserted(1..)))
}

/// Cases and distinct facilities by incident, of tickets opened in a month.
/// A facility that stands with its id in some and with its mark in others, whose period has ended, counts once.
/// Cases whose facility is unknown count as one facility together: the cautious reading.
pub async fn by_incident(on: &impl Access, period: Period) -> Result<Vec<Count>, StoreError> {
    let (from, until) = period.days();
    use tickets::Column as C;
    let facility = || Expr::col((tickets::Entity, C::FacilityId));
    let marked = |column| Expr::col((facility_marks::Entity, column));
    let counted = Func::coalesce([marked(facility_marks::Column::Mark), facility()]);
    let mut query = tickets::Entity::find()
        .select_only()
        .column(C::Incident)
        .column_as(C::Id.count(), "cases")
        .column_as(Expr::expr(Func::count_distinct(Expr::expr(counted))), "facilities")
        .column_as(C::FacilityId.count(), "known")
        .filter(C::OpenedOn.gte(from))
        .filter(C::OpenedOn.lt(until))
        // Two tickets of one matter are one case.
        .filter(C::MergedInto.is_null())
        .group_by(C::Incident);
    let same = marked(facility_marks::Column::FacilityId)
        .eq(facility())
        .and(marked(facility_marks::Column::Shelf).eq(Shelf::Tickets.code()));
    QuerySelect::query(&mut query).left_join(facility_marks::Entity, same);
    let rows: Vec<(String, i64, i64, i64)> = query.into_tuple().all(on.conn()).await?;
    let number = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|(code, cases, facilities, known)| Count {
            code,
            cases: number(cases),
            facilities: number(facilities) + u64::from(known < cases),
        })
        .collect())
}
