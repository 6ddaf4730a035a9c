//! Claims for a support payment: when, for what, how much, how far. No narratives.

use maud::{Markup, html};

use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::table::{Col, Table, table};
use super::format;
use crate::domain::claims::{Claim, ClaimState};
use crate::routes;
use crate::usecase::claims::ClaimLine;

/// The list of claims.
pub fn list(lines: &[ClaimLine]) -> Markup {
    let rows = lines.iter().map(|line| {
        let claim = &line.claim;
        vec![
            html! { span.nowrap { (format::date_of(claim.received_on)) } },
            what(claim),
            html! { span.nowrap { (amount(claim)) } },
            badge(&Badge { label: claim.state.label(), tone: tone(claim.state) }),
            html! { @match line.number { Some(no) => { a.nowrap href=(routes::ticket(no)) { (no) } }, None => { "相談票なし" } } },
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

/// The claims of one ticket, in the card beside it.
pub fn beside(claims: &[Claim], amounts: bool) -> Markup {
    html! {
        @for claim in claims {
            p.header-line {
                (badge(&Badge { label: claim.state.label(), tone: tone(claim.state) }))
                span { (what(claim)) }
                @if amounts { span.nowrap { (amount(claim)) } }
                span.nowrap { "受付 " (format::date_of(claim.received_on)) }
                @if let Some(paid) = claim.paid_on { span.nowrap { "支払 " (format::date_of(paid)) } }
            }
        }
    }
}

fn what(claim: &Claim) -> Markup {
    html! { (claim.pattern.label()) @if claim.closed_days > 0 { " " (claim.closed_days) "日" } }
}

fn amount(claim: &Claim) -> String {
    format::yen(claim.amount)
}

fn tone(state: ClaimState) -> Tone {
    match state {
        ClaimState::Incomplete => Tone::Warn,
        _ => Tone::Neutral,
    }
}
