//! The hand-over of a shift, as it's read, signed and taken.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use crate::domain::desks::handover::{Handover, Prompt};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Scheme;
use crate::domain::text;
use crate::domain::time::tokyo_day;
use crate::routes;
use crate::usecase::desks::handover::{HandoverView, Standing};
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::{card, section};
use crate::view::components::field::{TextArea, text_area};
use crate::view::components::form::{Form, form};
use crate::view::components::table::{Col, Table, table};
use crate::view::desks::home;
use crate::view::format;
use crate::view::incidents::upcoming::upcoming;
use crate::view::referrals::follow_up::ongoing;

/// What a desk is asked for, at the top of the pages that somebody opens first.
pub fn notice(prompt: Prompt) -> Markup {
    let (words, link) = match prompt {
        Prompt::Nothing => return html! {},
        Prompt::Sign => {
            ("まもなく受付終了です。残っていることを確かめて、引き継ぎに署名してください。", "引き継ぎを書く")
        }
        Prompt::Take => ("前の担当からの引き継ぎがあります。読んで、確認してください。", "引き継ぎを読む"),
    };
    html! { div.flash.tone-warn { p { (words) " " a href=(routes::HANDOVER) { (link) } } } }
}

/// The page.
pub fn page(p: &HandoverView, scheme: &Scheme, now: DateTime<Utc>, refusal: Option<&Refusal>, typed: &str) -> Markup {
    let untaken = p.recent.iter().filter(|h| h.taken_at.is_none());
    html! {
        @if let Some(refusal) = refusal.filter(|refusal| refusal.fields.is_empty()) { p.field-error role="alert" tabindex="-1" { (refusal.message) } }
        @for handover in untaken { (to_take(p, handover, now)) }
        (stands(&p.standing, &p.names, scheme, now))
        div.no-print { (sign(p, refusal, typed)) }
        @let taken: Vec<_> = p.recent.iter().filter(|h| h.taken_at.is_some()).collect();
        @if !taken.is_empty() {
            (section("確認済みの引き継ぎ（2日以内）", html! { @for handover in taken { (signed(handover, &p.names)) } }))
        }
    }
}

fn name(names: &HashMap<Uuid, String>, id: Uuid) -> &str {
    names.get(&id).map_or("", String::as_str)
}

/// One that was signed: when, by whom, how much was left, what else was told.
fn signed(handover: &Handover, names: &HashMap<Uuid, String>) -> Markup {
    let left = &handover.left;
    let counted = [
        ("終了していない通話", left.calls),
        ("リモート支援", left.remotes),
        ("折返し", left.callbacks),
        ("医師会への確認", left.tasks),
        ("2次対応待ち", left.waiting),
        ("期限の近い相談票", left.clocks),
        ("専門事業者の紹介", left.referrals),
    ];
    let counted = counted.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{what} {count}件"));
    let counted = counted.collect::<Vec<_>>().join("、");
    html! {
        div.piece {
            p { strong { (format::date_time(handover.signed_at)) " " (name(names, handover.signed_by.0)) } "　" @if counted.is_empty() { "残りなし" } @else { (counted) } }
            @for line in handover.words.lines() { p { (line) } }
            @if let (Some(at), Some(by)) = (handover.taken_at, handover.taken_by) { p.field-hint { "確認 " (format::date_time(at)) " " (name(names, by.0)) } }
        }
    }
}

fn to_take(p: &HandoverView, handover: &Handover, now: DateTime<Utc>) -> Markup {
    card(
        "確認していない引き継ぎ",
        html! {
            (signed(handover, &p.names))
            @if handover.may_be_taken_by(p.viewer, now) {
                (form(&Form { action: &routes::handover_taken(handover.id), method_post: true, inline: true, ..Form::default() }, html! {
                    (submit(&Button { label: "読んで引き継いだ", kind: ButtonKind::Primary, ..Button::default() }))
                }))
            } @else { p.field-hint { "ご自身の署名です。ほかの方が読んで引き継ぎます" } }
        },
    )
}

/// What is open, promised and running now; what there is nothing of is said in one line.
fn stands(p: &Standing, names: &HashMap<Uuid, String>, scheme: &Scheme, now: DateTime<Utc>) -> Markup {
    let none: Vec<&str> = [
        ("終了していない通話", p.calls.is_empty()),
        ("リモート支援", p.remotes.is_empty()),
        ("医師会への確認", p.to_ask.is_empty()),
        ("2次対応待ち", p.waiting.is_empty()),
        ("期限の近い相談票", p.clocks.is_empty()),
        ("専門事業者の紹介", p.referrals.is_empty()),
    ]
    .into_iter()
    .filter_map(|(what, none)| none.then_some(what))
    .collect();
    html! {
        @if !none.is_empty() { p { (badge(&Badge { label: "なし", tone: Tone::Good })) " " (none.join("・")) } }
        @if !p.calls.is_empty() {
            (section("終了していない通話", table(&Table {
                caption: "終了していない通話",
                caption_hidden: true,
                head: ["開始", "担当", "電話番号", "お名前"].map(Col::text).to_vec(),
                rows: p.calls.iter().map(|call| vec![
                    html! { a.nowrap href=(routes::call(call.id)) { (format::date_time(call.arrived_at)) } },
                    html! { (name(names, call.operator_id.0)) },
                    html! { span.nowrap { (format::phone(&call.number)) } },
                    html! { (call.caller_name) },
                ]).collect(),
                empty: "",
            })))
        }
        @if !p.remotes.is_empty() {
            (section("実施中のリモート支援", table(&Table {
                caption: "実施中のリモート支援",
                caption_hidden: true,
                head: ["開始", "担当", "相談票", "施設"].map(Col::text).to_vec(),
                rows: p.remotes.iter().map(|(session, line)| vec![
                    html! { span.nowrap { (format::date_time(session.started_at)) } },
                    html! { (name(names, session.operator_id.0)) },
                    html! { @if let Some(line) = line { a.nowrap href=(routes::ticket(line.number)) { (line.number) } } },
                    html! { @if let Some(line) = line { span.name { (line.facility_name) } } },
                ]).collect(),
                empty: "",
            })))
        }
        (section("折返しのお約束（明日まで）", home::callbacks(&p.callbacks, now, None, "折返しのお約束はありません")))
        @if !p.to_ask.is_empty() { (section("医師会への確認", home::to_ask(&p.to_ask, now))) }
        @if !p.waiting.is_empty() { (section("2次対応待ち", home::waiting(&p.waiting, &scheme.lists, now))) }
        @if !p.clocks.is_empty() { (section("法令などの期限（超過・間近）", upcoming(&p.clocks, scheme, tokyo_day(now), None))) }
        @if !p.referrals.is_empty() { (section("専門事業者の紹介（進行中・経過確認）", ongoing(&p.referrals, tokyo_day(now), names, routes::ticket))) }
    }
}

fn sign(p: &HandoverView, refusal: Option<&Refusal>, typed: &str) -> Markup {
    card(
        "引き継ぎに署名する",
        html! {
            @if p.prompt == Prompt::Sign { p { (badge(&Badge { label: "署名待ち", tone: Tone::Warn })) " 上に残っていることを確かめてから、署名してください" } }
            (form(&Form { action: routes::HANDOVER, method_post: true, boosted: true, ..Form::default() }, html! {
                (text_area(&TextArea {
                    name: "words",
                    label: "申し送り（任意）",
                    value: typed,
                    rows: 3,
                    max_chars: Some(text::NOTE),
                    hint: Some("30日で消えます。対応のことは相談票に書いてください"),
                    error: refusal.and_then(|refusal| refusal.about("words")),
                    focus_key: Some("F4"),
                    ..TextArea::default()
                }))
                (submit(&Button { label: "署名する", kind: ButtonKind::Primary, key_hint: Some("Ctrl+Enter"), ..Button::default() }))
            }))
        },
    )
}
