//! Tickets and their timeline.

pub mod callback;
pub mod draft;
pub(in crate::store) mod entry;
pub mod erase;
pub mod escalation;
pub mod evidence_gate;
pub mod hold;
mod line;
mod link;
pub mod merge;
pub mod presence;
pub mod remote;
pub mod task;
pub mod watch;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use uuid::Uuid;

use super::entity::tickets;
use super::{Access, StoreError, Tx, dialect};
use crate::domain::desks::DeskCode;
use crate::domain::id::{AccountId, FacilityId, MemberId, TicketId};
use crate::domain::tickets::{StatusKind, Ticket, TicketNo};
use crate::domain::verification::record::VerificationOutcome;

pub use entry::{append, entry_row, last_written, newest, opening, said_on, timeline};
pub use line::{list, of_call, of_ids, of_numbers, open_for};
pub use link::{calls_of, link_call, of_calls};

/// The next number of a year.
pub async fn next_number(tx: &Tx, year: i32) -> Result<TicketNo, StoreError> {
    let serial = dialect::next_serial(tx.conn(), year).await?;
    Ok(TicketNo::new(year, serial.ok_or(StoreError::Corrupt("the year's serial"))?))
}

fn ticket(row: tickets::Model) -> Result<Ticket, StoreError> {
    Ok(Ticket {
        id: TicketId(row.id),
        number: TicketNo::from_key(row.number),
        desk: DeskCode::parse(&row.desk).ok_or(StoreError::Corrupt("tickets.desk"))?,
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
        merged_into: row.merged_into.map(TicketId),
    })
}

/// A row for a new ticket.
pub fn row(new: &Ticket) -> tickets::ActiveModel {
    tickets::ActiveModel {
        id: Set(new.id.0),
        number: Set(new.number.as_key()),
        desk: Set(new.desk.code().into()),
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
        merged_into: Set(new.merged_into.map(|into| into.0)),
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

/// The ticket, which stays as it is until this transaction ends: locks its row.
pub async fn locked(tx: &Tx, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    tickets::Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await?.map(ticket).transpose()
}

/// Saves a ticket that was read at `version`; false when somebody else moved it meanwhile. What its call's sheet tells of
/// it stays: [`describe`] and [`name_facility`] write that.
pub async fn save(tx: &Tx, now: &Ticket, version: i64) -> Result<bool, StoreError> {
    let mut changed = row(now);
    changed.version = Set(version + 1);
    (changed.summary, changed.facility_name) = (NotSet, NotSet);
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

/// Writes what a ticket is about as its call's sheet tells it. Not a move: whoever has the ticket open may go on, unless
/// incident or severity changed (`counts`).
pub async fn describe(tx: &Tx, now: &Ticket, counts: bool) -> Result<(), StoreError> {
    use tickets::Column as C;
    let mut told = tickets::Entity::update_many()
        .col_expr(C::Summary, Expr::value(&now.summary))
        .col_expr(C::FacilityName, Expr::value(&now.facility_name))
        .col_expr(C::LastEventAt, Expr::value(now.last_event_at));
    if counts {
        told = told
            .col_expr(C::Incident, Expr::value(&now.incident))
            .col_expr(C::Severity, Expr::value(&now.severity))
            .col_expr(C::Version, Expr::col(C::Version).add(1));
        escalation::regrade(tx, now.id, &now.severity).await?;
    }
    told.filter(C::Id.eq(now.id.0)).filter(C::ErasedOn.is_null()).exec(tx.conn()).await?;
    Ok(())
}

/// Writes what a ticket's facility is called, once it was found in the directory.
pub async fn name_facility(tx: &Tx, now: &Ticket) -> Result<(), StoreError> {
    let named = tickets::Entity::update_many()
        .col_expr(tickets::Column::FacilityName, Expr::value(&now.facility_name))
        .filter(tickets::Column::Id.eq(now.id.0));
    named.exec(tx.conn()).await?;
    Ok(())
}

/// Notes that something happened to a ticket; false when its period ended meanwhile. To whoever did it, it's no news.
pub async fn touch(tx: &Tx, id: TicketId, by: AccountId, at: DateTime<Utc>) -> Result<bool, StoreError> {
    watch::seen(tx, id, by, at).await?;
    let done = tickets::Entity::update_many()
        .col_expr(tickets::Column::LastEventAt, Expr::value(at))
        .filter(tickets::Column::Id.eq(id.0))
        .filter(tickets::Column::ErasedOn.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Tickets opened on a Tokyo day or waiting in these states: how many, counted to a thousand.
pub async fn count(on: &impl Access, states: &[StatusKind], opened_on: Option<NaiveDate>) -> Result<u64, StoreError> {
    let mut query = tickets::Entity::find().select_only().column(tickets::Column::Number);
    if !states.is_empty() {
        query = query.filter(tickets::Column::State.is_in(states.iter().map(|kind| kind.code())));
        query = query.filter(tickets::Column::MergedInto.is_null());
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

/// How many open tickets each owner has.
pub async fn open_of_each(on: &impl Access) -> Result<Vec<(AccountId, u64)>, StoreError> {
    use tickets::Column as C;
    let rows: Vec<(Uuid, i64)> = tickets::Entity::find()
        .select_only()
        .column(C::OwnerId)
        .expr(Expr::col(C::Id).count())
        .filter(C::ClosedAt.is_null())
        .filter(C::MergedInto.is_null())
        .filter(C::OwnerId.is_not_null())
        .group_by(C::OwnerId)
        .into_tuple()
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(|(owner, count)| (AccountId(owner), u64::try_from(count).unwrap_or_default())).collect())
}
