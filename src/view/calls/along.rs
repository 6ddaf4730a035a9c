//! A call as whoever reads along sees it, and what they ask.

use maud::{Markup, html};

use crate::domain::calls::CallState;
use crate::domain::calls::question::Question;
use crate::domain::calls::said_cards::taken_back;
use crate::domain::calls::sheet::SheetField;
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Lists;
use crate::domain::text;
use crate::routes;
use crate::usecase::calls::along::Along;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::card;
use crate::view::components::definition::definition_list;
use crate::view::components::field::{TextField, hidden, text_field};
use crate::view::components::form::{Form, form};
use crate::view::components::words::as_written;
use crate::view::format;

/// What the page shows.
pub struct AlongPage<'a> {
    /// The call.
    pub along: &'a Along,
    /// Words.
    pub lists: &'a Lists,
    /// What was typed of a question, where it was refused.
    pub typed: &'a str,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
    /// A fresh idempotency key.
    pub once: &'a str,
}

/// The page.
pub fn page(p: &AlongPage<'_>) -> Markup {
    let call = &p.along.call;
    let open = call.state == CallState::Open;
    html! {
        div data-again=(routes::call_part(call.id, "along")) { (live(p)) }
        @if open { (ask(p)) }
        @else {
            p { "通話は終了しました。" }
            // What was typed while it ended can be taken elsewhere.
            @if let Some(refusal) = p.refusal {
                p.field-error role="alert" tabindex="-1" { (refusal.about("words").unwrap_or(&refusal.message)) }
                @if !p.typed.is_empty() { p { "入力された質問：" bdi { (p.typed) } } }
            }
        }
    }
}

/// What is drawn anew while the call goes on.
pub fn live(p: &AlongPage<'_>) -> Markup {
    let (along, sheet) = (p.along, &p.along.sheet);
    let said = [
        ("お名前", SheetField::CallerName),
        ("折返し", SheetField::Callback),
        ("A①会員名", SheetField::MemberName),
        ("医療機関", SheetField::Facility),
        ("所在地", SheetField::Address),
    ];
    let said = said.into_iter().map(|(what, field)| (what, sheet.text(field))).filter(|(_, words)| !words.is_empty());
    let incident = Some(sheet.text(SheetField::Incident)).filter(|code| !code.is_empty());
    let told: Vec<(&str, Markup)> = incident
        .map(|code| ("種別", html! { (p.lists.incident_label(code)) }))
        .into_iter()
        .chain(said.map(|(what, words)| (what, html! { (words) })))
        .collect();
    html! {
        div.split {
            div {
                (card("ご相談内容", html! {
                    @match sheet.text(SheetField::Narrative) {
                        "" => p { "まだ入力がありません" },
                        words => p { (as_written(words)) },
                    }
                    @if let Some(at) = sheet.saved_at() { p.field-hint { "最後の入力 " (format::time_s(at)) } }
                }))
                (card("対応履歴", html! { ol.plain-list { @for (entry, struck) in along.entries.iter().zip(taken_back(&along.entries)) { li { @if struck { (badge(&Badge { label: "取り消し", tone: Tone::Neutral })) " " } time { (format::time(entry.occurred_at)) } " " (as_written(&entry.body)) } } } }))
            }
            div {
                (card("入電者", html! {
                    p { "担当 " strong { (along.names.get(&along.call.operator_id.0).map_or("", String::as_str)) } "　" (format::time(along.call.arrived_at)) "から" }
                    (definition_list(&told))
                    @for line in &along.tickets { p { a href=(routes::ticket(line.number)) { "相談票 " (line.number) } } }
                }))
                (card("質問", html! {
                    @if along.questions.is_empty() { p { "まだ質問していません" } }
                    @for one in &along.questions { (question(p, one)) }
                }))
            }
        }
    }
}

fn question(p: &AlongPage<'_>, one: &Question) -> Markup {
    html! {
        p {
            bdi { (one.words) } "　" span.field-hint { (format::time(one.asked_at)) " " (p.along.names.get(&one.asked_by.0).map_or("", String::as_str)) } br;
            @match &one.answered {
                Some((at, _)) => { "→ " strong { bdi { (one.answer) } } "　" span.field-hint { (format::time(*at)) } },
                None if p.along.call.state == CallState::Open => (badge(&Badge { label: "回答待ち", tone: Tone::Warn })),
                None => (badge(&Badge { label: "回答なし（通話終了）", tone: Tone::Neutral })),
            }
        }
    }
}

fn ask(p: &AlongPage<'_>) -> Markup {
    let error = p.refusal.map(|refusal| refusal.about("words").unwrap_or(&refusal.message));
    form(
        &Form {
            action: &routes::call_part(p.along.call.id, "questions"),
            method_post: true,
            boosted: true,
            stays: true,
            ..Form::default()
        },
        html! {
            (hidden("once", p.once))
            (text_field(&TextField {
                name: "words", label: "オペレータの画面に出す質問", value: p.typed, error, max_chars: Some(text::LINE), focus_key: Some("F4"),
                autocomplete: Some("off"), ..TextField::default()
            }))
            (submit(&Button { label: "質問を出す", kind: ButtonKind::Primary, key_hint: Some("Ctrl+Enter"), ..Button::default() }))
        },
    )
}
