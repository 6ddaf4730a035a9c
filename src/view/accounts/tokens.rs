//! API tokens, for administrators.

use maud::{Markup, html};

use crate::domain::access::actor::Role;
use crate::domain::accounts::TOKEN_DAYS;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::usecase::accounts::TokenLine;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::card;
use crate::view::components::field::{Choice, InputKind, SelectField, TextField, select_field, text_field};
use crate::view::components::form::{Form, form};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// The page. `secret` was just made and is shown once.
pub fn page(tokens: &[TokenLine], secret: Option<&str>, refusal: Option<&Refusal>) -> Markup {
    let about = |name: &str| refusal.and_then(|r| r.about(name));
    html! {
        @if let Some(secret) = secret {
            (card("新しいトークン", html! { p { "いま写し取ってください。この画面を離れると二度と表示されません。" } p { code.shown-once { (secret) } } }))
        }
        (card("トークンの作成", form(&Form { action: routes::TOKENS, method_post: true, inline: true, ..Form::default() }, html! {
            (text_field(&TextField { name: "name", label: "用途", error: about("name"), required: true, autocomplete: Some("off"), ..TextField::default() }))
            (select_field(&SelectField { name: "role", label: "役割", choices: Role::ALL.iter().map(|r| Choice::new(r.code(), r.label(), *r == Role::Integration)).collect(), ..SelectField::default() }))
            (text_field(&TextField { name: "scopes", label: "権限（空欄は役割のすべて）", error: about("scopes"), autocomplete: Some("off"), ..TextField::default() }))
            (text_field(&TextField { name: "days", label: "有効日数（3650まで）", value: &TOKEN_DAYS.to_string(), kind: InputKind::Numeric, error: about("days"), ..TextField::default() }))
            (submit(&Button { label: "作成", kind: ButtonKind::Primary, ..Button::default() }))
        })))
        p.muted { "作った人がトークンの責任者です。その人のアカウントが止まるか役割が変わると、トークンも止まります。特例・事後確認・保全・管理など、人だけの操作はトークンではできません（" a href=(routes::RIGHTS) { "権限表" } "）。" }
        (list(tokens))
        p { a href=(routes::API_DOCS) { "APIの説明" } }
    }
}

fn list(tokens: &[TokenLine]) -> Markup {
    let rows = tokens.iter().map(|line| {
        let token = &line.token;
        let over = !line.works;
        vec![
            html! { (token.name) }, html! { (token.role.label()) }, html! { (token.scopes.join(" ")) },
            html! { @if line.person.is_empty() { "コンソール" } @else { (line.person) } },
            badge(&Badge { label: if over { "無効" } else { "有効" }, tone: if over { Tone::Neutral } else { Tone::Good } }),
            html! { (token.expires_at.map_or_else(|| "無期限".to_owned(), format::date)) },
            html! { @if !over { (form(&Form { action: &routes::token_revoke(token.id), method_post: true, inline: true, ..Form::default() }, submit(&Button { label: "無効にする", kind: ButtonKind::Danger, ..Button::default() }))) } },
        ]
    });
    table(&Table {
        caption: "トークン",
        head: ["用途", "役割", "権限", "責任者", "状態", "期限", "操作"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "トークンはまだありません",
        ..Table::default()
    })
}
