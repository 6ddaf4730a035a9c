//! Tickets and their timeline.

pub mod callback;
pub mod escalation;
pub mod hold;
pub mod remote;
pub mod task;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{call_tickets, calls, entries, tickets};
use super::{Access, StoreError, Tx, dialect, search};
use crate::domain::id::{AccountId, CallId, EntryId, FacilityId, MemberId, TicketId};
use crate::domain::page::Page;
use crate::domain::tickets::{Entry, EntryKind, StatusKind, Ticket, TicketNo};
use crate::domain::verification::record::VerificationOutcome;

/// A line of a list.
#[derive(Debug, Clone, FromQueryResult)]
pub struct TicketLine {
    /// Its id.
    pub id: Uuid,
    /// The number's key.
    pub number: i64,
    /// Desk code.
    pub desk: String,
    /// The facility, once known.
    pub facility_id: Option<Uuid>,
    /// The facility's name.
    pub facility_name: String,
    /// Incident code.
    pub incident: String,
    /// Severity code.
    pub severity: String,
    /// State code.
    pub state: String,
    /// Who owns it.
    pub owner_id: Option<Uuid>,
    /// What was recorded about the caller.
    pub verification: String,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When anything last happened to it.
    pub last_event_at: DateTime<Utc>,
}

impl TicketLine {
    /// The number people say.
    pub fn no(&self) -> TicketNo {
        TicketNo::from_key(self.number)
    }

    /// Where it stands; an unknown code counts as just received.
    pub fn status(&self) -> StatusKind {
        StatusKind::parse(&self.state).unwrap_or(StatusKind::Received)
    }
}

/// What a list shows. Everything is an enumerated code or an id.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// State codes; empty: all.
    pub states: Vec<StatusKind>,
    /// Incident code.
    pub incident: Option<String>,
    /// Severity code.
    pub severity: Option<String>,
    /// Desk code.
    pub desk: Option<String>,
    /// Owner.
    pub owner: Option<AccountId>,
    /// Numbers older than this.
    pub before: Option<i64>,
}

/// The next number of a year.
pub async fn next_number(tx: &Tx, year: i32) -> Result<TicketNo, StoreError> {
    let serial = dialect::next_serial(tx.conn(), year).await?;
    Ok(TicketNo::new(year, serial.ok_or(StoreError::Corrupt("the year's serial"))?))
}

fn ticket(row: tickets::Model) -> Result<Ticket, StoreError> {
    Ok(Ticket {
        id: TicketId(row.id),
        number: TicketNo::from_key(row.number),
        desk: row.desk,
        facility_id: row.facility_id.map(FacilityId),
        member_id: row.member_id.map(MemberId),
        facility_name: row.facility_name,
        prefecture: row.prefecture,
        facility_kind: row.facility_kind,
        incident: row.incident,
        severity: row.severity,
        summary: row.summary,
        state: serde_json::from_value(row.state_evidence).map_err(|_| StoreError::Corrupt("tickets.state_evidence"))?,
        version: row.version,
        owner_id: row.owner_id.map(AccountId),
        verification: VerificationOutcome::parse(&row.verification),
        tier: u8::try_from(row.tier).unwrap_or(1),
        opened_at: row.opened_at,
        opened_by: AccountId(row.opened_by),
        opened_on: row.opened_on,
        closed_at: row.closed_at,
        last_event_at: row.last_event_at,
        erased_on: row.erased_on,
    })
}

/// A row for a new ticket.
pub fn row(new: &Ticket) -> tickets::ActiveModel {
    tickets::ActiveModel {
        id: Set(new.id.0),
        number: Set(new.number.as_key()),
        desk: Set(new.desk.clone()),
        facility_id: Set(new.facility_id.map(|f| f.0)),
        member_id: Set(new.member_id.map(|m| m.0)),
        facility_name: Set(new.facility_name.clone()),
        prefecture: Set(new.prefecture.clone()),
        facility_kind: Set(new.facility_kind.clone()),
        incident: Set(new.incident.clone()),
        severity: Set(new.severity.clone()),
        summary: Set(new.summary.clone()),
        state: Set(new.state.code().into()),
        state_evidence: Set(serde_json::json!(new.state)),
        version: Set(new.version),
        owner_id: Set(new.owner_id.map(|o| o.0)),
        verification: Set(new.verification.code().into()),
        provisional: Set(new.verification == VerificationOutcome::Provisional),
        result: Set(None),
        tier: Set(i64::from(new.tier)),
        opened_at: Set(new.opened_at),
        opened_by: Set(new.opened_by.0),
        opened_on: Set(new.opened_on),
        closed_at: Set(new.closed_at),
        last_event_at: Set(new.last_event_at),
        erased_on: Set(new.erased_on),
    }
}

/// Adds a ticket.
pub async fn add(tx: &Tx, new: &Ticket) -> Result<(), StoreError> {
    tickets::Entity::insert(row(new)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A ticket by the number people say.
pub async fn find(on: &impl Access, no: TicketNo) -> Result<Option<Ticket>, StoreError> {
    let row = tickets::Entity::find().filter(tickets::Column::Number.eq(no.as_key())).one(on.conn()).await?;
    row.map(ticket).transpose()
}

/// Saves a ticket that was read at `version`; false when somebody else moved it meanwhile.
pub async fn save(tx: &Tx, now: &Ticket, version: i64) -> Result<bool, StoreError> {
    let mut changed = row(now);
    changed.version = Set(version + 1);
    let result = match &now.state.at {
        crate::domain::tickets::state::Status::Done { result } => Some(result.clone()),
        _ => None,
    };
    changed.result = Set(result);
    let done = tickets::Entity::update_many()
        .set(changed)
        .filter(tickets::Column::Id.eq(now.id.0))
        .filter(tickets::Column::Version.eq(version))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that something happened to a ticket; false when its period ended meanwhile.
pub async fn touch(tx: &Tx, id: TicketId, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = tickets::Entity::update_many()
        .col_expr(tickets::Column::LastEventAt, Expr::value(at))
        .filter(tickets::Column::Id.eq(id.0))
        .filter(tickets::Column::ErasedOn.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

fn lines() -> sea_orm::Select<tickets::Entity> {
    use tickets::Column as C;
    tickets::Entity::find().select_only().columns([
        C::Id,
        C::Number,
        C::Desk,
        C::FacilityId,
        C::FacilityName,
        C::Incident,
        C::Severity,
        C::State,
        C::OwnerId,
        C::Verification,
        C::OpenedAt,
        C::LastEventAt,
    ])
}

/// A page of tickets, newest number first.
pub async fn list(on: &impl Access, filter: &TicketFilter, size: u64) -> Result<Page<TicketLine>, StoreError> {
    use tickets::Column as C;
    let mut which = Condition::all();
    if !filter.states.is_empty() {
        which = which.add(C::State.is_in(filter.states.iter().map(|kind| kind.code())));
        // Of all that somebody ever had only the open ones are read through (`ix_tickets_open`).
        if !filter.states.iter().any(|kind| kind.is_end()) {
            which = which.add(C::ClosedAt.is_null());
        }
    }
    let codes = [(C::Incident, &filter.incident), (C::Severity, &filter.severity), (C::Desk, &filter.desk)];
    for (column, code) in codes {
        if let Some(code) = code {
            which = which.add(column.eq(code));
        }
    }
    if let Some(owner) = filter.owner {
        which = which.add(C::OwnerId.eq(owner.0));
    }
    if let Some(before) = filter.before {
        which = which.add(C::Number.lt(before));
    }
    let rows = lines().filter(which).order_by_desc(C::Number).limit(size + 1).into_model().all(on.conn()).await?;
    Ok(Page::cut(rows, size, |line: &TicketLine| line.number))
}

/// The lines of these numbers, newest first.
pub async fn of_numbers(on: &impl Access, numbers: &[i64]) -> Result<Vec<TicketLine>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let which = tickets::Column::Number.is_in(numbers.iter().copied());
    Ok(lines().filter(which).order_by_desc(tickets::Column::Number).into_model().all(on.conn()).await?)
}

/// Tickets that are still open for a facility, or for a number that rang about them; newest first.
pub async fn open_for(
    on: &impl Access,
    facility: Option<FacilityId>,
    digits: &str,
) -> Result<Vec<TicketLine>, StoreError> {
    use tickets::Column as C;
    let mut whose = Condition::any();
    let mut asked = false;
    if let Some(facility) = facility {
        whose = whose.add(C::FacilityId.eq(facility.0));
        asked = true;
    }
    if digits.len() >= 6 {
        let rang = Query::select()
            .column((call_tickets::Entity, call_tickets::Column::TicketId))
            .from(call_tickets::Entity)
            .inner_join(
                calls::Entity,
                Expr::col((calls::Entity, calls::Column::Id))
                    .equals((call_tickets::Entity, call_tickets::Column::CallId)),
            )
            .and_where(Expr::col((calls::Entity, calls::Column::NumberDigits)).eq(digits))
            .to_owned();
        whose = whose.add(C::Id.in_subquery(rang));
        asked = true;
    }
    if !asked {
        return Ok(Vec::new());
    }
    let query = lines()
        .filter(whose)
        .filter(C::State.is_not_in(StatusKind::ENDS.map(StatusKind::code)))
        .order_by_desc(C::Number)
        .limit(5);
    Ok(query.into_model().all(on.conn()).await?)
}

/// The tickets a call concerns.
pub async fn of_call(on: &impl Access, call: CallId) -> Result<Vec<TicketLine>, StoreError> {
    let linked = Query::select()
        .column(call_tickets::Column::TicketId)
        .from(call_tickets::Entity)
        .and_where(Expr::col(call_tickets::Column::CallId).eq(call.0))
        .to_owned();
    let query = lines().filter(tickets::Column::Id.in_subquery(linked)).order_by_asc(tickets::Column::Number);
    Ok(query.into_model().all(on.conn()).await?)
}

/// The tickets of several calls, as pairs of call and ticket number.
pub async fn of_calls(on: &impl Access, ids: Vec<Uuid>) -> Result<Vec<(Uuid, TicketNo)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let links = call_tickets::Entity::find().filter(call_tickets::Column::CallId.is_in(ids)).all(on.conn()).await?;
    let which = tickets::Column::Id.is_in(links.iter().map(|l| l.ticket_id));
    let numbers: Vec<(Uuid, i64)> = tickets::Entity::find()
        .select_only()
        .columns([tickets::Column::Id, tickets::Column::Number])
        .filter(which)
        .into_tuple()
        .all(on.conn())
        .await?;
    let number = |id: Uuid| numbers.iter().find(|(i, _)| *i == id).map(|(_, n)| TicketNo::from_key(*n));
    Ok(links.iter().filter_map(|l| number(l.ticket_id).map(|n| (l.call_id, n))).collect())
}

/// Ties a call to a ticket, which it's found by from now on; saying so twice is no harm.
pub async fn link_call(tx: &Tx, call: CallId, ticket: TicketId) -> Result<(), StoreError> {
    let row = call_tickets::ActiveModel { call_id: Set(call.0), ticket_id: Set(ticket.0) };
    call_tickets::Entity::insert_many([row]).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
    search::forget_call(tx, call).await
}

/// The calls of a ticket, oldest first.
pub async fn calls_of(
    on: &impl Access,
    ticket: TicketId,
) -> Result<Vec<(CallId, DateTime<Utc>, String, String)>, StoreError> {
    let linked = Query::select()
        .column(call_tickets::Column::CallId)
        .from(call_tickets::Entity)
        .and_where(Expr::col(call_tickets::Column::TicketId).eq(ticket.0))
        .to_owned();
    let rows = calls::Entity::find()
        .filter(calls::Column::Id.in_subquery(linked))
        .order_by_asc(calls::Column::ArrivedAt)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(|c| (CallId(c.id), c.arrived_at, c.number, c.caller_name)).collect())
}

fn entry(row: entries::Model) -> Entry {
    Entry {
        id: EntryId(row.id),
        ticket_id: row.ticket_id.map(TicketId),
        call_id: row.call_id.map(CallId),
        kind: EntryKind::parse(&row.kind),
        occurred_at: row.occurred_at,
        entered_at: row.entered_at,
        entered_by: AccountId(row.entered_by),
        body: row.body,
        data: row.data,
    }
}

/// Appends an entry.
pub async fn append(tx: &Tx, new: &Entry) -> Result<(), StoreError> {
    entries::Entity::insert(entry_row(new)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A row for a new entry.
pub fn entry_row(new: &Entry) -> entries::ActiveModel {
    entries::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.map(|t| t.0)),
        call_id: Set(new.call_id.map(|c| c.0)),
        kind: Set(new.kind.code().into()),
        occurred_at: Set(new.occurred_at),
        entered_at: Set(new.entered_at),
        entered_by: Set(new.entered_by.0),
        body: Set(new.body.clone()),
        data: Set(new.data.clone()),
    }
}

/// A ticket's timeline: its own entries, and those of its calls that belong to no ticket alone; by event time.
/// Two look-ups by their own indexes: in one with OR, SQLite would walk the entries of every call without a ticket.
pub async fn timeline(on: &impl Access, ticket: TicketId, calls: &[CallId]) -> Result<Vec<Entry>, StoreError> {
    use entries::Column as C;
    let mut all = by_time(on, Condition::all().add(C::TicketId.eq(ticket.0))).await?;
    if !calls.is_empty() {
        let said = by_time(on, Condition::all().add(C::CallId.is_in(calls.iter().map(|c| c.0)))).await?;
        all.extend(said.into_iter().filter(|entry| entry.ticket_id.is_none()));
        all.sort_by_key(|entry| (entry.occurred_at, entry.entered_at, entry.id));
    }
    Ok(all)
}

/// What was said on a call, by event time.
pub async fn said_on(on: &impl Access, call: CallId) -> Result<Vec<Entry>, StoreError> {
    by_time(on, Condition::all().add(entries::Column::CallId.eq(call.0))).await
}

async fn by_time(on: &impl Access, which: Condition) -> Result<Vec<Entry>, StoreError> {
    use entries::Column as C;
    let query = entries::Entity::find()
        .filter(which)
        .order_by_asc(C::OccurredAt)
        .order_by_asc(C::EnteredAt)
        .order_by_asc(C::Id);
    Ok(query.all(on.conn()).await?.into_iter().map(entry).collect())
}

/// Tickets opened on a Tokyo day or waiting in these states: how many, counted to a thousand.
pub async fn count(on: &impl Access, states: &[StatusKind], opened_on: Option<NaiveDate>) -> Result<u64, StoreError> {
    let mut query = tickets::Entity::find().select_only().column(tickets::Column::Number);
    if !states.is_empty() {
        query = query.filter(tickets::Column::State.is_in(states.iter().map(|kind| kind.code())));
    }
    if let Some(day) = opened_on {
        query = query.filter(tickets::Column::OpenedOn.eq(day));
    }
    let rows: Vec<i64> = query.limit(crate::domain::page::COUNT_LIMIT).into_tuple().all(on.conn()).await?;
    Ok(rows.len() as u64)
}

/// A ticket by its id.
pub async fn find_by_id(on: &impl Access, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    tickets::Entity::find_by_id(id.0).one(on.conn()).await?.map(ticket).transpose()
}

/// The lines of these tickets, newest first.
pub async fn of_ids(on: &impl Access, ids: Vec<Uuid>) -> Result<Vec<TicketLine>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(lines()
        .filter(tickets::Column::Id.is_in(ids))
        .order_by_desc(tickets::Column::Number)
        .into_model()
        .all(on.conn())
        .await?)
}
