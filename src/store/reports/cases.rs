//! What reports count: tickets as they stood when their month, or their quarter, was over.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{BinOper, Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TryInsertResult};
use uuid::Uuid;

use super::received::Received;
use crate::domain::reports::{Codes, Kept, Period, Service};
use crate::store::entity::{report_cases, report_counted, report_cuts, report_units};
use crate::store::{Access, Store, StoreError, Tx, dialect};

/// Rows that are written at once.
const ROWS: usize = 500;
/// Puts texts together.
const CONCAT: BinOper = BinOper::Custom("||");

/// Takes a period as over, once: false where it was taken already, which stands.
pub async fn cut(tx: &Tx, period: Period, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = report_cuts::ActiveModel { period: Set(period.to_string()), cut_at: Set(at), service: Set(None) };
    let rows = report_cuts::Entity::insert_many([row]).on_conflict_do_nothing();
    Ok(matches!(rows.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(1..)))
}

/// Keeps what the line did in a month that was taken as over.
pub async fn keep_service(tx: &Tx, month: Period, service: &Service) -> Result<(), StoreError> {
    use report_cuts::Column as C;
    let kept = report_cuts::Entity::update_many()
        .col_expr(C::Service, Expr::value(serde_json::json!(service).to_string()))
        .filter(C::Period.eq(month.to_string()));
    kept.exec(tx.conn()).await?;
    Ok(())
}

/// What the line did in months, as it's kept; of one of which nothing is kept there is none.
pub async fn services(on: &impl Access, months: &[Period]) -> Result<Vec<Service>, StoreError> {
    let which = report_cuts::Column::Period.is_in(months.iter().map(ToString::to_string));
    let rows = report_cuts::Entity::find().filter(which).all(on.conn()).await?;
    let read = |text: String| serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("report_cuts.service"));
    rows.into_iter().filter_map(|row| row.service).map(read).collect()
}

/// Keeps them for counting.
pub async fn keep(tx: &Tx, received: Vec<(Uuid, Option<Uuid>, Kept)>) -> Result<(), StoreError> {
    let counted = received.iter().map(|(ticket, ..)| report_counted::ActiveModel { ticket_id: Set(*ticket) });
    for some in counted.collect::<Vec<_>>().chunks(ROWS) {
        report_counted::Entity::insert_many(some.to_vec()).exec_without_returning(tx.conn()).await?;
    }
    let rows: Vec<report_cases::ActiveModel> = received.into_iter().map(row).collect();
    for some in rows.chunks(ROWS) {
        report_cases::Entity::insert_many(some.to_vec()).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

fn row((ticket, unit, kept): (Uuid, Option<Uuid>, Kept)) -> report_cases::ActiveModel {
    report_cases::ActiveModel {
        ticket_id: Set(ticket),
        month: Set(kept.month.to_string()),
        unit: Set(unit),
        prefecture: Set(kept.prefecture),
        incident: Set(kept.incident),
        facility_type: Set(kept.facility_type),
        desk: Set(kept.desk),
        severity: Set(kept.severity),
        standing: Set(kept.standing),
        outcome: Set(kept.outcome),
        effect: Set(kept.effect),
        backup: Set(kept.backup),
        close_time: Set(kept.close_time),
    }
}

/// Writes how cases ended and what became known of them, as it is at their quarter's end.
pub async fn settle(tx: &Tx, month: Period, received: Vec<Received>) -> Result<(), StoreError> {
    use report_cases::Column as C;
    let mut alike: BTreeMap<[String; 4], Vec<Uuid>> = BTreeMap::new();
    for Received { ticket, kept, .. } in received {
        alike.entry([kept.outcome, kept.effect, kept.backup, kept.close_time]).or_default().push(ticket);
    }
    for (now, tickets) in alike {
        for some in tickets.chunks(ROWS) {
            let update = [C::Outcome, C::Effect, C::Backup, C::CloseTime]
                .into_iter()
                .zip(&now)
                .fold(report_cases::Entity::update_many(), |update, (column, code)| {
                    update.col_expr(column, Expr::value(code))
                });
            update
                .filter(C::TicketId.is_in(some.iter().copied()))
                .filter(C::Month.eq(month.to_string()))
                .exec(tx.conn())
                .await?;
        }
    }
    Ok(())
}

/// Which unit each facility is in a year; those that are new get one.
pub async fn units(tx: &Tx, year: i32, facilities: BTreeSet<Uuid>) -> Result<HashMap<Uuid, Uuid>, StoreError> {
    use report_units::Column as C;
    let facilities: Vec<Uuid> = facilities.into_iter().collect();
    let mut units = HashMap::new();
    for some in facilities.chunks(ROWS) {
        let which = C::Year.eq(i64::from(year)).and(C::FacilityId.is_in(some.iter().copied()));
        let rows = report_units::Entity::find().filter(which).all(tx.conn()).await?;
        units.extend(rows.into_iter().map(|row| (row.facility_id, row.unit)));
        let mut new = Vec::new();
        for facility in some {
            units.entry(*facility).or_insert_with(|| {
                let unit = Uuid::new_v4();
                let (year, facility_id) = (Set(i64::from(year)), Set(*facility));
                new.push(report_units::ActiveModel { year, facility_id, unit: Set(unit) });
                unit
            });
        }
        report_units::Entity::insert_many(new).exec_without_returning(tx.conn()).await?;
    }
    Ok(units)
}

/// Forgets which case is which ticket, once nothing more is written of a month's.
pub async fn forget_tickets(tx: &Tx, month: Period) -> Result<(), StoreError> {
    use report_cases::Column as C;
    let others = report_cases::Entity::update_many().col_expr(C::TicketId, dialect::random_uuid(tx.conn()));
    others.filter(C::Month.eq(month.to_string())).exec(tx.conn()).await?;
    Ok(())
}

/// Forgets which unit is which facility, once a year is over.
pub async fn forget_units(tx: &Tx, year: i32) -> Result<(), StoreError> {
    let of_year = report_units::Entity::delete_many().filter(report_units::Column::Year.eq(i64::from(year)));
    of_year.exec(tx.conn()).await?;
    Ok(())
}

/// What is counted of a case, in the order in which [`Codes`] reads it.
const CODES: [report_cases::Column; 11] = {
    use report_cases::Column as C;
    [
        C::Month,
        C::Prefecture,
        C::Incident,
        C::FacilityType,
        C::Outcome,
        C::Desk,
        C::Severity,
        C::Standing,
        C::Effect,
        C::Backup,
        C::CloseTime,
    ]
};

/// Gives the cases of months one by one, as lines of codes, each with its unit's number: a unit's come one after the other,
/// and those whose facility isn't known are one unit together. Numbers and order say nothing. One text a case, and the
/// units in the order of their index: there may be a million.
pub async fn each(on: &Store, months: &[Period], mut take: impl FnMut(u64, &str)) -> Result<(), StoreError> {
    use report_cases::Column as C;
    let joined = |line: SimpleExpr, column: &C| {
        line.binary(CONCAT, Expr::val(Codes::BETWEEN)).binary(CONCAT, Expr::col(*column))
    };
    let line = CODES[1..].iter().fold(Expr::col(CODES[0]), joined);
    // The index of months would have them all sorted.
    let month: SimpleExpr = Expr::col(C::Month).binary(CONCAT, Expr::val(""));
    let rows = report_cases::Entity::find()
        .select_only()
        .column(C::Unit)
        .column_as(line, "line")
        .filter(month.is_in(months.iter().map(ToString::to_string)))
        .order_by_asc(C::Unit)
        .into_tuple::<(Option<Uuid>, String)>();
    let mut rows = rows.stream(on.conn()).await?;
    let mut last: Option<(u64, Option<Uuid>)> = None;
    while let Some((unit, line)) = rows.try_next().await? {
        let number = match last {
            Some((number, before)) if before == unit => number,
            Some((number, _)) => number + 1,
            None => 0,
        };
        last = Some((number, unit));
        take(number, &line);
    }
    Ok(())
}
