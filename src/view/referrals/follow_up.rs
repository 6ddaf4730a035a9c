//! Referrals that go on, on the pages that somebody opens first.

use std::collections::HashMap;

use chrono::NaiveDate;
use maud::{Markup, html};
use uuid::Uuid;

use super::stage;
use crate::domain::referrals::Stage;
use crate::domain::tickets::TicketNo;
use crate::usecase::referrals::follow_up::Ongoing;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// The table: what is due first. Each opens where who reads it may go on.
pub fn ongoing(
    all: &[Ongoing],
    today: NaiveDate,
    names: &HashMap<Uuid, String>,
    opens: fn(TicketNo) -> String,
) -> Markup {
    let rows = all.iter().map(|Ongoing { referral, line }| {
        let late = referral.due_on.map(|day| (today - day).num_days());
        let over = late.filter(|days| *days > 0).map(|days| format!("{days}日超過"));
        let owner = line.owner_id.and_then(|owner| names.get(&owner.0));
        vec![
            html! { (stage(referral.stage)) @if referral.urgent && referral.stage < Stage::Introduced { " " (badge(&Badge { label: "至急", tone: Tone::Warn })) } },
            html! {
                @match referral.due_on { Some(day) => span.nowrap { (format::date_of(day)) }, None => "—" }
                @if late == Some(0) { " " (badge(&Badge { label: "経過確認の日", tone: Tone::Warn })) }
                @if let Some(over) = &over { " " (badge(&Badge { label: over, tone: Tone::Danger })) }
            },
            html! { (referral.kind.label()) },
            html! { a.nowrap href=(opens(line.number)) { (line.number) } },
            html! { span.name { (line.facility_name) } },
            html! { span.nowrap { (owner.map_or("—", String::as_str)) } },
        ]
    });
    table(&Table {
        caption: "専門事業者の紹介",
        caption_hidden: true,
        head: ["状況", "経過確認", "種類", "相談票", "施設", "担当"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "進行中の紹介はありません",
    })
}
