//! Referrals that go on, on the pages that somebody opens first.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::stage;
use crate::routes;
use crate::usecase::referrals::follow_up::Ongoing;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// The table: what is due first.
pub fn ongoing(all: &[Ongoing], today: NaiveDate) -> Markup {
    let rows = all.iter().map(|Ongoing { referral, line }| {
        let due = referral.due_on.is_some_and(|day| day <= today);
        vec![
            html! {
                @match referral.due_on { Some(day) => span.nowrap { (format::date_of(day)) }, None => "—" }
                @if due { " " (badge(&Badge { label: "経過確認の日", tone: Tone::Warn })) }
            },
            stage(referral.stage),
            html! { a.nowrap href=(routes::ticket_part(line.number, "referrals")) { (line.number) } },
            html! { span.name { (line.facility_name) } },
        ]
    });
    table(&Table {
        caption: "専門事業者の紹介",
        caption_hidden: true,
        head: ["経過確認", "状況", "相談票", "施設"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "進行中の紹介はありません",
    })
}
