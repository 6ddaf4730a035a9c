//! Second factors and recovery codes.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::id::AccountId;
use crate::store::entity::{factors, recovery_codes};
use crate::store::{Access, StoreError, Tx};

/// An authenticator app's secret, sealed.
#[derive(Clone)]
pub struct Factor {
    /// Its id.
    pub id: Uuid,
    /// The account.
    pub account_id: AccountId,
    /// The secret, sealed.
    pub secret: Vec<u8>,
    /// The last step whose code was used.
    pub last_step: i64,
    /// When its first code was given; until then it counts for nothing.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// The kind of an authenticator app.
const TOTP: &str = "totp";

fn factor(row: factors::Model) -> Factor {
    let factors::Model { id, account_id, secret, last_step, confirmed_at, .. } = row;
    Factor { id, account_id: AccountId(account_id), secret, last_step, confirmed_at }
}

/// Adds a factor.
pub async fn add(tx: &Tx, new: &Factor, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = factors::ActiveModel {
        id: Set(new.id),
        account_id: Set(new.account_id.0),
        kind: Set(TOTP.into()),
        secret: Set(new.secret.clone()),
        last_step: Set(new.last_step),
        created_at: Set(now),
        confirmed_at: Set(new.confirmed_at),
    };
    factors::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The factor of an account that counts, or the one being set up.
pub async fn of(on: &impl Access, account: AccountId, confirmed: bool) -> Result<Option<Factor>, StoreError> {
    let which = match confirmed {
        true => factors::Column::ConfirmedAt.is_not_null(),
        false => factors::Column::ConfirmedAt.is_null(),
    };
    let query = factors::Entity::find().filter(factors::Column::AccountId.eq(account.0)).filter(which);
    Ok(query.order_by_desc(factors::Column::CreatedAt).one(on.conn()).await?.map(factor))
}

/// Uses up a step: true for the first who comes with it or a later one, false ever after.
pub async fn use_step(tx: &Tx, id: Uuid, step: i64) -> Result<bool, StoreError> {
    let done = factors::Entity::update_many()
        .col_expr(factors::Column::LastStep, Expr::value(step))
        .filter(factors::Column::Id.eq(id))
        .filter(factors::Column::LastStep.lt(step))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Makes a factor the one that counts; the account's others go.
pub async fn confirm(tx: &Tx, factor: &Factor, now: DateTime<Utc>) -> Result<(), StoreError> {
    factors::Entity::delete_many()
        .filter(factors::Column::AccountId.eq(factor.account_id.0))
        .filter(factors::Column::Id.ne(factor.id))
        .exec(tx.conn())
        .await?;
    factors::Entity::update_many()
        .col_expr(factors::Column::ConfirmedAt, Expr::value(Some(now)))
        .filter(factors::Column::Id.eq(factor.id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Takes away all factors and recovery codes of an account.
pub async fn forget(tx: &Tx, account: AccountId) -> Result<(), StoreError> {
    factors::Entity::delete_many().filter(factors::Column::AccountId.eq(account.0)).exec(tx.conn()).await?;
    let codes = recovery_codes::Column::AccountId.eq(account.0);
    recovery_codes::Entity::delete_many().filter(codes).exec(tx.conn()).await?;
    Ok(())
}

/// Puts new recovery codes in the place of all earlier ones.
pub async fn put_codes(tx: &Tx, account: AccountId, hashes: &[[u8; 32]], now: DateTime<Utc>) -> Result<(), StoreError> {
    let codes = recovery_codes::Column::AccountId.eq(account.0);
    recovery_codes::Entity::delete_many().filter(codes).exec(tx.conn()).await?;
    let rows = hashes.iter().map(|hash| recovery_codes::ActiveModel {
        account_id: Set(account.0),
        code_hash: Set(hash.to_vec()),
        created_at: Set(now),
        used_at: Set(None),
    });
    recovery_codes::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Uses up a recovery code: true for the first who comes with it.
pub async fn use_code(tx: &Tx, account: AccountId, hash: [u8; 32], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = recovery_codes::Entity::update_many()
        .col_expr(recovery_codes::Column::UsedAt, Expr::value(Some(now)))
        .filter(recovery_codes::Column::AccountId.eq(account.0))
        .filter(recovery_codes::Column::CodeHash.eq(hash.to_vec()))
        .filter(recovery_codes::Column::UsedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// How many recovery codes an account has left.
pub async fn codes_left(on: &impl Access, account: AccountId) -> Result<u64, StoreError> {
    let query = recovery_codes::Entity::find()
        .filter(recovery_codes::Column::AccountId.eq(account.0))
        .filter(recovery_codes::Column::UsedAt.is_null());
    Ok(query.count(on.conn()).await?)
}

/// Every factor, for sealing them anew.
pub async fn all(on: &impl Access) -> Result<Vec<Factor>, StoreError> {
    Ok(factors::Entity::find().all(on.conn()).await?.into_iter().map(factor).collect())
}

/// Puts a secret sealed anew in the place of the old one, unless it has changed meanwhile.
pub async fn reseal(tx: &Tx, row: Uuid, old: Vec<u8>, sealed: Vec<u8>) -> Result<(), StoreError> {
    factors::Entity::update_many()
        .col_expr(factors::Column::Secret, Expr::value(sealed))
        .filter(factors::Column::Id.eq(row))
        .filter(factors::Column::Secret.eq(old))
        .exec(tx.conn())
        .await?;
    Ok(())
}
