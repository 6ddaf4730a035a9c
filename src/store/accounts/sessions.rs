//! Sessions of signed-in browsers. They live only here, so that what ends one ends it for all instances at once.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::domain::accounts::account::Account;
use crate::domain::accounts::session::OpenSession;
use crate::domain::id::AccountId;
use crate::domain::time::Span;
use crate::store::accounts::account;
use crate::store::entity::{accounts, factors, sessions};
use crate::store::span::within;
use crate::store::{Access, StoreError, Tx};

/// A session with what decides how far it goes.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The session.
    pub session: OpenSession,
    /// Its account.
    pub account: Account,
    /// Whether the account has a second factor that counts.
    pub has_factor: bool,
}

fn session(row: sessions::Model) -> Result<OpenSession, StoreError> {
    Ok(OpenSession {
        id: row.id_hash.try_into().map_err(|_| StoreError::Corrupt("sessions.id_hash"))?,
        account_id: AccountId(row.account_id),
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        expires_at: row.expires_at,
        second_at: row.second_at,
        confirmed_at: row.confirmed_at,
        peer: row.peer,
        agent: row.agent,
    })
}

/// Opens a session.
pub async fn open(tx: &Tx, new: &OpenSession) -> Result<(), StoreError> {
    let row = sessions::ActiveModel {
        id_hash: Set(new.id.to_vec()),
        account_id: Set(new.account_id.0),
        created_at: Set(new.created_at),
        last_seen_at: Set(new.last_seen_at),
        expires_at: Set(new.expires_at),
        ended_at: Set(None),
        second_at: Set(new.second_at),
        confirmed_at: Set(new.confirmed_at),
        peer: Set(new.peer.clone()),
        agent: Set(new.agent.clone()),
    };
    sessions::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A session that hasn't been ended, with its account.
pub async fn find(on: &impl Access, id: [u8; 32]) -> Result<Option<Entered>, StoreError> {
    let row = sessions::Entity::find_by_id(id.to_vec()).filter(sessions::Column::EndedAt.is_null());
    let Some(row) = row.one(on.conn()).await? else { return Ok(None) };
    let Some(owner) = accounts::Entity::find_by_id(row.account_id).one(on.conn()).await? else { return Ok(None) };
    // A session in which the second factor was given belongs to an account that has one: taking it away ends them.
    let has_factor = row.second_at.is_some() || factor_counts(on, AccountId(row.account_id)).await?;
    Ok(Some(Entered { session: session(row)?, account: account(owner)?, has_factor }))
}

async fn factor_counts(on: &impl Access, account: AccountId) -> Result<bool, StoreError> {
    let query = factors::Entity::find()
        .filter(factors::Column::AccountId.eq(account.0))
        .filter(factors::Column::ConfirmedAt.is_not_null());
    Ok(query.one(on.conn()).await?.is_some())
}

/// An account's sessions that haven't ended, newest first.
pub async fn of(on: &impl Access, account: AccountId, now: DateTime<Utc>) -> Result<Vec<OpenSession>, StoreError> {
    let rows = sessions::Entity::find()
        .filter(sessions::Column::AccountId.eq(account.0))
        .filter(sessions::Column::EndedAt.is_null())
        .filter(sessions::Column::ExpiresAt.gt(now))
        .order_by_desc(sessions::Column::CreatedAt)
        .limit(100)
        .all(on.conn())
        .await?;
    rows.into_iter().map(session).collect()
}

/// Notes that a session is in use.
pub async fn touch(tx: &Tx, id: [u8; 32], now: DateTime<Utc>) -> Result<(), StoreError> {
    set(tx, id, sessions::Column::LastSeenAt, now).await
}

/// Notes that the second factor was given anew.
pub async fn confirm(tx: &Tx, id: [u8; 32], now: DateTime<Utc>) -> Result<(), StoreError> {
    set(tx, id, sessions::Column::ConfirmedAt, now).await
}

async fn set(tx: &Tx, id: [u8; 32], column: sessions::Column, now: DateTime<Utc>) -> Result<(), StoreError> {
    sessions::Entity::update_many()
        .col_expr(column, Expr::value(Some(now)))
        .filter(sessions::Column::IdHash.eq(id.to_vec()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Ends one session.
pub async fn end(tx: &Tx, id: [u8; 32], now: DateTime<Utc>) -> Result<(), StoreError> {
    end_where(tx, sessions::Column::IdHash.eq(id.to_vec()), now).await
}

/// Ends all sessions of an account, or all but one.
pub async fn end_of(tx: &Tx, account: AccountId, but: Option<[u8; 32]>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut which = sessions::Column::AccountId.eq(account.0);
    if let Some(but) = but {
        which = sea_orm::sea_query::ExprTrait::and(which, sessions::Column::IdHash.ne(but.to_vec()));
    }
    end_where(tx, which, now).await
}

async fn end_where(tx: &Tx, which: SimpleExpr, now: DateTime<Utc>) -> Result<(), StoreError> {
    sessions::Entity::update_many()
        .col_expr(sessions::Column::EndedAt, Expr::value(Some(now)))
        .filter(which)
        .filter(sessions::Column::EndedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Sessions that ended or ran out in a stretch.
fn ended(span: Span) -> Condition {
    use sessions::Column as C;
    let ran_out = within(C::ExpiresAt, span).add(C::EndedAt.is_null());
    Condition::any().add(within(C::EndedAt, span)).add(ran_out)
}

/// How many sessions ended or ran out in a stretch.
pub(in crate::store) async fn count_ended(on: &impl Access, span: Span) -> Result<u64, StoreError> {
    Ok(sessions::Entity::find().filter(ended(span)).count(on.conn()).await?)
}

/// Removes them: how many went.
pub(in crate::store) async fn remove_ended(tx: &Tx, span: Span) -> Result<u64, StoreError> {
    Ok(sessions::Entity::delete_many().filter(ended(span)).exec(tx.conn()).await?.rows_affected)
}
