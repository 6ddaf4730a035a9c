//! API tokens, for administrators.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::button::{Button, ButtonKind, submit};
use super::components::card::card;
use super::components::field::{Choice, InputKind, SelectField, TextField, select_field, text_field};
use super::components::form::{Form, form};
use super::components::table::{Col, Table, table};
use super::format;
use crate::domain::accounts::TOKEN_DAYS;
use crate::domain::actor::Role;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::rows::Token;

/// The page. `secret` was just made and is shown once.
pub fn page(tokens: &[Token], now: DateTime<Utc>, secret: Option<&str>, refusal: Option<&Refusal>) -> Markup {
    let about = |name: &str| refusal.and_then(|r| r.about(name));
    html! {
        @if let Some(secret) = secret {
            (card("新しいトークン", html! { p { "いま写し取ってください。この画面を離れると二度と表示されません。" } p { code.shown-once { (secret) } } }))
        }
        (card("トークンを作る", form(&Form { action: routes::TOKENS, method_post: true, inline: true, ..Form::default() }, html! {
            (text_field(&TextField { name: "name", label: "用途", error: about("name"), required: true, autocomplete: Some("off"), ..TextField::default() }))
            (select_field(&SelectField { name: "role", label: "役割", choices: Role::ALL.iter().map(|r| Choice::new(r.code(), r.label(), *r == Role::Integration)).collect(), ..SelectField::default() }))
            (text_field(&TextField { name: "scopes", label: "権限（空欄は役割のすべて）", error: about("scopes"), autocomplete: Some("off"), ..TextField::default() }))
            (text_field(&TextField { name: "days", label: "有効日数（3650まで）", value: &TOKEN_DAYS.to_string(), kind: InputKind::Numeric, error: about("days"), ..TextField::default() }))
            (submit(&Button { label: "作る", kind: ButtonKind::Primary, ..Button::default() }))
        })))
        (list(tokens, now))
        p { a href=(routes::API_DOCS) { "APIの説明" } }
    }
}

fn list(tokens: &[Token], now: DateTime<Utc>) -> Markup {
    let rows = tokens.iter().map(|token| {
        let over = token.revoked_at.is_some() || token.expires_at.is_some_and(|until| until <= now);
        vec![
            html! { (token.name) }, html! { (token.role.label()) }, html! { (token.scopes.join(" ")) },
            badge(&Badge { label: if over { "無効" } else { "有効" }, tone: if over { Tone::Neutral } else { Tone::Good } }),
            html! { (token.expires_at.map_or_else(|| "無期限".to_owned(), format::date)) },
            html! { @if !over { (form(&Form { action: &routes::token_revoke(token.id), method_post: true, inline: true, ..Form::default() }, submit(&Button { label: "無効にする", kind: ButtonKind::Danger, ..Button::default() }))) } },
        ]
    });
    table(&Table {
        caption: "トークン",
        head: ["用途", "役割", "権限", "状態", "期限", "操作"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "トークンはまだありません",
        ..Table::default()
    })
}
