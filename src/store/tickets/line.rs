//! Lists of tickets: by filter, by number, by facility, by call.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::access::actor::Action;
use crate::domain::id::{AccountId, CallId, FacilityId, TicketId};
use crate::domain::page::Page;
use crate::domain::telephone::TELLING;
use crate::domain::tickets::line::{TicketFilter, TicketLine, Whose};
use crate::domain::tickets::{StatusKind, TicketNo};
use crate::domain::verification::record::VerificationOutcome;
use crate::store::entity::{accounts, call_tickets, calls, tickets};
use crate::store::{Access, StoreError};

/// A line as it is read; no more of a ticket than that.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    number: i64,
    facility_id: Option<Uuid>,
    facility_name: String,
    incident: String,
    severity: String,
    state: String,
    owner_id: Option<Uuid>,
    verification: String,
    opened_at: DateTime<Utc>,
    last_event_at: DateTime<Utc>,
    merged_into: Option<Uuid>,
}

impl From<Row> for TicketLine {
    fn from(row: Row) -> Self {
        Self {
            id: TicketId(row.id),
            number: TicketNo::from_key(row.number),
            facility_id: row.facility_id.map(FacilityId),
            facility_name: row.facility_name,
            incident: row.incident,
            severity: row.severity,
            // An unknown code counts as just received, so that somebody looks.
            status: StatusKind::parse(&row.state).unwrap_or(StatusKind::Received),
            owner_id: row.owner_id.map(AccountId),
            verification: VerificationOutcome::parse(&row.verification),
            opened_at: row.opened_at,
            last_event_at: row.last_event_at,
            merged_into: row.merged_into.map(TicketId),
        }
    }
}

async fn read(on: &impl Access, query: Select<tickets::Entity>) -> Result<Vec<TicketLine>, StoreError> {
    let rows: Vec<Row> = query.into_model().all(on.conn()).await?;
    Ok(rows.into_iter().map(TicketLine::from).collect())
}

fn lines() -> Select<tickets::Entity> {
    use tickets::Column as C;
    tickets::Entity::find().select_only().columns([
        C::Id,
        C::Number,
        C::FacilityId,
        C::FacilityName,
        C::Incident,
        C::Severity,
        C::State,
        C::OwnerId,
        C::Verification,
        C::OpenedAt,
        C::LastEventAt,
        C::MergedInto,
    ])
}

fn of(whose: Whose) -> Condition {
    use tickets::Column as C;
    match whose {
        Whose::Of(owner) => Condition::all().add(C::OwnerId.eq(owner.0)),
        Whose::Nobody => Condition::all().add(C::OwnerId.is_null()),
        Whose::Ended(now) => Condition::all().add(C::OwnerId.in_subquery(who_ended(now))),
        Whose::Ownerless(now) => Condition::any().add(C::OwnerId.is_null()).add(C::OwnerId.in_subquery(who_ended(now))),
    }
}

/// Accounts of people who work on tickets no longer ([`Account::works_on_tickets`]).
///
/// [`Account::works_on_tickets`]: crate::domain::accounts::account::Account::works_on_tickets
fn who_ended(now: DateTime<Utc>) -> sea_orm::sea_query::SelectStatement {
    use accounts::Column as A;
    let works = Action::TicketWork.roles().iter().map(|role| role.code());
    let ended =
        Condition::any().add(A::DisabledAt.is_not_null()).add(A::ExpiresAt.lte(now)).add(A::Role.is_not_in(works));
    Query::select().column(A::Id).from(accounts::Entity).cond_where(ended).to_owned()
}

/// A page of tickets, newest number first.
pub async fn list(on: &impl Access, filter: &TicketFilter, size: u64) -> Result<Page<TicketLine>, StoreError> {
    use tickets::Column as C;
    let mut which = Condition::all();
    if !filter.states.is_empty() {
        which = which.add(C::State.is_in(filter.states.iter().map(|kind| kind.code())));
        // Of all that somebody ever had only the open ones are read through (`ix_tickets_open`).
        if !filter.states.iter().any(|kind| kind.is_end()) {
            which = which.add(C::ClosedAt.is_null()).add(C::MergedInto.is_null());
        }
    }
    let codes = [(C::Incident, &filter.incident), (C::Severity, &filter.severity)];
    for (column, code) in codes {
        if let Some(code) = code {
            which = which.add(column.eq(code));
        }
    }
    if let Some(whose) = filter.owner {
        which = which.add(of(whose));
    }
    if let Some(tier) = filter.tier {
        // What waits for tier 2 is its already.
        let asked = C::State.eq(StatusKind::Escalated.code());
        which = which.add(match tier {
            1 => Condition::all().add(C::Tier.eq(1)).add(asked.not()),
            tier => Condition::any().add(C::Tier.eq(i64::from(tier))).add(asked),
        });
    }
    if let Some(day) = filter.opened_on {
        which = which.add(C::OpenedOn.eq(day));
    }
    if let Some(before) = filter.before {
        which = which.add(C::Number.lt(before));
    }
    let rows = read(on, lines().filter(which).order_by_desc(C::Number).limit(size + 1)).await?;
    Ok(Page::cut(rows, size, |line| line.number.as_key()))
}

/// The lines of these numbers, newest first.
pub async fn of_numbers(on: &impl Access, numbers: &[i64]) -> Result<Vec<TicketLine>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let which = tickets::Column::Number.is_in(numbers.iter().copied());
    read(on, lines().filter(which).order_by_desc(tickets::Column::Number)).await
}

/// Tickets that are still open for a facility, or for a number that rang about them; newest first.
pub async fn open_for(
    on: &impl Access,
    facility: Option<FacilityId>,
    key: &str,
) -> Result<Vec<TicketLine>, StoreError> {
    use tickets::Column as C;
    let mut whose = Condition::any();
    let mut asked = false;
    if let Some(facility) = facility {
        whose = whose.add(C::FacilityId.eq(facility.0));
        asked = true;
    }
    if key.len() >= TELLING {
        let rang = Query::select()
            .column((call_tickets::Entity, call_tickets::Column::TicketId))
            .from(call_tickets::Entity)
            .inner_join(
                calls::Entity,
                Expr::col((calls::Entity, calls::Column::Id))
                    .equals((call_tickets::Entity, call_tickets::Column::CallId)),
            )
            .and_where(Expr::col((calls::Entity, calls::Column::NumberKey)).eq(key))
            .to_owned();
        // A call about what went into another ticket is about that one.
        let went_into = Query::select()
            .column(C::MergedInto)
            .from(tickets::Entity)
            .and_where(Expr::col(C::Id).in_subquery(rang.clone()))
            .and_where(Expr::col(C::MergedInto).is_not_null())
            .to_owned();
        whose = whose.add(C::Id.in_subquery(rang)).add(C::Id.in_subquery(went_into));
        asked = true;
    }
    if !asked {
        return Ok(Vec::new());
    }
    let query = lines()
        .filter(whose)
        .filter(C::State.is_not_in(StatusKind::ENDS.map(StatusKind::code)))
        .filter(C::MergedInto.is_null())
        .order_by_desc(C::Number)
        .limit(5);
    read(on, query).await
}

/// The tickets a call concerns; the one it was tied to last comes last.
pub async fn of_call(on: &impl Access, call: CallId) -> Result<Vec<TicketLine>, StoreError> {
    let places: HashMap<Uuid, i64> = call_tickets::Entity::find()
        .filter(call_tickets::Column::CallId.eq(call.0))
        .all(on.conn())
        .await?
        .into_iter()
        .map(|link| (link.ticket_id, link.place))
        .collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let query = lines().filter(tickets::Column::Id.is_in(places.keys().copied()));
    let mut lines = read(on, query).await?;
    lines.sort_by_key(|line| (places.get(&line.id.0).copied(), line.number.as_key()));
    Ok(lines)
}

/// The lines of these tickets, newest first.
pub async fn of_ids(on: &impl Access, ids: Vec<TicketId>) -> Result<Vec<TicketLine>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let which = tickets::Column::Id.is_in(ids.iter().map(|id| id.0));
    read(on, lines().filter(which).order_by_desc(tickets::Column::Number)).await
}
