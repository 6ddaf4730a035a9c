//! Call-backs that were promised.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, CallId, CallbackId, TicketId};
use crate::domain::tickets::callback::{Callback, InVain};
use crate::store::entity::callbacks;
use crate::store::{Access, StoreError, Tx};

fn callback(row: callbacks::Model) -> Callback {
    Callback {
        id: CallbackId(row.id),
        ticket_id: row.ticket_id.map(TicketId),
        call_id: CallId(row.call_id),
        due_at: row.due_at,
        who: row.who,
        number: row.number,
        note: row.note,
        made_by: AccountId(row.made_by),
        taken_by: row.taken_by.map(AccountId),
        kept_at: row.kept_at,
        tries: row.tries,
        tried: row.tried_at.zip(InVain::parse(&row.tried_as)),
    }
}

/// Makes a callback.
pub async fn add(tx: &Tx, new: &Callback) -> Result<(), StoreError> {
    let row = callbacks::ActiveModel {
        id: Set(new.id.0),
        ticket_id: Set(new.ticket_id.map(|t| t.0)),
        call_id: Set(new.call_id.0),
        due_at: Set(new.due_at),
        who: Set(new.who.clone()),
        number: Set(new.number.clone()),
        note: Set(new.note.clone()),
        made_by: Set(new.made_by.0),
        kept_at: Set(new.kept_at),
        kept_by: Set(None),
        tries: Set(new.tries),
        tried_at: Set(new.tried.map(|(at, _)| at)),
        tried_as: Set(new.tried.map_or_else(String::new, |(_, why)| why.code().into())),
        taken_by: Set(new.taken_by.map(|by| by.0)),
    };
    callbacks::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Marks a callback as kept; false when it was already.
pub async fn keep(tx: &Tx, id: CallbackId, at: DateTime<Utc>, by: Uuid) -> Result<bool, StoreError> {
    use callbacks::Column as C;
    let done = callbacks::Entity::update_many()
        .col_expr(C::KeptAt, Expr::value(Some(at)))
        .col_expr(C::KeptBy, Expr::value(Some(by)))
        .filter(C::Id.eq(id.0))
        .filter(C::KeptAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Opens anew what of a ticket somebody marked as kept at a moment; which those are.
pub async fn reopen(tx: &Tx, ticket: TicketId, at: DateTime<Utc>, by: Uuid) -> Result<Vec<CallbackId>, StoreError> {
    use callbacks::Column as C;
    let such = Condition::all().add(C::TicketId.eq(ticket.0)).add(C::KeptAt.eq(at)).add(C::KeptBy.eq(by));
    let query = callbacks::Entity::find().select_only().column(C::Id).filter(such.clone()).order_by_asc(C::Id);
    let found: Vec<Uuid> = query.into_tuple().all(tx.conn()).await?;
    callbacks::Entity::update_many()
        .col_expr(C::KeptAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(C::KeptBy, Expr::value(None::<Uuid>))
        .filter(such)
        .exec(tx.conn())
        .await?;
    Ok(found.into_iter().map(CallbackId).collect())
}

/// Notes who rings from now on; false when it was kept already, or somebody else took it meanwhile.
pub async fn take(tx: &Tx, was: &Callback, by: AccountId) -> Result<bool, StoreError> {
    use callbacks::Column as C;
    let all = callbacks::Entity::update_many().col_expr(C::TakenBy, Expr::value(Some(by.0)));
    let as_seen = match was.taken_by {
        Some(taken) => C::TakenBy.eq(taken.0),
        None => C::TakenBy.is_null(),
    };
    let done = all.filter(C::Id.eq(was.id.0)).filter(C::KeptAt.is_null()).filter(as_seen).exec(tx.conn()).await?;
    Ok(done.rows_affected == 1)
}

/// How many call-backs are still to be made by whom.
pub async fn open_of_each(on: &impl Access) -> Result<Vec<(AccountId, u64)>, StoreError> {
    use callbacks::Column as C;
    let rows: Vec<(Option<Uuid>, Uuid)> = callbacks::Entity::find()
        .select_only()
        .columns([C::TakenBy, C::MadeBy])
        .filter(C::KeptAt.is_null())
        .into_tuple()
        .all(on.conn())
        .await?;
    let mut counts: HashMap<AccountId, u64> = HashMap::new();
    for (taken, made) in rows {
        *counts.entry(AccountId(taken.unwrap_or(made))).or_default() += 1;
    }
    Ok(counts.into_iter().collect())
}

/// What somebody was to make, another one makes from now on; how many.
pub async fn hand_on(tx: &Tx, from: AccountId, to: AccountId) -> Result<u64, StoreError> {
    use callbacks::Column as C;
    let promised = Condition::all().add(C::TakenBy.is_null()).add(C::MadeBy.eq(from.0));
    let theirs = Condition::any().add(C::TakenBy.eq(from.0)).add(promised);
    let all = callbacks::Entity::update_many().col_expr(C::TakenBy, Expr::value(Some(to.0)));
    Ok(all.filter(C::KeptAt.is_null()).filter(theirs).exec(tx.conn()).await?.rows_affected)
}

/// Notes that somebody tried in vain; false when it was kept already.
pub async fn tried(tx: &Tx, id: CallbackId, at: DateTime<Utc>, why: InVain) -> Result<bool, StoreError> {
    use callbacks::Column as C;
    let done = callbacks::Entity::update_many()
        .col_expr(C::Tries, Expr::col(C::Tries).add(1))
        .col_expr(C::TriedAt, Expr::value(Some(at)))
        .col_expr(C::TriedAs, Expr::value(why.code()))
        .filter(C::Id.eq(id.0))
        .filter(C::KeptAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// A callback by its id.
pub async fn find(on: &impl Access, id: CallbackId) -> Result<Option<Callback>, StoreError> {
    Ok(callbacks::Entity::find_by_id(id.0).one(on.conn()).await?.map(callback))
}

/// Callbacks not kept yet that fall due before an instant, soonest first.
pub async fn due(on: &impl Access, until: DateTime<Utc>) -> Result<Vec<Callback>, StoreError> {
    use callbacks::Column as C;
    let rows = callbacks::Entity::find()
        .filter(C::KeptAt.is_null())
        .filter(C::DueAt.lt(until))
        .order_by_asc(C::DueAt)
        .limit(200)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(callback).collect())
}

/// Callbacks on these tickets that aren't kept yet, soonest first.
pub async fn of(on: &impl Access, tickets: Vec<Uuid>) -> Result<Vec<Callback>, StoreError> {
    use callbacks::Column as C;
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let rows = callbacks::Entity::find()
        .filter(C::TicketId.is_in(tickets))
        .filter(C::KeptAt.is_null())
        .order_by_asc(C::DueAt)
        .all(on.conn())
        .await?;
    Ok(rows.into_iter().map(callback).collect())
}

/// Takes out of call-backs who was to be called, where and about what.
pub(in crate::store) async fn erase(tx: &Tx, which: Condition) -> Result<(), StoreError> {
    use callbacks::Column as C;
    let mut all = callbacks::Entity::update_many().filter(which);
    for column in [C::Who, C::Number, C::Note] {
        all = all.col_expr(column, Expr::value(""));
    }
    all.exec(tx.conn()).await?;
    Ok(())
}
