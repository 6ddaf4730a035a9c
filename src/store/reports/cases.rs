//! What reports count: tickets as they stood when their month, or their quarter, was over.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef, TryInsertResult};
use uuid::Uuid;

use crate::domain::referrals::FirmKind;
use crate::domain::reports::{FacilityType, UNKNOWN};
use crate::domain::reports::{Kept, Outcome, Period};
use crate::domain::tickets::StatusKind;
use crate::store::entity::{
    call_tickets, calls, facility_marks, referrals, remote_sessions, report_cases, report_cuts, report_units, tickets,
};
use crate::store::retention::marks::Shelf;
use crate::store::{Access, StoreError, Tx};

/// Rows that are written at once.
const ROWS: usize = 500;

/// A ticket as it stands: whose it is, and what is counted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The ticket.
    pub ticket: Uuid,
    /// The facility, or the mark that stands for it; none where it isn't known.
    pub facility: Option<Uuid>,
    /// What is counted.
    pub kept: Kept,
}

/// Takes a period as over, once: false where it was taken already, which stands.
pub async fn cut(tx: &Tx, period: Period, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = report_cuts::ActiveModel { period: Set(period.to_string()), cut_at: Set(at) };
    let rows = report_cuts::Entity::insert_many([row]).on_conflict_do_nothing();
    Ok(matches!(rows.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(1..)))
}

/// Tickets opened in a month, as they stand. Two tickets of one matter are one case.
pub async fn received(on: &impl Access, month: Period) -> Result<Vec<Received>, StoreError> {
    use tickets::Column as C;
    type Row = (Uuid, Option<Uuid>, String, String, String, String, i64, String, String);
    let (from, until) = month.days();
    let facility = || Expr::col((tickets::Entity, C::FacilityId));
    let marked = |column| Expr::col((facility_marks::Entity, column));
    let whose = Func::coalesce([marked(facility_marks::Column::Mark), facility()]);
    let mut query = tickets::Entity::find().select_only().column(C::Id).column_as(Expr::expr(whose), "whose");
    let columns = [C::Prefecture, C::Incident, C::FacilityKind, C::Desk, C::Tier, C::Severity, C::State];
    query = columns.into_iter().fold(query, QuerySelect::column);
    query = within(query, from, until).filter(C::MergedInto.is_null()).order_by_asc(C::Id);
    let same = marked(facility_marks::Column::FacilityId)
        .eq(facility())
        .and(marked(facility_marks::Column::Shelf).eq(Shelf::Tickets.code()));
    QuerySelect::query(&mut query).left_join(facility_marks::Entity, same);
    let rows: Vec<Row> = query.into_tuple().all(on.conn()).await?;
    let (standings, beside) = (standings(on, month).await?, Beside::of(on, month).await?);
    let known = |code: &str| if code.is_empty() { UNKNOWN.to_owned() } else { code.to_owned() };
    let read = |(ticket, facility, prefecture, incident, kind, desk, tier, severity, state): Row| {
        let status = StatusKind::parse(&state).ok_or(StoreError::Corrupt("tickets.state"))?;
        let tier = u8::try_from(tier).unwrap_or(u8::MAX);
        let kept = Kept {
            month,
            prefecture: known(&prefecture),
            incident: known(&incident),
            facility_type: FacilityType::of(&kind).code().to_owned(),
            outcome: beside.outcome(ticket, status, tier).code().to_owned(),
            desk,
            tier: tier.to_string(),
            severity: known(&severity),
            standing: standings.get(&ticket).cloned().unwrap_or_else(|| UNKNOWN.to_owned()),
        };
        Ok(Received { ticket, facility, kept })
    };
    rows.into_iter().map(read).collect()
}

fn within<Q: QueryFilter>(query: Q, from: NaiveDate, until: NaiveDate) -> Q {
    query.filter(tickets::Column::OpenedOn.gte(from)).filter(tickets::Column::OpenedOn.lt(until))
}

fn ticket_of<E: EntityTrait>(column: E::Column) -> RelationDef {
    E::belongs_to(tickets::Entity).from(column).to(tickets::Column::Id).into()
}

/// Who called, on the first call that says so.
async fn standings(on: &impl Access, month: Period) -> Result<HashMap<Uuid, String>, StoreError> {
    let (from, until) = month.days();
    let to_call: RelationDef =
        call_tickets::Entity::belongs_to(calls::Entity).from(call_tickets::Column::CallId).to(calls::Column::Id).into();
    let query = call_tickets::Entity::find()
        .select_only()
        .column(call_tickets::Column::TicketId)
        .column(calls::Column::CallerStanding)
        .join(JoinType::InnerJoin, ticket_of::<call_tickets::Entity>(call_tickets::Column::TicketId))
        .join(JoinType::InnerJoin, to_call)
        .filter(calls::Column::CallerStanding.is_not_null())
        .order_by_desc(calls::Column::ArrivedAt);
    let rows: Vec<(Uuid, String)> = within(query, from, until).into_tuple().all(on.conn()).await?;
    Ok(rows.into_iter().collect())
}

/// What beside the ticket says how far it went.
struct Beside {
    remote: HashMap<Uuid, i64>,
    introduced: HashMap<Uuid, Vec<FirmKind>>,
}

impl Beside {
    async fn of(on: &impl Access, month: Period) -> Result<Self, StoreError> {
        let (from, until) = month.days();
        let sessions = remote_sessions::Entity::find()
            .select_only()
            .column(remote_sessions::Column::TicketId)
            .column_as(remote_sessions::Column::Id.count(), "sessions")
            .join(JoinType::InnerJoin, ticket_of::<remote_sessions::Entity>(remote_sessions::Column::TicketId))
            .group_by(remote_sessions::Column::TicketId);
        let sessions: Vec<(Uuid, i64)> = within(sessions, from, until).into_tuple().all(on.conn()).await?;
        let firms = referrals::Entity::find()
            .select_only()
            .columns([referrals::Column::TicketId, referrals::Column::Kind])
            .join(JoinType::InnerJoin, ticket_of::<referrals::Entity>(referrals::Column::TicketId))
            .filter(referrals::Column::IntroducedAt.is_not_null());
        let firms: Vec<(Uuid, String)> = within(firms, from, until).into_tuple().all(on.conn()).await?;
        let mut introduced: HashMap<Uuid, Vec<FirmKind>> = HashMap::new();
        for (ticket, kind) in firms {
            introduced.entry(ticket).or_default().extend(FirmKind::parse(&kind));
        }
        Ok(Self { remote: sessions.into_iter().collect(), introduced })
    }

    fn outcome(&self, ticket: Uuid, status: StatusKind, tier: u8) -> Outcome {
        let introduced = self.introduced.get(&ticket).map_or(&[][..], Vec::as_slice);
        Outcome::of(status, tier, self.remote.contains_key(&ticket), introduced)
    }
}

/// Keeps them for counting.
pub async fn keep(tx: &Tx, received: Vec<(Uuid, Option<Uuid>, Kept)>) -> Result<(), StoreError> {
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
        tier: Set(kept.tier),
        severity: Set(kept.severity),
        standing: Set(kept.standing),
        outcome: Set(kept.outcome),
    }
}

/// Writes how a month's cases ended, as it is at their quarter's end.
pub async fn settle(tx: &Tx, month: Period) -> Result<(), StoreError> {
    use report_cases::Column as C;
    let mut by_outcome: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for one in received(tx, month).await? {
        by_outcome.entry(one.kept.outcome).or_default().push(one.ticket);
    }
    for (outcome, tickets) in by_outcome {
        for some in tickets.chunks(ROWS) {
            report_cases::Entity::update_many()
                .col_expr(C::Outcome, Expr::value(&outcome))
                .filter(C::TicketId.is_in(some.iter().copied()))
                .filter(C::Month.eq(month.to_string()))
                .exec(tx.conn())
                .await?;
        }
    }
    Ok(())
}

/// Which unit each facility is in a year; those that are new get one.
pub async fn units(
    tx: &Tx,
    year: i32,
    facilities: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Uuid>, StoreError> {
    use report_units::Column as C;
    let rows = report_units::Entity::find().filter(C::Year.eq(i64::from(year))).all(tx.conn()).await?;
    let mut units: HashMap<Uuid, Uuid> = rows.into_iter().map(|row| (row.facility_id, row.unit)).collect();
    let mut new = Vec::new();
    for facility in facilities {
        units.entry(facility).or_insert_with(|| {
            let unit = Uuid::new_v4();
            let (year, facility_id) = (Set(i64::from(year)), Set(facility));
            new.push(report_units::ActiveModel { year, facility_id, unit: Set(unit) });
            unit
        });
    }
    for some in new.chunks(ROWS) {
        report_units::Entity::insert_many(some.to_vec()).exec_without_returning(tx.conn()).await?;
    }
    Ok(units)
}

/// Forgets which unit is which facility, and which case which ticket, once a year is over.
pub async fn forget_units(tx: &Tx, year: i32) -> Result<(), StoreError> {
    use report_cases::Column as C;
    let of_cases = report_cases::Entity::find().select_only().column(C::TicketId);
    let of_cases = of_cases.filter(C::Month.starts_with(format!("{year:04}-")));
    let tickets: Vec<Uuid> = of_cases.into_tuple().all(tx.conn()).await?;
    for ticket in tickets {
        let one = report_cases::Entity::update_many().col_expr(C::TicketId, Expr::value(Uuid::new_v4()));
        one.filter(C::TicketId.eq(ticket)).exec(tx.conn()).await?;
    }
    let of_year = report_units::Entity::delete_many().filter(report_units::Column::Year.eq(i64::from(year)));
    of_year.exec(tx.conn()).await?;
    Ok(())
}

/// The cases of months as they are kept, unit by unit: those whose facility isn't known are one unit together, which
/// comes last. Units stand in an order that says nothing.
pub async fn by_unit(on: &impl Access, months: &[Period]) -> Result<Vec<Vec<Kept>>, StoreError> {
    use report_cases::Column as C;
    let which = C::Month.is_in(months.iter().map(ToString::to_string));
    let rows = report_cases::Entity::find().filter(which).order_by_asc(C::TicketId).all(on.conn()).await?;
    let (mut known, mut unknown) = (BTreeMap::<Uuid, Vec<Kept>>::new(), Vec::new());
    for row in rows {
        let unit = row.unit;
        let kept = kept(row)?;
        match unit {
            Some(unit) => known.entry(unit).or_default().push(kept),
            None => unknown.push(kept),
        }
    }
    Ok(known.into_values().chain((!unknown.is_empty()).then_some(unknown)).collect())
}

fn kept(row: report_cases::Model) -> Result<Kept, StoreError> {
    Ok(Kept {
        month: row.month.parse().map_err(|_| StoreError::Corrupt("report_cases.month"))?,
        prefecture: row.prefecture,
        incident: row.incident,
        facility_type: row.facility_type,
        outcome: row.outcome,
        desk: row.desk,
        tier: row.tier,
        severity: row.severity,
        standing: row.standing,
    })
}
