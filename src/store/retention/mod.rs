//! What is over, a page at a time. Each room erases its own (`tickets::erase`, `calls::erase`, `claims::erase`,
//! `members::erase`), and beside it stands what only served for a while (`passing`).

pub mod marks;
pub mod nights;
pub mod passing;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::{call_docs, call_tickets, calls, claims, holds, tickets};
use super::{Access, StoreError};
use crate::domain::calls::CallState;
use crate::domain::claims::ClaimState;
use crate::domain::retention::Holds;
use crate::domain::time::Span;

/// A thing whose clock started, as a page of candidates holds it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Its id.
    pub id: Uuid,
    /// When its clock started.
    pub started_at: DateTime<Utc>,
    /// The facility it names.
    pub facility_id: Option<Uuid>,
    /// Its version as it was read: a hold placed meanwhile makes another one.
    pub version: i64,
}

/// Where the page before ended.
pub type After = Option<(DateTime<Utc>, Uuid)>;

/// Tickets that ended in a stretch and still hold what is personal, oldest first.
pub async fn tickets(
    on: &impl Access,
    (from, until): Span,
    after: After,
    size: u64,
) -> Result<Vec<Candidate>, StoreError> {
    use tickets::Column as C;
    type Row = (Uuid, Option<DateTime<Utc>>, Option<Uuid>, i64);
    let mut which = Condition::all().add(C::ErasedOn.is_null()).add(C::ClosedAt.gte(from)).add(C::ClosedAt.lt(until));
    if let Some((at, id)) = after {
        which = which.add(C::ClosedAt.gt(at).or(C::ClosedAt.eq(at).and(C::Id.gt(id))));
    }
    let rows: Vec<Row> = tickets::Entity::find()
        .select_only()
        .columns([C::Id, C::ClosedAt, C::FacilityId, C::Version])
        .filter(which)
        .order_by_asc(C::ClosedAt)
        .order_by_asc(C::Id)
        .limit(size)
        .into_tuple()
        .all(on.conn())
        .await?;
    let candidate =
        |(id, at, facility_id, version): Row| at.map(|started_at| Candidate { id, started_at, facility_id, version });
    Ok(rows.into_iter().filter_map(candidate).collect())
}

/// Tickets that went into one that ended in a stretch and is erased, behind an id: they never end by themselves, and
/// what started the other's clock started theirs.
pub async fn parts(
    on: &impl Access,
    (from, until): Span,
    after: Option<Uuid>,
    size: u64,
) -> Result<Vec<Candidate>, StoreError> {
    use tickets::Column as C;
    let erased = Query::select()
        .column(C::Id)
        .from(tickets::Entity)
        .and_where(Expr::col(C::ErasedOn).is_not_null())
        .and_where(Expr::col(C::ClosedAt).gte(from))
        .and_where(Expr::col(C::ClosedAt).lt(until))
        .to_owned();
    let rows: Vec<(Uuid, Option<Uuid>, i64)> = tickets::Entity::find()
        .select_only()
        .columns([C::Id, C::FacilityId, C::Version])
        .filter(C::MergedInto.in_subquery(erased))
        .filter(C::ErasedOn.is_null())
        .filter(C::Id.gt(after.unwrap_or_default()))
        .order_by_asc(C::Id)
        .limit(size)
        .into_tuple()
        .all(on.conn())
        .await?;
    let candidate = |(id, facility_id, version)| Candidate { id, started_at: from, facility_id, version };
    Ok(rows.into_iter().map(candidate).collect())
}

/// What holds some tickets back; what holds a ticket that went into another holds that one too.
pub async fn holds_of(on: &impl Access, candidates: &[Candidate]) -> Result<Vec<Holds>, StoreError> {
    let ids: Vec<Uuid> = candidates.iter().map(|c| c.id).collect();
    let facilities: Vec<Uuid> = candidates.iter().filter_map(|c| c.facility_id).collect();
    let mut placed = placed_on(on, &ids).await?;
    placed.extend(placed_on_parts(on, &ids).await?);
    let open = ClaimState::ALL.into_iter().filter(|state| !state.is_ended()).map(ClaimState::code);
    let claimed: Vec<(Option<Uuid>, Uuid)> = claims::Entity::find()
        .select_only()
        .columns([claims::Column::TicketId, claims::Column::FacilityId])
        .filter(claims::Column::State.is_in(open))
        .filter(
            Condition::any()
                .add(claims::Column::TicketId.is_in(ids.iter().copied()))
                .add(claims::Column::FacilityId.is_in(facilities)),
        )
        .into_tuple()
        .all(on.conn())
        .await?;
    let talking = Query::select()
        .column(calls::Column::Id)
        .from(calls::Entity)
        .and_where(Expr::col(calls::Column::State).eq(CallState::Open.code()))
        .to_owned();
    let in_use: Vec<Uuid> = call_tickets::Entity::find()
        .select_only()
        .column(call_tickets::Column::TicketId)
        .filter(call_tickets::Column::TicketId.is_in(ids))
        .filter(call_tickets::Column::CallId.in_subquery(talking))
        .into_tuple()
        .all(on.conn())
        .await?;
    let claims_it = |c: &Candidate| claimed.iter().any(|(t, f)| *t == Some(c.id) || Some(*f) == c.facility_id);
    Ok(candidates
        .iter()
        .map(|c| Holds { placed: placed.contains(&c.id), open_claim: claims_it(c), in_use: in_use.contains(&c.id) })
        .collect())
}

/// Which of some tickets somebody placed a hold on that stands.
pub async fn placed_on(on: &impl Access, tickets: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    Ok(holds::Entity::find()
        .select_only()
        .column(holds::Column::TicketId)
        .filter(holds::Column::TicketId.is_in(tickets.iter().copied()))
        .filter(holds::Column::LiftedAt.is_null())
        .into_tuple()
        .all(on.conn())
        .await?)
}

/// Which of some tickets another one went into that somebody placed a hold on.
async fn placed_on_parts(on: &impl Access, tickets: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    let held = Query::select()
        .column(holds::Column::TicketId)
        .from(holds::Entity)
        .and_where(Expr::col(holds::Column::LiftedAt).is_null())
        .to_owned();
    let into: Vec<Option<Uuid>> = tickets::Entity::find()
        .select_only()
        .column(tickets::Column::MergedInto)
        .filter(tickets::Column::MergedInto.is_in(tickets.iter().copied()))
        .filter(tickets::Column::Id.in_subquery(held))
        .into_tuple()
        .all(on.conn())
        .await?;
    Ok(into.into_iter().flatten().collect())
}

/// Calls that ended in a stretch and led to no ticket, behind a document's number: each has a document in the search,
/// which goes when the call gets a ticket or is erased.
pub async fn calls_alone(
    on: &impl Access,
    (from, until): Span,
    after: i64,
    size: u64,
) -> Result<Vec<(i64, Candidate)>, StoreError> {
    use call_docs::Column as C;
    let ended = || Expr::col((calls::Entity, calls::Column::EndedAt));
    let mut query = call_docs::Entity::find()
        .select_only()
        .columns([C::Number, C::CallId])
        .expr(ended())
        .filter(C::Number.gt(after))
        .filter(ended().gte(from).and(ended().lt(until)))
        .order_by_asc(C::Number)
        .limit(size);
    let same = Expr::col((calls::Entity, calls::Column::Id)).equals((call_docs::Entity, C::CallId));
    QuerySelect::query(&mut query).inner_join(calls::Entity, same);
    let rows: Vec<(i64, Uuid, DateTime<Utc>)> = query.into_tuple().all(on.conn()).await?;
    let candidate = |(number, id, started_at)| (number, Candidate { id, started_at, facility_id: None, version: 0 });
    Ok(rows.into_iter().map(candidate).collect())
}

/// Calls that nobody answered, of a stretch: they have no document.
pub async fn calls_missed(on: &impl Access, (from, until): Span, size: u64) -> Result<Vec<Candidate>, StoreError> {
    use calls::Column as C;
    let rows: Vec<(Uuid, DateTime<Utc>)> = calls::Entity::find()
        .select_only()
        .columns([C::Id, C::ArrivedAt])
        .filter(C::State.eq(CallState::Missed.code()))
        .filter(C::ArrivedAt.gte(from))
        .filter(C::ArrivedAt.lt(until))
        .filter(C::ErasedOn.is_null())
        .order_by_asc(C::ArrivedAt)
        .limit(size)
        .into_tuple()
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(|(id, started_at)| Candidate { id, started_at, facility_id: None, version: 0 }).collect())
}

/// A claim that has ended and still names its facility.
#[derive(Debug, Clone, Copy)]
pub struct EndedClaim {
    /// Its id.
    pub id: Uuid,
    /// Its ticket.
    pub ticket_id: Option<Uuid>,
    /// Its facility.
    pub facility_id: Uuid,
    /// The day it was received.
    pub received_on: NaiveDate,
    /// The day it was paid, refused or withdrawn.
    pub ended_on: NaiveDate,
}

/// Claims that were received before a day and have ended, oldest first, behind one.
pub async fn claims(
    on: &impl Access,
    received_before: NaiveDate,
    after: Option<(NaiveDate, Uuid)>,
    size: u64,
) -> Result<Vec<EndedClaim>, StoreError> {
    use claims::Column as C;
    let ended = ClaimState::ALL.into_iter().filter(|state| state.is_ended()).map(ClaimState::code);
    let mut which =
        Condition::all().add(C::ReceivedOn.lt(received_before)).add(C::ErasedOn.is_null()).add(C::State.is_in(ended));
    if let Some((day, id)) = after {
        which = which.add(C::ReceivedOn.gt(day).or(C::ReceivedOn.eq(day).and(C::Id.gt(id))));
    }
    let query = claims::Entity::find().filter(which).order_by_asc(C::ReceivedOn).order_by_asc(C::Id).limit(size);
    let claim = |row: claims::Model| EndedClaim {
        id: row.id,
        ticket_id: row.ticket_id,
        facility_id: row.facility_id,
        received_on: row.received_on,
        ended_on: row.paid_on.or(row.decided_on).unwrap_or(row.received_on),
    };
    Ok(query.all(on.conn()).await?.into_iter().map(claim).collect())
}
