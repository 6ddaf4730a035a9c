//! What reports count of tickets, as they stand: those of a month that is over, those that were found later, and those
//! that are kept for a month.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef};
use uuid::Uuid;

use crate::domain::calls::Direction;
use crate::domain::incidents::Fact;
use crate::domain::referrals::FirmKind;
use crate::domain::reports::{Answered, CloseTime, FacilityType, Kept, Outcome, Period, UNKNOWN, Went};
use crate::domain::tickets::StatusKind;
use crate::domain::time::{day_start, tokyo_day};
use crate::store::entity::{
    call_tickets, calls, escalations, facilities, facility_marks, incident_facts, referrals, remote_sessions,
    report_cases, report_counted, report_cuts, tickets,
};
use crate::store::retention::marks::Shelf;
use crate::store::{Access, StoreError};

/// How many tickets are read at once.
const AT_ONCE: u64 = 5_000;

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

/// Tickets to be counted in a month, as they stand, two tickets of one matter being one case: those opened in it, and those
/// of months whose cases are kept already that nobody counted: written down late, or not one matter after all. As many at a
/// time as are read at once, in the order of their ids, from after one on; none at the end.
pub async fn of_month(on: &impl Access, month: Period, after: Option<Uuid>) -> Result<Vec<Received>, StoreError> {
    use tickets::Column as C;
    let (from, until) = month.days();
    let mut within = Condition::any().add(C::OpenedOn.gte(from).and(C::OpenedOn.lt(until)));
    if let Some(late) = late(on, month).await? {
        within = within.add(late);
    }
    let counted = Query::select().column(report_counted::Column::TicketId).from(report_counted::Entity).to_owned();
    let new = Condition::all().add(within).add(C::Id.not_in_subquery(counted));
    such(on, month, until, new, after).await
}

/// The tickets whose cases are kept for a month, as they stand, but for those that went into others since; as many at a
/// time.
pub async fn kept_for(on: &impl Access, month: Period, after: Option<Uuid>) -> Result<Vec<Received>, StoreError> {
    let kept = Query::select()
        .column(report_cases::Column::TicketId)
        .from(report_cases::Entity)
        .and_where(report_cases::Column::Month.eq(month.to_string()))
        .to_owned();
    let over = month.whole().unwrap_or(month).days().1;
    such(on, month, over, Condition::all().add(tickets::Column::Id.in_subquery(kept)), after).await
}

/// Tickets opened in months before that were taken as over, and to which something happened since the last of them was:
/// none where there is no such month.
async fn late(on: &impl Access, month: Period) -> Result<Option<Condition>, StoreError> {
    use tickets::Column as C;
    let cuts = report_cuts::Entity::find().all(on.conn()).await?;
    let earlier: Vec<(Period, DateTime<Utc>)> = cuts
        .into_iter()
        .filter_map(|cut| Some((cut.period.parse::<Period>().ok()?, cut.cut_at)))
        .filter(|(period, _)| period.parts().is_empty() && period.days().1 <= month.days().0)
        .collect();
    let Some(last) = earlier.iter().map(|(_, at)| *at).max() else { return Ok(None) };
    let spans = joined(earlier.iter().map(|(period, _)| period.days()).collect());
    let opened = spans
        .into_iter()
        .fold(Condition::any(), |any, (from, until)| any.add(C::OpenedOn.gte(from).and(C::OpenedOn.lt(until))));
    Ok(Some(Condition::all().add(C::LastEventAt.gte(last)).add(opened)))
}

/// Stretches of days, those that touch as one.
fn joined(days: BTreeSet<(NaiveDate, NaiveDate)>) -> Vec<(NaiveDate, NaiveDate)> {
    let mut joined: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for (from, until) in days {
        match joined.last_mut() {
            Some(last) if last.1 == from => last.1 = until,
            _ => joined.push((from, until)),
        }
    }
    joined
}

/// A ticket's id and its facility, what is counted of it, and its days.
type Row = (Uuid, Option<Uuid>, String, String, String, String, i64, String, String, NaiveDate, Option<DateTime<Utc>>);

/// Tickets to be counted for a month, as they are before a day.
async fn such(
    on: &impl Access,
    month: Period,
    before: NaiveDate,
    which: Condition,
    after: Option<Uuid>,
) -> Result<Vec<Received>, StoreError> {
    use tickets::Column as C;
    let which = which.add(C::MergedInto.is_null());
    let which = after.into_iter().fold(which, |which, after| which.add(C::Id.gt(after)));
    let facility = || Expr::col((tickets::Entity, C::FacilityId));
    let marked = |column| Expr::col((facility_marks::Entity, column));
    let whose = Func::coalesce([marked(facility_marks::Column::Mark), facility()]);
    let mut query = tickets::Entity::find().select_only().column(C::Id).column_as(Expr::expr(whose), "whose");
    let columns = [C::Prefecture, C::Incident, C::FacilityKind, C::Desk, C::Tier, C::Severity, C::State];
    query = columns.into_iter().chain([C::OpenedOn, C::ClosedAt]).fold(query, QuerySelect::column);
    query = query.filter(which.clone()).order_by_asc(C::Id).limit(AT_ONCE);
    let same = marked(facility_marks::Column::FacilityId)
        .eq(facility())
        .and(marked(facility_marks::Column::Shelf).eq(Shelf::Tickets.code()));
    QuerySelect::query(&mut query).left_join(facility_marks::Entity, same);
    let rows: Vec<Row> = query.into_tuple().all(on.conn()).await?;
    let Some(last) = rows.last().map(|row| row.0) else { return Ok(Vec::new()) };
    let until = day_start(before);
    let beside = Beside::of(on, which.add(C::Id.lte(last)), until).await?;
    let known = |code: &str| if code.is_empty() { UNKNOWN.to_owned() } else { code.to_owned() };
    let read =
        |(ticket, facility, prefecture, incident, kind, desk, tier, severity, state, opened_on, closed_at): Row| {
            let status = StatusKind::parse(&state).ok_or(StoreError::Corrupt("tickets.state"))?;
            let went = beside.went(ticket, status, (u8::try_from(tier).unwrap_or(u8::MAX), closed_at));
            let kept = Kept {
                month,
                prefecture: known(&prefecture),
                incident: known(&incident),
                facility_type: FacilityType::of(&kind).code().to_owned(),
                outcome: Outcome::before(&went, until).code().to_owned(),
                desk,
                severity: known(&severity),
                standing: beside.standing.get(&ticket).cloned().unwrap_or_else(|| UNKNOWN.to_owned()),
                effect: beside.fact(ticket, Fact::Care),
                backup: beside.fact(ticket, Fact::Backup),
                close_time: CloseTime::of(opened_on, closed_at.filter(|at| *at < until).map(tokyo_day))
                    .code()
                    .to_owned(),
            };
            Ok(Received { ticket, facility, kept })
        };
    rows.into_iter().map(read).collect()
}

/// What beside the tickets says how far each went. Of a ticket that went into another it's said of that one.
struct Beside {
    asked: HashMap<Uuid, DateTime<Utc>>,
    remote: HashMap<Uuid, DateTime<Utc>>,
    introduced: HashMap<Uuid, Vec<(FirmKind, DateTime<Utc>)>>,
    standing: HashMap<Uuid, String>,
    facts: HashMap<(Uuid, String), String>,
}

/// The ticket that a matter stands on.
fn matter() -> SimpleExpr {
    let column = |column| Expr::col((tickets::Entity, column));
    Func::coalesce([column(tickets::Column::MergedInto), column(tickets::Column::Id)]).into()
}

fn ticket_of<E: EntityTrait>(column: E::Column) -> RelationDef {
    E::belongs_to(tickets::Entity).from(column).to(tickets::Column::Id).into()
}

impl Beside {
    /// Of facts what was told until a moment.
    async fn of(on: &impl Access, which: Condition, until: DateTime<Utc>) -> Result<Self, StoreError> {
        let these =
            Query::select().column(tickets::Column::Id).from(tickets::Entity).cond_where(which.clone()).to_owned();
        // Of these, or of what went into one of them.
        let within = Condition::any().add(which).add(tickets::Column::MergedInto.in_subquery(these));
        let sessions = remote_sessions::Entity::find()
            .select_only()
            .column_as(matter(), "matter")
            .column_as(remote_sessions::Column::StartedAt.min(), "first")
            .join(JoinType::InnerJoin, ticket_of::<remote_sessions::Entity>(remote_sessions::Column::TicketId))
            .filter(within.clone())
            .group_by(matter());
        let sessions: Vec<(Uuid, DateTime<Utc>)> = sessions.into_tuple().all(on.conn()).await?;
        let asked = escalations::Entity::find()
            .select_only()
            .column_as(matter(), "matter")
            .column_as(escalations::Column::RequestedAt.min(), "first")
            .join(JoinType::InnerJoin, ticket_of::<escalations::Entity>(escalations::Column::TicketId))
            .filter(within.clone())
            .group_by(matter());
        let asked: Vec<(Uuid, DateTime<Utc>)> = asked.into_tuple().all(on.conn()).await?;
        let firms = referrals::Entity::find()
            .select_only()
            .column_as(matter(), "matter")
            .columns([referrals::Column::Kind, referrals::Column::IntroducedAt])
            .join(JoinType::InnerJoin, ticket_of::<referrals::Entity>(referrals::Column::TicketId))
            .filter(referrals::Column::IntroducedAt.is_not_null())
            .filter(within.clone());
        let firms: Vec<(Uuid, String, DateTime<Utc>)> = firms.into_tuple().all(on.conn()).await?;
        let mut introduced: HashMap<Uuid, Vec<(FirmKind, DateTime<Utc>)>> = HashMap::new();
        for (ticket, kind, at) in firms {
            introduced.entry(ticket).or_default().extend(FirmKind::parse(&kind).map(|kind| (kind, at)));
        }
        let told = incident_facts::Entity::find()
            .select_only()
            .column_as(matter(), "matter")
            .columns([incident_facts::Column::Fact, incident_facts::Column::Value])
            .join(JoinType::InnerJoin, ticket_of::<incident_facts::Entity>(incident_facts::Column::TicketId))
            .filter(incident_facts::Column::Fact.is_in([Fact::Care, Fact::Backup].map(Fact::code)))
            .filter(incident_facts::Column::ToldAt.lt(until))
            .filter(within.clone())
            // What was told last counts.
            .order_by_asc(incident_facts::Column::ToldAt);
        let told: Vec<(Uuid, String, String)> = told.into_tuple().all(on.conn()).await?;
        Ok(Self {
            asked: asked.into_iter().collect(),
            remote: sessions.into_iter().collect(),
            introduced,
            standing: standings(on, within).await?,
            facts: told.into_iter().map(|(ticket, fact, value)| ((ticket, fact), value)).collect(),
        })
    }

    fn went(&self, ticket: Uuid, status: StatusKind, (tier, closed_at): (u8, Option<DateTime<Utc>>)) -> Went {
        Went {
            status,
            tier,
            closed_at,
            asked_at: self.asked.get(&ticket).copied(),
            remote_at: self.remote.get(&ticket).copied(),
            introduced: self.introduced.get(&ticket).cloned().unwrap_or_default(),
        }
    }

    /// A fact's code; that nobody can tell is not known.
    fn fact(&self, ticket: Uuid, fact: Fact) -> String {
        let told = self.facts.get(&(ticket, fact.code().to_owned())).map_or("", String::as_str);
        if matches!(told, "" | "unknown") { UNKNOWN.to_owned() } else { told.to_owned() }
    }
}

/// Who called, on the first call that says so.
async fn standings(on: &impl Access, within: Condition) -> Result<HashMap<Uuid, String>, StoreError> {
    let to_call: RelationDef =
        call_tickets::Entity::belongs_to(calls::Entity).from(call_tickets::Column::CallId).to(calls::Column::Id).into();
    let query = call_tickets::Entity::find()
        .select_only()
        .column_as(matter(), "matter")
        .column(calls::Column::CallerStanding)
        .join(JoinType::InnerJoin, ticket_of::<call_tickets::Entity>(call_tickets::Column::TicketId))
        .join(JoinType::InnerJoin, to_call)
        .filter(calls::Column::CallerStanding.is_not_null())
        .filter(within)
        .order_by_desc(calls::Column::ArrivedAt);
    let rows: Vec<(Uuid, String)> = query.into_tuple().all(on.conn()).await?;
    Ok(rows.into_iter().collect())
}

/// Calls of a month that were answered, each conversation once.
pub async fn answered(on: &impl Access, month: Period) -> Result<Vec<Answered>, StoreError> {
    use calls::Column as C;
    type Row = (DateTime<Utc>, DateTime<Utc>, Option<DateTime<Utc>>, bool);
    let (from, until) = month.days();
    let query = calls::Entity::find()
        .select_only()
        .columns([C::ArrivedAt, C::AnsweredAt, C::EndedAt, C::OutOfHours])
        .filter(C::ArrivedOn.gte(from).and(C::ArrivedOn.lt(until)))
        .filter(C::AnsweredAt.is_not_null())
        .filter(C::PartOf.is_null())
        .filter(C::Direction.eq(Direction::Inbound.code()));
    let rows: Vec<Row> = query.into_tuple().all(on.conn()).await?;
    let call = |(arrived_at, answered_at, ended_at, out_of_hours): Row| Answered {
        arrived_at,
        spoken: ended_at.map(|ended_at| (answered_at, ended_at)),
        out_of_hours,
    };
    Ok(rows.into_iter().map(call).collect())
}

/// How many facilities stand in the directory.
pub async fn facilities_listed(on: &impl Access) -> Result<u64, StoreError> {
    use facilities::Column as C;
    let query = facilities::Entity::find().select_only().column_as(C::Id.count(), "n").filter(C::GoneOn.is_null());
    let n: Option<i64> = query.into_tuple().one(on.conn()).await?;
    Ok(n.and_then(|n| u64::try_from(n).ok()).unwrap_or_default())
}
