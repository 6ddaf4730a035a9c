//! API tokens.

use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

use super::super::authorise::authorise;
use super::super::{Error, House};
use crate::domain::actor::{Action, Role, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::gateway::secret;
use crate::store::accounts::{self as memory, Token};
use crate::store::audit;

/// Makes a token; returns the secret, which is shown once.
pub async fn create_token(
    house: &House,
    ctx: &Ctx,
    name: &str,
    role: Role,
    scopes: Vec<String>,
    days: Option<i64>,
) -> Result<String, Error> {
    authorise::<may::TokenAdmin>(ctx)?;
    let name = text::required_line("name", name, 80)?;
    if let Some(unknown) = scopes.iter().find(|s| !Action::ALL.iter().any(|a| a.code() == s.as_str())) {
        return Err(Refusal::field("scopes", "scope.unknown", format!("権限 {unknown} はありません")).into());
    }
    if days.is_some_and(|d| !(1..=3_650).contains(&d)) {
        return Err(Refusal::field("days", "days.range", "有効日数は1〜3650で入力してください").into());
    }
    let secret = secret::token().map_err(Error::Outside)?;
    let token = Token {
        id: ctx.new_id(),
        name,
        role,
        scopes,
        created_at: ctx.now,
        expires_at: days.map(|d| ctx.now + Duration::days(d)),
        revoked_at: None,
    };
    let by = (!ctx.actor.id.is_nil()).then_some(ctx.actor.id);
    let tx = house.store.begin().await?;
    memory::add_token(&tx, &token, secret::digest(&secret), by).await?;
    let entry = AuditEntry::done("token.create", Object::new("token", token.id))
        .detail(json!({ "role": role.code(), "scopes": token.scopes }));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(secret)
}

/// All tokens.
pub async fn tokens(house: &House, ctx: &Ctx) -> Result<Vec<Token>, Error> {
    authorise::<may::TokenAdmin>(ctx)?;
    house.store.journal().write(ctx, AuditEntry::done("token.list", Object::kind("token"))).await?;
    Ok(memory::all_tokens(&house.store).await?)
}

/// Revokes a token.
pub async fn revoke_token(house: &House, ctx: &Ctx, id: Uuid) -> Result<(), Error> {
    authorise::<may::TokenAdmin>(ctx)?;
    let tx = house.store.begin().await?;
    if !memory::revoke_token(&tx, id, ctx.now).await? {
        return Err(Error::NotFound("token"));
    }
    audit::record(&tx, ctx, AuditEntry::done("token.revoke", Object::new("token", id))).await?;
    Ok(tx.commit().await?)
}
