//! The supervisor's day.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::button::{Button, submit};
use super::components::card::section;
use super::components::figure::{Figure, figures};
use super::components::form::{Form, form};
use super::components::table::{Col, Table, table};
use super::{format, home};
use crate::routes;
use crate::usecase::supervise::Day;

/// The day view.
pub fn day(p: &Day, now: DateTime<Utc>) -> Markup {
    let figure = |label, value: u64, unit| Figure { label, value: format::count(value), unit, note: None };
    html! {
        (figures(&[
            figure("本日の通話", p.calls, "件"), figure("本日の相談票", p.opened, "件"),
            figure("対応中の相談票", p.open, "件"), figure("2次対応待ち", p.waiting, "件"),
        ]))
        (section("通話中", on_call(p, now)))
        (section("期限を過ぎたお約束", home::promises(&p.overdue, now)))
        (section("確認をお願いしたい対応", reviews(p)))
        (section("本日の対応結果", dispositions(p)))
    }
}

fn on_call(p: &Day, now: DateTime<Utc>) -> Markup {
    let rows = p.on_call.iter().map(|call| {
        vec![
            html! { (p.names.get(&call.operator_id.0).map_or("", String::as_str)) },
            html! { a href=(routes::call(call.id)) { (format::date_time(call.arrived_at)) } },
            html! { (format::duration_ja((now - call.arrived_at).num_seconds())) },
            html! { (format::phone(&call.number)) },
        ]
    });
    table(&Table {
        caption: "通話中",
        caption_hidden: true,
        head: ["担当", "開始", "経過", "電話番号"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "いま通話中の人はいません",
    })
}

fn reviews(p: &Day) -> Markup {
    let button = |action: &str| {
        form(
            &Form { action, method_post: true, inline: true, ..Form::default() },
            submit(&Button { label: "確認しました", ..Button::default() }),
        )
    };
    let name = |id: &uuid::Uuid| p.names.get(id).map_or("", String::as_str).to_owned();
    let calls = p.to_review.iter().map(|call| {
        let kind = if call.complaint {
            badge(&Badge { label: "苦情", tone: Tone::Danger })
        } else {
            badge(&Badge { label: "時間外対応", tone: Tone::Warn })
        };
        vec![
            kind,
            html! { a href=(routes::call(call.id)) { (format::date_time(call.arrived_at)) } },
            html! { (name(&call.operator_id.0)) },
            html! { (call.out_of_hours_reason) },
            button(&routes::call_part(call.id, "review")),
        ]
    });
    let provisional = p.provisional.iter().map(|v| {
        vec![
            badge(&Badge { label: "仮受付", tone: Tone::Info }),
            html! { @if let Some(no) = p.tickets.get(&v.call_id.0) { a.nowrap href=(routes::ticket(*no)) { (no) } } @else { a href=(routes::call(v.call_id)) { (format::date_time(v.decided_at)) } } },
            html! { (name(&v.decided_by.0)) },
            html! { (v.reason) },
            button(&routes::verification_review(v.id)),
        ]
    });
    table(&Table {
        caption: "確認をお願いしたい対応",
        caption_hidden: true,
        head: ["種類", "対象", "担当", "理由", "確認"].map(Col::text).to_vec(),
        rows: calls.chain(provisional).collect(),
        empty: "確認待ちの対応はありません",
    })
}

fn dispositions(p: &Day) -> Markup {
    table(&Table {
        caption: "本日の対応結果",
        caption_hidden: true,
        head: vec![Col::text("対応結果"), Col::number("件数")],
        rows: p.dispositions.iter().map(|(d, n)| vec![html! { (d.label()) }, html! { (n) }]).collect(),
        empty: "本日終了した通話はまだありません",
    })
}
