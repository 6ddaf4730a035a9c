//! Claims for a support payment: when, for what, how much, how far. No narratives.

use maud::{Markup, html};

use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::table::{Col, Table, table};
use super::format;
use crate::domain::claims::ClaimState;
use crate::routes;
use crate::usecase::claims::ClaimLine;

/// The list of claims; tickets are named, and linked for those who may read them.
pub fn list(lines: &[ClaimLine], may_read: bool) -> Markup {
    let rows = lines.iter().map(|line| {
        let claim = &line.claim;
        vec![
            html! { span.nowrap { (format::date_of(claim.received_on)) } },
            html! { (claim.pattern.label()) @if claim.closed_days > 0 { " " (claim.closed_days) "日" } },
            html! { span.nowrap { (format::yen(u32::try_from(claim.amount_yen).unwrap_or_default())) } },
            badge(&Badge { label: claim.state.label(), tone: tone(claim.state) }),
            html! { @match line.number { Some(no) if may_read => { a.nowrap href=(routes::ticket(no)) { (no) } }, Some(no) => { span.nowrap { (no) } }, None => { "相談票なし" } } },
        ]
    });
    table(&Table {
        caption: "一時支援金請求",
        caption_hidden: true,
        head: vec![Col::text("受付日"), Col::text("区分"), Col::number("金額"), Col::text("状態"), Col::text("相談票")],
        rows: rows.collect(),
        empty: "請求はまだありません",
    })
}

fn tone(state: ClaimState) -> Tone {
    match state {
        ClaimState::Incomplete => Tone::Warn,
        _ => Tone::Neutral,
    }
}
