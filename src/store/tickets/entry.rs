//! Timelines.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, CallId, EntryId, TicketId};
use crate::domain::tickets::{Entry, EntryKind};
use crate::store::entity::entries;
use crate::store::{Access, StoreError, Tx};

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

/// Lines by which a ticket's state, what was said and what went into it are told. It's the condition of an index, which
/// a database uses only for a statement that says the same.
const TELLING: &str = "kind IN ('card', 'changed', 'opened', 'transition')";

/// The newest lines of a ticket's timeline, so many at most, and how many are older; of a longer one the older lines that
/// tell where the ticket stands come first.
pub async fn newest(
    on: &impl Access,
    ticket: TicketId,
    calls: &[CallId],
    most: u64,
) -> Result<(Vec<Entry>, u64), StoreError> {
    use entries::Column as C;
    let own = || entries::Entity::find().filter(C::TicketId.eq(ticket.0));
    let query = own().order_by_desc(C::OccurredAt).order_by_desc(C::EnteredAt).order_by_desc(C::Id).limit(most + 1);
    let mut newest: Vec<Entry> = query.all(on.conn()).await?.into_iter().map(entry).collect();
    let mut older = 0;
    if newest.len() as u64 > most {
        newest.pop();
        let shown: Vec<Uuid> = newest.iter().map(|entry| entry.id.0).collect();
        let telling = own().filter(Expr::cust(TELLING)).limit(1_000).all(on.conn()).await?;
        newest.extend(telling.into_iter().filter(|row| !shown.contains(&row.id)).map(entry));
        older = own().count(on.conn()).await?.saturating_sub(newest.len() as u64);
    }
    if !calls.is_empty() {
        let said = by_time(on, Condition::all().add(C::CallId.is_in(calls.iter().map(|c| c.0)))).await?;
        newest.extend(said.into_iter().filter(|entry| entry.ticket_id.is_none()));
    }
    newest.sort_by_key(|entry| (entry.occurred_at, entry.entered_at, entry.id));
    Ok((newest, older))
}

/// The line of a ticket's timeline that was written last.
pub async fn last_written(on: &impl Access, ticket: TicketId) -> Result<Option<Entry>, StoreError> {
    use entries::Column as C;
    let query =
        entries::Entity::find().filter(C::TicketId.eq(ticket.0)).order_by_desc(C::EnteredAt).order_by_desc(C::Id);
    Ok(query.one(on.conn()).await?.map(entry))
}

/// The line that a ticket was opened with, where it was opened for this call.
pub async fn opening(on: &impl Access, ticket: TicketId, call: CallId) -> Result<Option<Entry>, StoreError> {
    use entries::Column as C;
    let query = entries::Entity::find()
        .filter(C::CallId.eq(call.0))
        .filter(C::TicketId.eq(ticket.0))
        .filter(C::Kind.eq(EntryKind::Opened.code()));
    Ok(query.one(on.conn()).await?.map(entry))
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

/// Takes the words out of a ticket's timeline; what kind of thing happened when stays.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    empty(tx, Condition::all().add(entries::Column::TicketId.eq(ticket))).await
}

/// The same of what was said on calls and stands on no ticket.
pub(in crate::store) async fn erase_said_on(tx: &Tx, calls: &[Uuid]) -> Result<(), StoreError> {
    use entries::Column as C;
    let theirs = Condition::all().add(C::CallId.is_in(calls.iter().copied())).add(C::TicketId.is_null());
    empty(tx, theirs).await
}

async fn empty(tx: &Tx, which: Condition) -> Result<(), StoreError> {
    let all = entries::Entity::update_many().col_expr(entries::Column::Body, Expr::value(""));
    all.filter(which).exec(tx.conn()).await?;
    Ok(())
}
