//! Accounts and tokens.

pub mod delays;
pub mod factors;
pub mod known_sources;
pub mod passkeys;
pub mod sessions;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::entity::{accounts, tokens};
use super::{Access, StoreError, Tx, dialect};
use crate::domain::access::actor::Role;
use crate::domain::accounts::account::Account;
use crate::domain::accounts::token::Token;
use crate::domain::id::{AccountId, TokenId};

pub(in crate::store) fn account(row: accounts::Model) -> Result<Account, StoreError> {
    Ok(Account {
        id: AccountId(row.id),
        login: row.login,
        name: row.name,
        role: Role::parse(&row.role).ok_or(StoreError::Corrupt("accounts.role"))?,
        password_hash: row.password_hash,
        code_hash: row.code_hash,
        code_expires_at: row.code_expires_at,
        created_at: row.created_at,
        disabled_at: row.disabled_at,
        expires_at: row.expires_at,
        reason: row.reason,
    })
}

fn token(row: tokens::Model) -> Result<Token, StoreError> {
    Ok(Token {
        id: TokenId(row.id),
        name: row.name,
        role: Role::parse(&row.role).ok_or(StoreError::Corrupt("tokens.role"))?,
        scopes: serde_json::from_value(row.scopes).map_err(|_| StoreError::Corrupt("tokens.scopes"))?,
        person_id: row.person_id.map(AccountId),
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
    })
}

/// An account by its sign-in name.
pub async fn by_login(on: &impl Access, login: &str) -> Result<Option<Account>, StoreError> {
    let row = accounts::Entity::find().filter(accounts::Column::Login.eq(login)).one(on.conn()).await?;
    row.map(account).transpose()
}

/// An account by its id.
pub async fn by_id(on: &impl Access, id: AccountId) -> Result<Option<Account>, StoreError> {
    accounts::Entity::find_by_id(id.0).one(on.conn()).await?.map(account).transpose()
}

/// All accounts, by sign-in name.
pub async fn all(on: &impl Access) -> Result<Vec<Account>, StoreError> {
    let rows = accounts::Entity::find().order_by_asc(accounts::Column::Login).all(on.conn()).await?;
    rows.into_iter().map(account).collect()
}

/// The names of actors: accounts', and tokens'.
pub async fn names(on: &impl Access, mut ids: Vec<Uuid>) -> Result<Vec<(Uuid, String)>, StoreError> {
    ids.retain(|id| !id.is_nil());
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = accounts::Entity::find().filter(accounts::Column::Id.is_in(ids.iter().copied())).all(on.conn()).await?;
    let mut names: Vec<(Uuid, String)> = rows.into_iter().map(|row| (row.id, row.name)).collect();
    ids.retain(|id| names.iter().all(|(known, _)| known != id));
    if !ids.is_empty() {
        let rows = tokens::Entity::find().filter(tokens::Column::Id.is_in(ids)).all(on.conn()).await?;
        names.extend(rows.into_iter().map(|row| (row.id, row.name)));
    }
    Ok(names)
}

/// Keeps other changes of accounts waiting until the transaction ends.
pub async fn lock(tx: &Tx) -> Result<(), StoreError> {
    Ok(dialect::lock_accounts(tx.conn()).await?)
}

/// Adds an account.
///
/// # Errors
/// `Duplicate` when the sign-in name is taken.
pub async fn add(tx: &Tx, new: &Account) -> Result<(), StoreError> {
    let row = accounts::ActiveModel {
        id: Set(new.id.0),
        login: Set(new.login.clone()),
        name: Set(new.name.clone()),
        role: Set(new.role.code().into()),
        password_hash: Set(new.password_hash.clone()),
        code_hash: Set(new.code_hash.clone()),
        code_expires_at: Set(new.code_expires_at),
        created_at: Set(new.created_at),
        disabled_at: Set(None),
        version: Set(1),
        expires_at: Set(new.expires_at),
        reason: Set(new.reason.clone()),
    };
    accounts::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Sets a password and uses up the one-time code.
pub async fn set_password(tx: &Tx, id: AccountId, hash: String) -> Result<(), StoreError> {
    accounts::Entity::update_many()
        .col_expr(accounts::Column::PasswordHash, Expr::value(Some(hash)))
        .col_expr(accounts::Column::CodeHash, Expr::value(Option::<String>::None))
        .filter(accounts::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Sets a new one-time code and takes the password away.
pub async fn set_code(tx: &Tx, id: AccountId, hash: String, expires_at: DateTime<Utc>) -> Result<(), StoreError> {
    accounts::Entity::update_many()
        .col_expr(accounts::Column::PasswordHash, Expr::value(Option::<String>::None))
        .col_expr(accounts::Column::CodeHash, Expr::value(Some(hash)))
        .col_expr(accounts::Column::CodeExpiresAt, Expr::value(Some(expires_at)))
        .filter(accounts::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Uses up a one-time code: true for the first who comes, false ever after.
pub async fn use_code(tx: &Tx, id: AccountId, hash: &str) -> Result<bool, StoreError> {
    let done = accounts::Entity::update_many()
        .col_expr(accounts::Column::CodeHash, Expr::value(Option::<String>::None))
        .filter(accounts::Column::Id.eq(id.0))
        .filter(accounts::Column::CodeHash.eq(hash))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Gives an account another role.
pub async fn set_role(tx: &Tx, id: AccountId, role: Role) -> Result<(), StoreError> {
    accounts::Entity::update_many()
        .col_expr(accounts::Column::Role, Expr::value(role.code()))
        .filter(accounts::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Switches an account off or on.
pub async fn set_disabled(tx: &Tx, id: AccountId, at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    accounts::Entity::update_many()
        .col_expr(accounts::Column::DisabledAt, Expr::value(at))
        .filter(accounts::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Adds a token; only its hash is kept.
pub async fn add_token(tx: &Tx, new: &Token, hash: [u8; 32]) -> Result<(), StoreError> {
    let row = tokens::ActiveModel {
        id: Set(new.id.0),
        name: Set(new.name.clone()),
        token_hash: Set(hash.to_vec()),
        role: Set(new.role.code().into()),
        scopes: Set(serde_json::json!(new.scopes)),
        person_id: Set(new.person_id.map(|person| person.0)),
        created_at: Set(new.created_at),
        expires_at: Set(new.expires_at),
        revoked_at: Set(None),
    };
    tokens::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A token by its hash.
pub async fn token_by_hash(on: &impl Access, hash: [u8; 32]) -> Result<Option<Token>, StoreError> {
    let row = tokens::Entity::find().filter(tokens::Column::TokenHash.eq(hash.to_vec())).one(on.conn()).await?;
    row.map(token).transpose()
}

/// The person behind an actor, whatever they act through: an account is its own, a token's is who answers for it.
/// None for the product itself and for tokens that nobody answers for.
pub async fn person_behind(on: &impl Access, actor: Uuid) -> Result<Option<AccountId>, StoreError> {
    if actor.is_nil() {
        return Ok(None);
    }
    let token = tokens::Entity::find_by_id(actor).one(on.conn()).await?;
    Ok(token.map_or(Some(actor), |token| token.person_id).map(AccountId))
}

/// All tokens, newest first.
pub async fn all_tokens(on: &impl Access) -> Result<Vec<Token>, StoreError> {
    let rows = tokens::Entity::find().order_by_desc(tokens::Column::CreatedAt).all(on.conn()).await?;
    rows.into_iter().map(token).collect()
}

/// Revokes a token; false if there is none of that id.
pub async fn revoke_token(tx: &Tx, id: TokenId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = tokens::Entity::update_many()
        .col_expr(tokens::Column::RevokedAt, Expr::value(Some(now)))
        .filter(tokens::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}
