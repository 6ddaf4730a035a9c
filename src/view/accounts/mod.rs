//! Accounts, for administrators.

pub mod locks;
pub mod own;
pub mod passkeys;
pub mod session;
pub mod tokens;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::button::{Button, ButtonKind, button_row, submit};
use super::components::card::card;
use super::components::field::{Choice, InputKind, SelectField, TextField, select_field, text_field};
use super::components::form::{Form, form};
use super::components::table::{Col, Table, table};
use super::format;
use crate::domain::access::actor::Role;
use crate::domain::accounts::account::Account;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::accounts::handing::Held;

/// What the page shows.
pub struct AccountsPage<'a> {
    /// All accounts.
    pub accounts: &'a [Account],
    /// What is open in whose name.
    pub held: &'a HashMap<AccountId, Held>,
    /// A one-time code just made, with the name it is for: shown once.
    pub code: Option<(&'a str, &'a str)>,
    /// What was refused.
    pub refusal: Option<&'a Refusal>,
    /// What had been typed.
    pub typed: TypedAccount<'a>,
    /// Who looks at it.
    pub me: AccountId,
    /// Now.
    pub now: DateTime<Utc>,
}

/// A new account as typed.
#[derive(Debug, Clone, Copy)]
pub struct TypedAccount<'a> {
    /// Sign-in name.
    pub login: &'a str,
    /// Name.
    pub name: &'a str,
    /// Role code.
    pub role: &'a str,
    /// Days until it ends, for maintenance.
    pub days: &'a str,
    /// What maintenance it is for.
    pub reason: &'a str,
}

/// The page.
pub fn page(p: &AccountsPage<'_>) -> Markup {
    html! {
        @if let Some((login, code)) = p.code {
            (card("はじめてのサインインのコード", html! {
                p { strong { (login) } " の方に、次のコードをお渡しください。この画面を離れると二度と表示されません（3日間有効、1回限り）。" }
                p { code.shown-once { (code) } }
            }))
        }
        @if let Some(words) = p.refusal.and_then(|refusal| refusal.about("to")) { p.field-error role="alert" { (words) } }
        (new_form(p))
        (list(p))
    }
}

fn new_form(p: &AccountsPage<'_>) -> Markup {
    let about = |name: &str| p.refusal.and_then(|r| r.about(name));
    let TypedAccount { login, name, role, days, reason } = p.typed;
    card(
        "アカウントの作成",
        form(
            &Form { action: routes::ACCOUNTS, method_post: true, inline: true, ..Form::default() },
            html! {
                @if let Some(refusal) = p.refusal { @if refusal.fields.is_empty() { p.field-error role="alert" { (refusal.message) } } }
                (text_field(&TextField { name: "login", label: "ログインID", value: login, error: about("login"), required: true, autocomplete: Some("off"), ..TextField::default() }))
                (text_field(&TextField { name: "name", label: "氏名", value: name, error: about("name"), required: true, autocomplete: Some("off"), ..TextField::default() }))
                (select_field(&SelectField { name: "role", label: "役割", choices: roles(role), error: about("role"), ..SelectField::default() }))
                (text_field(&TextField { name: "days", label: "保守用の日数（1〜14、ふつうは空欄）", value: days, kind: InputKind::Numeric, error: about("days"), ..TextField::default() }))
                (text_field(&TextField { name: "reason", label: "保守の理由", value: reason, error: about("reason"), autocomplete: Some("off"), ..TextField::default() }))
                (submit(&Button { label: "作成", kind: ButtonKind::Primary, ..Button::default() }))
            },
        ),
    )
}

fn roles(chosen: &str) -> Vec<Choice<'static>> {
    let people = Role::ALL.iter().filter(|r| **r != Role::Integration);
    people.map(|r| Choice::new(r.code(), r.label(), r.code() == chosen)).collect()
}

fn button(account: &Account, part: &str, label: &str, kind: ButtonKind) -> Markup {
    form(
        &Form { action: &routes::account_part(account.id, part), method_post: true, inline: true, ..Form::default() },
        submit(&Button { label, kind, ..Button::default() }),
    )
}

/// What shuts somebody out is asked once more, in place.
fn asked_once_more(account: &Account, part: &str, label: &str, what: &str, act: &str) -> Markup {
    html! {
        details.asks name="asks" {
            summary.button.button-secondary { (label) }
            div.asks-body { p { (account.name) "さん：" (what) "。よろしいですか" } (button(account, part, act, ButtonKind::Danger)) }
        }
    }
}

/// Whoever may take what somebody holds; by default nobody.
fn takers(account: &Account, p: &AccountsPage<'_>, (id, nobody): (&str, &'static str)) -> Markup {
    let work = p.accounts.iter().filter(|other| other.id != account.id && other.works_on_tickets(p.now));
    let mut choices = vec![Choice::new("", nobody, true)];
    choices.extend(
        work.map(|other| Choice::new(other.id.to_string(), format!("{}（{}）", other.name, other.role.label()), false)),
    );
    select_field(&SelectField {
        name: "to",
        label: "引き継ぐ方",
        choices,
        id: Some(&format!("{id}-{}", account.id)),
        ..SelectField::default()
    })
}

/// Stopping an account, asked once more, with what is open in its name and who takes it.
fn stop(account: &Account, p: &AccountsPage<'_>) -> Markup {
    let held = p.held.get(&account.id).copied().unwrap_or_default();
    let what = "すべての端末からサインアウトし、サインインできなくなります";
    if held.is_nothing() {
        return asked_once_more(account, "disable", "停止", what, "停止する");
    }
    html! {
        details.asks name="asks" {
            summary.button.button-secondary { "停止" }
            div.asks-body {
                p { (account.name) "さん：" (what) "。" strong { "担当中の" (held.words()) "があります" } "。よろしいですか" }
                (form(&Form { action: &routes::account_part(account.id, "disable"), method_post: true, ..Form::default() }, html! {
                    (takers(account, p, ("stop-to", "いまは決めない")))
                    p.field-hint { "決めないときは、スーパーバイザーの画面に「担当者のいない相談票」として出ます" }
                    (submit(&Button { label: "停止する", kind: ButtonKind::Danger, ..Button::default() }))
                }))
            }
        }
    }
}

/// What is still open in the name of somebody who works here no longer, and handing it on.
fn left(account: &Account, p: &AccountsPage<'_>) -> Markup {
    let held = p.held.get(&account.id).copied().filter(|held| !held.is_nothing() && !account.works_on_tickets(p.now));
    html! {
        @if let Some(held) = held {
            details.asks name="asks" {
                summary.button.button-secondary { "担当の残り " (held.words()) }
                div.asks-body {
                    (form(&Form { action: &routes::account_part(account.id, "hand-on"), method_post: true, ..Form::default() }, html! {
                        (takers(account, p, ("left-to", "選んでください")))
                        (submit(&Button { label: "引き継ぐ", kind: ButtonKind::Primary, ..Button::default() }))
                    }))
                }
            }
        }
    }
}

/// The role, to be changed; one's own is changed by somebody else.
fn role(account: &Account, p: &AccountsPage<'_>) -> Markup {
    if account.id == p.me {
        return html! { (account.role.label()) };
    }
    form(
        &Form { action: &routes::account_part(account.id, "role"), method_post: true, inline: true, ..Form::default() },
        html! {
            select.input name="role" aria-label=(format!("{}の役割", account.name)) {
                @for role in Role::ALL.iter().filter(|r| **r != Role::Integration) {
                    option value=(role.code()) selected[*role == account.role] { (role.label()) }
                }
            }
            (submit(&Button { label: "変更", ..Button::default() }))
        },
    )
}

/// What an administrator may do with an account: nothing with their own.
fn deeds(account: &Account, p: &AccountsPage<'_>) -> Markup {
    if account.id == p.me {
        return html! { span.muted { "ほかの管理者が変更します" } };
    }
    let plain = ButtonKind::Secondary;
    button_row(html! {
        (asked_once_more(account, "code", "コード再発行", "いまのパスワードと2段階認証は使えなくなります", "再発行する"))
        (button(account, "end", "全端末を終了", plain))
        @if account.disabled_at.is_some() { (button(account, "enable", "再開", plain)) } @else { (stop(account, p)) }
        (left(account, p))
    })
}

fn list(p: &AccountsPage<'_>) -> Markup {
    let rows = p.accounts.iter().map(|account| {
        let (label, tone) = match (account.is_active(p.now), account.disabled_at, &account.password_hash) {
            (_, Some(_), _) => ("停止中", Tone::Neutral),
            (false, None, _) => ("期限切れ", Tone::Neutral),
            (true, None, None) => ("未サインイン", Tone::Info),
            (true, None, Some(_)) => ("利用中", Tone::Good),
        };
        vec![
            html! { (account.login) @if account.id == p.me { " " (badge(&Badge { label: "自分", tone: Tone::Neutral })) } },
            html! { (account.name) },
            role(account, p),
            html! {
                (badge(&Badge { label, tone }))
                @if let Some(until) = account.expires_at { small.muted { " 保守用 " (format::date_time_full(until)) "まで: " (account.reason) } }
            },
            html! { span.nowrap { (format::date(account.created_at)) } },
            deeds(account, p),
        ]
    });
    table(&Table {
        caption: "アカウント",
        head: ["ログインID", "氏名", "役割", "状態", "作成", "操作"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "アカウントがありません",
        ..Table::default()
    })
}
