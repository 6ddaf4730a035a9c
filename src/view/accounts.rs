//! Accounts, for administrators.

use maud::{Markup, html};

use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::button::{Button, ButtonKind, button_row, submit};
use super::components::card::card;
use super::components::field::{Choice, SelectField, TextField, select_field, text_field};
use super::components::form::{Form, form};
use super::components::table::{Col, Table, table};
use super::format;
use crate::domain::actor::Role;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::rows::Account;

/// What the page shows.
pub struct AccountsPage<'a> {
    /// All accounts.
    pub accounts: &'a [Account],
    /// A one-time code just made, with the name it is for: shown once.
    pub code: Option<(&'a str, &'a str)>,
    /// What was refused.
    pub refusal: Option<&'a Refusal>,
    /// What had been typed: login, name, role.
    pub typed: (&'a str, &'a str, &'a str),
}

/// The page.
pub fn page(p: &AccountsPage<'_>) -> Markup {
    html! {
        @if let Some((login, code)) = p.code {
            (card("はじめてのサインインのコード", html! {
                p { strong { (login) } " の方に、次のコードをお渡しください。この画面を離れると二度と表示されません（3日間有効、1回限り）。" }
                p.sheet-say { code { (code) } }
            }))
        }
        (new_form(p))
        (list(p.accounts))
    }
}

fn new_form(p: &AccountsPage<'_>) -> Markup {
    let about = |name: &str| p.refusal.and_then(|r| r.about(name));
    let (login, name, role) = p.typed;
    let roles = Role::ALL.iter().filter(|r| **r != Role::Integration);
    card(
        "アカウントを作る",
        form(
            &Form { action: routes::ACCOUNTS, method_post: true, inline: true, ..Form::default() },
            html! {
                @if let Some(refusal) = p.refusal { @if refusal.fields.is_empty() { p.field-error role="alert" { (refusal.message) } } }
                (text_field(&TextField { name: "login", label: "ログインID", value: login, error: about("login"), required: true, autocomplete: Some("off"), ..TextField::default() }))
                (text_field(&TextField { name: "name", label: "氏名", value: name, error: about("name"), required: true, autocomplete: Some("off"), ..TextField::default() }))
                (select_field(&SelectField { name: "role", label: "役割", choices: roles.map(|r| Choice::new(r.code(), r.label(), r.code() == role)).collect(), error: about("role"), ..SelectField::default() }))
                (submit(&Button { label: "作る", kind: ButtonKind::Primary, ..Button::default() }))
            },
        ),
    )
}

fn list(accounts: &[Account]) -> Markup {
    let button = |account: &Account, part: &str, label: &str| {
        form(
            &Form {
                action: &routes::account_part(account.id, part),
                method_post: true,
                inline: true,
                ..Form::default()
            },
            submit(&Button { label, ..Button::default() }),
        )
    };
    let rows = accounts.iter().map(|account| {
        let (label, tone) = match (account.disabled_at, &account.password_hash) {
            (Some(_), _) => ("停止中", Tone::Neutral),
            (None, None) => ("初回サインイン待ち", Tone::Info),
            (None, Some(_)) => ("利用中", Tone::Good),
        };
        vec![
            html! { (account.login) }, html! { (account.name) }, html! { (account.role.label()) },
            badge(&Badge { label, tone }), html! { span.nowrap { (format::date_time_full(account.created_at)) } },
            button_row(html! {
                (button(account, "code", "コードを作り直す"))
                @if account.disabled_at.is_some() { (button(account, "enable", "再開")) } @else { (button(account, "disable", "停止")) }
            }),
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
