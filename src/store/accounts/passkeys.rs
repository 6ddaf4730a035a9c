//! Passkeys, and the challenges that wait for an authenticator's answer.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use uuid::Uuid;

use crate::domain::accounts::passkey::{Passkey, Purpose};
use crate::domain::id::{AccountId, PasskeyId};
use crate::store::entity::{accounts, passkey_challenges, passkeys};
use crate::store::{Access, StoreError, Tx};

/// A challenge of a session.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Its id.
    pub id: Uuid,
    /// The hash of the session it belongs to.
    pub session: [u8; 32],
    /// What it is for.
    pub purpose: Purpose,
    /// What an answer is held against.
    pub state: Value,
    /// Until when an answer counts.
    pub expires_at: DateTime<Utc>,
}

fn passkey(row: passkeys::Model) -> Passkey {
    let passkeys::Model { id, account_id, name, credential_id, credential, counter, created_at, last_used_at } = row;
    let (id, account_id) = (PasskeyId(id), AccountId(account_id));
    Passkey { id, account_id, name, credential_id, credential, counter, created_at, last_used_at }
}

/// An account's passkeys, oldest first.
pub async fn of(on: &impl Access, account: AccountId) -> Result<Vec<Passkey>, StoreError> {
    let query = passkeys::Entity::find().filter(passkeys::Column::AccountId.eq(account.0));
    let rows = query.order_by_asc(passkeys::Column::CreatedAt).order_by_asc(passkeys::Column::Id);
    Ok(rows.all(on.conn()).await?.into_iter().map(passkey).collect())
}

/// How many passkeys an account has.
pub async fn count(on: &impl Access, account: AccountId) -> Result<u64, StoreError> {
    Ok(passkeys::Entity::find().filter(passkeys::Column::AccountId.eq(account.0)).count(on.conn()).await?)
}

/// An account's passkey by what the authenticator calls it.
pub async fn find(on: &impl Access, account: AccountId, credential_id: &[u8]) -> Result<Option<Passkey>, StoreError> {
    let query = passkeys::Entity::find()
        .filter(passkeys::Column::AccountId.eq(account.0))
        .filter(passkeys::Column::CredentialId.eq(credential_id.to_vec()));
    Ok(query.one(on.conn()).await?.map(passkey))
}

/// Adds a passkey.
///
/// # Errors
/// `Duplicate` when it stands here already, for whomever.
pub async fn add(tx: &Tx, new: &Passkey) -> Result<(), StoreError> {
    let row = passkeys::ActiveModel {
        id: Set(new.id.0),
        account_id: Set(new.account_id.0),
        name: Set(new.name.clone()),
        credential_id: Set(new.credential_id.clone()),
        credential: Set(new.credential.clone()),
        counter: Set(new.counter),
        created_at: Set(new.created_at),
        last_used_at: Set(new.last_used_at),
    };
    passkeys::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Notes a use of a passkey as it was read: false when it was used or removed since.
pub async fn used(
    tx: &Tx,
    read: &Passkey,
    credential: Value,
    counter: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = passkeys::Entity::update_many()
        .col_expr(passkeys::Column::Credential, Expr::value(credential))
        .col_expr(passkeys::Column::Counter, Expr::value(counter))
        .col_expr(passkeys::Column::LastUsedAt, Expr::value(Some(now)))
        .filter(passkeys::Column::Id.eq(read.id.0))
        .filter(passkeys::Column::Counter.eq(read.counter))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes one of an account's passkeys; false when it has none of that id.
pub async fn remove(tx: &Tx, account: AccountId, id: PasskeyId) -> Result<bool, StoreError> {
    let done = passkeys::Entity::delete_many()
        .filter(passkeys::Column::AccountId.eq(account.0))
        .filter(passkeys::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes all of an account's passkeys; how many there were.
pub async fn forget(tx: &Tx, account: AccountId) -> Result<u64, StoreError> {
    let all = passkeys::Column::AccountId.eq(account.0);
    Ok(passkeys::Entity::delete_many().filter(all).exec(tx.conn()).await?.rows_affected)
}

/// Removes the passkeys of accounts that have ended by themselves; how many there were.
pub async fn forget_of_ended(tx: &Tx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let ended = Query::select()
        .column(accounts::Column::Id)
        .from(accounts::Entity)
        .and_where(accounts::Column::ExpiresAt.lte(now))
        .to_owned();
    let theirs = passkeys::Column::AccountId.in_subquery(ended);
    Ok(passkeys::Entity::delete_many().filter(theirs).exec(tx.conn()).await?.rows_affected)
}

/// Puts a challenge in the place of the session's earlier one of this purpose.
pub async fn challenge(tx: &Tx, new: &Challenge) -> Result<(), StoreError> {
    passkey_challenges::Entity::delete_many()
        .filter(passkey_challenges::Column::SessionHash.eq(new.session.to_vec()))
        .filter(passkey_challenges::Column::Purpose.eq(new.purpose.code()))
        .exec(tx.conn())
        .await?;
    let row = passkey_challenges::ActiveModel {
        id: Set(new.id),
        session_hash: Set(new.session.to_vec()),
        purpose: Set(new.purpose.code().into()),
        state: Set(new.state.clone()),
        expires_at: Set(new.expires_at),
    };
    passkey_challenges::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes a session's challenge away: the first who comes has it, nobody after.
pub async fn take_challenge(
    tx: &Tx,
    session: [u8; 32],
    purpose: Purpose,
) -> Result<Option<(Value, DateTime<Utc>)>, StoreError> {
    let query = passkey_challenges::Entity::find()
        .filter(passkey_challenges::Column::SessionHash.eq(session.to_vec()))
        .filter(passkey_challenges::Column::Purpose.eq(purpose.code()));
    let Some(row) = query.one(tx.conn()).await? else { return Ok(None) };
    let done = passkey_challenges::Entity::delete_by_id(row.id).exec(tx.conn()).await?;
    Ok((done.rows_affected == 1).then_some((row.state, row.expires_at)))
}

/// Removes challenges that nobody answered in time.
pub async fn forget_challenges(tx: &Tx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let old = passkey_challenges::Column::ExpiresAt.lte(now);
    Ok(passkey_challenges::Entity::delete_many().filter(old).exec(tx.conn()).await?.rows_affected)
}
