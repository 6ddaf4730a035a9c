//! A day's calls.

pub mod along;
pub mod sheet;

use std::collections::HashMap;

use maud::{Markup, html};
use uuid::Uuid;

use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::button::{Button, link_button};
use super::components::table::{Col, Table, table};
use super::format;
use crate::domain::calls::lacking::sentence;
use crate::domain::calls::{Call, CallState};
use crate::routes;
use crate::usecase::calls::DayOfCalls;

/// A day's calls, newest first. `today` decides whether there is a next day to go to.
pub fn day(p: &DayOfCalls, today: chrono::NaiveDate, once: &str, may_start: bool) -> Markup {
    let step = chrono::Duration::days(1);
    let rows = p.calls.iter().map(|call| row(p, call)).collect();
    html! {
        @if may_start { div.big-action { (sheet::start_form(once)) } }
        p.header-line {
            (link_button(&routes::calls_of(p.day - step), &Button { label: "前の日", ..Button::default() }))
            strong { (format::date_of(p.day)) }
            @if p.day < today { (link_button(&routes::calls_of(p.day + step), &Button { label: "次の日", ..Button::default() })) }
            @let conversations = p.calls.iter().filter(|call| call.part == 1).count();
            span.push { (conversations) "件" @if conversations < p.calls.len() { "（施設ごとの記録 " (p.calls.len()) "件）" } }
        }
        (table(&Table {
            caption: "この日の通話", caption_hidden: true,
            head: ["時刻", "方向", "電話番号", "入電者", "お立場", "対応結果", "相談票", "担当"].map(Col::text).to_vec(),
            rows, empty: "この日の通話はありません",
        }))
    }
}

fn row(p: &DayOfCalls, call: &Call) -> Vec<Markup> {
    let tickets = p.tickets.iter().filter(|(id, _)| *id == call.id.0).map(|(_, no)| no);
    let name = p.names.iter().find(|(id, _)| *id == call.operator_id.0).map_or("", |(_, n)| n.as_str());
    vec![
        html! { a href=(routes::call(call.id)) { (format::time(call.arrived_at)) } @if call.part > 1 { " " small.nowrap { (call.part) "件目の施設" } } },
        html! { (call.direction.label()) },
        html! { span.nowrap { (format::phone(&call.number)) } },
        html! { (call.caller_name) },
        html! { (call.standing.map_or("", |s| s.label())) },
        result(call),
        html! { @for no in tickets { a.nowrap href=(routes::ticket(*no)) { (no) } " " (p.facilities.get(no).map_or("", String::as_str)) " " } },
        html! { (name) },
    ]
}

fn result(call: &Call) -> Markup {
    html! {
        @match call.state {
            CallState::Open => { (badge(&Badge { label: "通話中", tone: Tone::Warn })) }
            CallState::Missed => { (badge(&Badge { label: if call.out_of_hours { "時間外着信" } else { "未応答" }, tone: Tone::Neutral })) }
            CallState::Ended => {
                (call.disposition.map_or("", |d| d.label()))
                @if !call.lacking.is_empty() { " " small { (sentence(&call.lacking)) } }
            }
        }
        @if call.out_of_hours && call.state != CallState::Missed { " " (badge(&Badge { label: "時間外対応", tone: Tone::Warn })) }
        @if call.complaint { " " (badge(&Badge { label: "苦情", tone: Tone::Danger })) }
    }
}

/// Calls that a search found, of whatever day.
pub fn found(calls: &[Call], names: &HashMap<Uuid, String>) -> Markup {
    let row = |call: &Call| {
        vec![
            html! { a.nowrap href=(routes::call(call.id)) { (format::date_time_full(call.arrived_at)) } },
            html! { (call.direction.label()) },
            html! { span.nowrap { (format::phone(&call.number)) } },
            html! { (call.caller_name) },
            html! { (call.standing.map_or("", |s| s.label())) },
            result(call),
            html! { span.nowrap { (names.get(&call.operator_id.0).map_or("", String::as_str)) } },
        ]
    };
    table(&Table {
        caption: "見つかった通話",
        caption_hidden: true,
        head: ["着信", "方向", "電話番号", "入電者", "お立場", "対応結果", "担当"].map(Col::text).to_vec(),
        rows: calls.iter().map(row).collect(),
        empty: "見つかりませんでした",
    })
}
