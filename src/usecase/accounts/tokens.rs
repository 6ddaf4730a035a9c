//! API tokens.

use chrono::Duration;
use serde_json::json;

use super::super::authorise::{Granted, authorise};
use super::super::{Error, Services};
use crate::domain::access::actor::{Action, Hands, Role, answers_for, may};
use crate::domain::accounts::token::Token;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{AccountId, TokenId};
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::gateway::secret;
use crate::store::accounts;
use crate::store::{Tx, audit};

/// Makes a token that the acting person answers for; returns the secret, which is shown once.
pub async fn create_token(
    services: &Services,
    ctx: &Ctx,
    name: &str,
    role: Role,
    scopes: Vec<String>,
    days: Option<i64>,
) -> Result<String, Error> {
    create_token_for(services, ctx, name, role, scopes, days, None).await
}

/// Makes a token; `login` names who answers for it, if not the acting person.
pub async fn create_token_for(
    services: &Services,
    ctx: &Ctx,
    name: &str,
    role: Role,
    scopes: Vec<String>,
    days: Option<i64>,
    login: Option<&str>,
) -> Result<String, Error> {
    let by = authorise::<may::TokenAdmin>(ctx)?;
    let name = text::required_line("name", name, 80)?;
    scopes.iter().try_for_each(|scope| for_a_token(scope, role))?;
    if days.is_some_and(|d| !(1..=3_650).contains(&d)) {
        return Err(Refusal::field("days", "days.range", "有効日数は1〜3650で入力してください").into());
    }
    let tx = services.store.begin().await?;
    let person_id = match login {
        Some(login) => Some(answering(&by, &tx, ctx, login, role).await?),
        None => ctx.actor.person,
    };
    let secret = secret::token().map_err(Error::Outside)?;
    let token = Token {
        id: TokenId(ctx.new_id()),
        name,
        role,
        scopes,
        person_id,
        created_at: ctx.now,
        expires_at: days.map(|d| ctx.now + Duration::days(d)),
        revoked_at: None,
    };
    accounts::add_token(&tx, &token, secret::digest(&secret)).await?;
    let entry = AuditEntry::done("token.create", Object::new("token", token.id))
        .detail(json!({ "role": role.code(), "scopes": token.scopes }))
        .subjects(person_id.map(|person| Object::new("account", person)));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Whether a scope is one that a token may have: what needs a person never is.
fn for_a_token(scope: &str, role: Role) -> Result<(), Refusal> {
    let Some(action) = Action::parse(scope) else {
        return Err(Refusal::field("scopes", "scope.unknown", format!("権限 {scope} はありません")));
    };
    let why = match action.hands() {
        Hands::Anybody if may(role, action) => return Ok(()),
        Hands::Anybody => "は、選んだ役割の権限にありません",
        Hands::People => "は人が自分のアカウントで行う操作です",
        Hands::Console => "はサーバーのコマンドだけで行う操作です",
    };
    let words = format!(
        "「{}」（{scope}）{why}。このトークンには付けられません。外してからもう一度作ってください",
        action.label()
    );
    Err(Refusal::field("scopes", "scope.person", words))
}

/// The person of a sign-in name, who answers for a token of a role.
async fn answering(
    _: &Granted<may::TokenAdmin>,
    tx: &Tx,
    ctx: &Ctx,
    login: &str,
    role: Role,
) -> Result<AccountId, Error> {
    let refuse = |words: String| Error::Refused(Refusal::field("for", "token.person", words));
    let unknown = || refuse(format!("使えるアカウント {login} がありません。ログインIDを確かめてください"));
    let person = accounts::by_login(tx, login).await?.filter(|p| p.is_active(ctx.now)).ok_or_else(unknown)?;
    if !answers_for(person.role, role) {
        let words = format!(
            "{login}（{}）は「{}」のトークンを受け持てません。同じ役割の人か管理者を指定してください",
            person.role.label(),
            role.label()
        );
        return Err(refuse(words));
    }
    Ok(person.id)
}

/// A token, and who answers for it.
pub struct TokenLine {
    /// The token.
    pub token: Token,
    /// The name of the person who answers for it; empty: made at the console for nobody.
    pub person: String,
    /// Whether it works now: neither revoked nor over, and its person still answers for it.
    pub works: bool,
}

/// All tokens.
pub async fn tokens(services: &Services, ctx: &Ctx) -> Result<Vec<TokenLine>, Error> {
    authorise::<may::TokenAdmin>(ctx)?;
    services.store.journal().write(ctx, AuditEntry::done("token.list", Object::kind("token"))).await?;
    let people = accounts::all(&services.store).await?;
    let line = |token: Token| {
        let person = token.person_id.and_then(|id| people.iter().find(|p| p.id == id));
        let answered = match token.person_id {
            None => true,
            Some(_) => person.is_some_and(|p| p.is_active(ctx.now) && answers_for(p.role, token.role)),
        };
        let stands = token.revoked_at.is_none() && token.expires_at.is_none_or(|until| until > ctx.now);
        TokenLine { person: person.map(|p| p.name.clone()).unwrap_or_default(), works: stands && answered, token }
    };
    Ok(accounts::all_tokens(&services.store).await?.into_iter().map(line).collect())
}

/// Revokes a token.
pub async fn revoke_token(services: &Services, ctx: &Ctx, id: TokenId) -> Result<(), Error> {
    authorise::<may::TokenAdmin>(ctx)?;
    let tx = services.store.begin().await?;
    if !accounts::revoke_token(&tx, id, ctx.now).await? {
        return Err(Error::NotFound("token"));
    }
    audit::record(&tx, ctx, AuditEntry::done("token.revoke", Object::new("token", id))).await?;
    Ok(tx.commit().await?)
}
