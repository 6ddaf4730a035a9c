//! One's own account: password, second factor, passkeys, sessions.

use maud::{Markup, html};

use crate::domain::accounts::session::OpenSession;
use crate::routes;
use crate::view::accounts::passkeys;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, button_row, link_button, submit};
use crate::view::components::card::card;
use crate::view::components::form::{Form, form};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// Few recovery codes: time for new ones.
const FEW: u64 = 3;

fn few(codes_left: u64) -> Option<&'static str> {
    match codes_left {
        0 => Some("ありません。作り直して保管してください"),
        n if n <= FEW => Some("残りわずかです。作り直してください"),
        _ => None,
    }
}

fn post(action: &str, label: &str) -> Markup {
    form(
        &Form { action, method_post: true, inline: true, ..Form::default() },
        submit(&Button { label, ..Button::default() }),
    )
}

/// The page. `here` is the session that looks at it.
pub fn page(sessions: &[OpenSession], here: Option<[u8; 32]>, codes_left: u64, keys: &passkeys::Mine<'_>) -> Markup {
    html! {
        (card("パスワードと2段階認証", html! {
            p { "残っている回復コード: " strong { (codes_left) "個" } @if let Some(label) = few(codes_left) { " " (badge(&Badge { label, tone: Tone::Warn })) } }
            (button_row(html! {
                (link_button(routes::PASSWORD, &Button { label: "パスワードの変更", ..Button::default() }))
                (link_button(routes::FACTOR, &Button { label: "認証アプリを登録し直す", ..Button::default() }))
                (post(routes::RECOVERY, "回復コードを作り直す"))
            }))
            p.muted { "回復コードや認証アプリを新しくすると、前のものは使えなくなります。" }
        }))
        (passkeys::mine(keys))
        (card("サインイン中の端末", html! {
            (list(sessions, here))
            @if sessions.len() > 1 { (post(routes::OTHER_SESSIONS, "この端末以外をすべて終了する")) }
        }))
    }
}

fn list(sessions: &[OpenSession], here: Option<[u8; 32]>) -> Markup {
    let rows = sessions.iter().map(|session| {
        let this = here == Some(session.id);
        vec![
            html! { span.name { (if session.agent.is_empty() { "不明な端末" } else { session.agent.as_str() }) } },
            html! { span.nowrap { (session.peer) } },
            html! { span.nowrap { (format::date_time_full(session.created_at)) } },
            html! { span.nowrap { (format::date_time_full(session.last_seen_at)) } },
            html! {
                @if this { (badge(&Badge { label: "この端末", tone: Tone::Good })) }
                @else { (post(&routes::session_end(session.name()), "終了する")) }
            },
        ]
    });
    table(&Table {
        caption: "サインイン中の端末",
        caption_hidden: true,
        head: ["端末", "接続元", "サインイン", "最後の操作", "状態"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "ありません",
    })
}
