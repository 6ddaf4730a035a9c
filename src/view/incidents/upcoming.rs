//! The clocks that run, on the pages that somebody opens first.

use std::collections::HashMap;

use chrono::NaiveDate;
use maud::{Markup, html};
use uuid::Uuid;

use super::clocks::{left, nearness};
use crate::domain::scheme::Scheme;
use crate::routes;
use crate::usecase::incidents::upcoming::Upcoming;
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// Clocks by how near their end is.
pub fn upcoming(all: &[Upcoming], scheme: &Scheme, today: NaiveDate, names: Option<&HashMap<Uuid, String>>) -> Markup {
    let rows = all.iter().map(|Upcoming { clock, line, days, near, assumed, others }| {
        let owner = line.owner_id.and_then(|owner| names?.get(&owner.0));
        let mut cells = vec![
            html! {
                @match (days.limit, days.aim) {
                    (Some(limit), _) => span.nowrap { (format::date_of(limit)) " " (left(limit, today)) },
                    (None, Some(aim)) => span.nowrap { "目標 " (format::date_of(aim)) " " (left(aim, today)) },
                    (None, None) => {},
                }
                @if *assumed { br; small { "起算日は仮" } }
            },
            nearness(*near, days, today),
            html! { (scheme.incidents.duty_label(&clock.duty)) @if *others > 0 { " " small.nowrap { "ほか" (others) "件" } } },
            html! { a.nowrap href=(routes::ticket_part(line.number, "incident")) { (line.number) } },
            html! { span.name { (line.facility_name) } },
        ];
        if names.is_some() {
            cells.push(html! { span.nowrap { (owner.map_or("—", String::as_str)) } });
        }
        cells
    });
    let head: &[&str] = &["期限", "状況", "内容", "相談票", "施設", "担当"];
    table(&Table {
        caption: "法令などの期限",
        caption_hidden: true,
        head: head.iter().take(if names.is_some() { 6 } else { 5 }).map(|label| Col::text(label)).collect(),
        rows: rows.collect(),
        empty: "期限のある相談票はありません",
    })
}
