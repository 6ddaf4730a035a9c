//! Tries at the number: what was tried on a sheet, and the misses of accounts, tokens and sheets. Kept here, so that
//! all instances and the next start know who waits and who is stopped.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::CallId;
use crate::domain::matching::Heard;
use crate::domain::verification::tries::{Subject, Tally, Try};
use crate::store::entity::{number_tallies, number_tries, numbers_heard};
use crate::store::{Access, StoreError, Tx};

/// The misses of a subject, and who is behind them.
#[derive(Debug, Clone)]
pub struct Counted {
    /// What kind of subject.
    pub kind: Subject,
    /// The account, token or call.
    pub subject: Uuid,
    /// The account behind its last miss, where one is known.
    pub person: Option<Uuid>,
    /// The misses.
    pub tally: Tally,
}

fn counted(row: number_tallies::Model) -> Result<Counted, StoreError> {
    Ok(Counted {
        kind: Subject::parse(&row.kind).ok_or(StoreError::Corrupt("number_tallies.kind"))?,
        subject: row.subject_id,
        person: row.person_id,
        tally: Tally {
            level: row.level,
            counted_at: row.counted_at,
            waits_until: row.waits_until,
            stopped_at: row.stopped_at,
        },
    })
}

/// Takes a subject's row for this transaction, so that tries at the same moment follow each other, and reads it.
pub async fn take(tx: &Tx, kind: Subject, subject: Uuid, now: DateTime<Utc>) -> Result<Counted, StoreError> {
    use number_tallies::Column as C;
    let row = number_tallies::ActiveModel {
        subject_id: Set(subject),
        kind: Set(kind.code().into()),
        person_id: Set(None),
        level: Set(0),
        counted_at: Set(now),
        waits_until: Set(None),
        stopped_at: Set(None),
    };
    // An update that changes nothing takes the row's lock.
    let same = OnConflict::columns([C::SubjectId, C::Kind]).value(C::SubjectId, subject).to_owned();
    number_tallies::Entity::insert(row).on_conflict(same).exec_without_returning(tx.conn()).await?;
    find(tx, kind, subject).await?.ok_or(StoreError::Corrupt("number_tallies"))
}

/// The misses of a subject, if any were ever counted.
pub async fn find(on: &impl Access, kind: Subject, subject: Uuid) -> Result<Option<Counted>, StoreError> {
    let key = (subject, kind.code().to_owned());
    number_tallies::Entity::find_by_id(key).one(on.conn()).await?.map(counted).transpose()
}

/// Writes a subject's misses.
pub async fn put(tx: &Tx, now: &Counted) -> Result<(), StoreError> {
    let row = number_tallies::ActiveModel {
        subject_id: Set(now.subject),
        kind: Set(now.kind.code().into()),
        person_id: Set(now.person),
        level: Set(now.tally.level),
        counted_at: Set(now.tally.counted_at),
        waits_until: Set(now.tally.waits_until),
        stopped_at: Set(now.tally.stopped_at),
    };
    number_tallies::Entity::update(row).exec(tx.conn()).await?;
    Ok(())
}

/// Who is stopped, the longest first, a hundred at most.
pub async fn stopped(on: &impl Access) -> Result<Vec<Counted>, StoreError> {
    use number_tallies::Column as C;
    let query = number_tallies::Entity::find().filter(C::StoppedAt.is_not_null()).order_by_asc(C::StoppedAt);
    query.limit(100).all(on.conn()).await?.into_iter().map(counted).collect()
}

/// Whoever is stopped under that id. Locks the row for this transaction.
pub async fn stopped_one(tx: &Tx, subject: Uuid) -> Result<Option<Counted>, StoreError> {
    use number_tallies::Column as C;
    let held = number_tallies::Entity::find().filter(C::SubjectId.eq(subject)).filter(C::StoppedAt.is_not_null());
    held.lock_exclusive().one(tx.conn()).await?.map(counted).transpose()
}

/// What was tried on a call's sheet, in the order in which it was.
pub async fn of_call(on: &impl Access, call: CallId) -> Result<Vec<Try>, StoreError> {
    use number_tries::Column as C;
    let rows =
        number_tries::Entity::find().filter(C::CallId.eq(call.0)).order_by_asc(C::TriedAt).all(on.conn()).await?;
    rows.into_iter()
        .map(|row| {
            let items = row.items.try_into().map_err(|_| StoreError::Corrupt("number_tries.items"))?;
            let heard = if row.heard_twice { Heard::Twice } else { Heard::Once };
            Ok(Try { number: row.number, items, heard, cost: row.cost })
        })
        .collect()
}

/// Whether somebody tried a number on a call's sheet.
pub async fn has_tried(on: &impl Access, call: CallId, who: Uuid) -> Result<bool, StoreError> {
    use number_tries::Column as C;
    let theirs = number_tries::Entity::find().filter(C::CallId.eq(call.0)).filter(C::TriedBy.eq(who));
    Ok(theirs.one(on.conn()).await?.is_some())
}

/// Notes a try.
pub async fn add(tx: &Tx, call: CallId, new: &Try, at: DateTime<Utc>, by: Uuid) -> Result<(), StoreError> {
    let row = number_tries::ActiveModel {
        call_id: Set(call.0),
        number: Set(new.number.clone()),
        items: Set(new.items.to_vec()),
        heard_twice: Set(new.heard == Heard::Twice),
        cost: Set(new.cost),
        tried_at: Set(at),
        tried_by: Set(by),
    };
    number_tries::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes back a try that turned out to be none.
pub async fn remove(tx: &Tx, call: CallId, gone: &Try) -> Result<(), StoreError> {
    let key = (call.0, gone.number.clone(), gone.items.to_vec(), gone.heard == Heard::Twice);
    number_tries::Entity::delete_by_id(key).exec(tx.conn()).await?;
    Ok(())
}

/// The numbers that were heard twice on a call.
pub async fn heard_twice(on: &impl Access, call: CallId) -> Result<Vec<String>, StoreError> {
    let rows = numbers_heard::Entity::find().filter(numbers_heard::Column::CallId.eq(call.0)).all(on.conn()).await?;
    Ok(rows.into_iter().map(|row| row.number).collect())
}

/// Notes that a number was heard twice; false when it was noted before.
pub async fn hear(tx: &Tx, call: CallId, number: &str, at: DateTime<Utc>, by: Uuid) -> Result<bool, StoreError> {
    use numbers_heard::Column as C;
    let row = numbers_heard::ActiveModel {
        call_id: Set(call.0),
        number: Set(number.into()),
        heard_at: Set(at),
        heard_by: Set(by),
    };
    let known = OnConflict::columns([C::CallId, C::Number]).do_nothing().to_owned();
    let done = numbers_heard::Entity::insert_many([row]).on_conflict(known).exec_without_returning(tx.conn()).await?;
    Ok(done == 1)
}

/// Forgets what was tried on a call, and its own misses: nothing more is tried on it.
pub async fn forget_call(tx: &Tx, call: CallId) -> Result<(), StoreError> {
    number_tries::Entity::delete_many().filter(number_tries::Column::CallId.eq(call.0)).exec(tx.conn()).await?;
    numbers_heard::Entity::delete_many().filter(numbers_heard::Column::CallId.eq(call.0)).exec(tx.conn()).await?;
    let key = (call.0, Subject::Sheet.code().to_owned());
    number_tallies::Entity::delete_by_id(key).exec(tx.conn()).await?;
    Ok(())
}

/// Forgets tries from before an instant, and whoever hasn't missed since and isn't stopped.
pub async fn forget_older(tx: &Tx, since: DateTime<Utc>) -> Result<u64, StoreError> {
    use number_tallies::Column as C;
    number_tries::Entity::delete_many().filter(number_tries::Column::TriedAt.lte(since)).exec(tx.conn()).await?;
    numbers_heard::Entity::delete_many().filter(numbers_heard::Column::HeardAt.lte(since)).exec(tx.conn()).await?;
    let idle = Condition::all().add(C::CountedAt.lte(since)).add(C::StoppedAt.is_null());
    Ok(number_tallies::Entity::delete_many().filter(idle).exec(tx.conn()).await?.rows_affected)
}
