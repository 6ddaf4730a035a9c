//! The audit, for administrators.

use maud::{Markup, html};

use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::pager::{Pager, pager};
use super::components::table::{Col, Table, table};
use super::format;
use crate::routes;
use crate::usecase::audit::AuditPage;

/// Who it was, when it was nobody with a name.
fn kind(code: &str) -> String {
    let known = [("system", "システム"), ("stranger", "サインイン前の人")];
    known.iter().find(|(known, _)| *known == code).map_or(code, |(_, label)| label).to_owned()
}

/// A page of entries.
pub fn page(p: &AuditPage) -> Markup {
    let rows = p.rows.iter().map(|row| {
        let (label, tone) = match row.result.as_str() {
            "done" => ("実施", Tone::Neutral),
            "refused" => ("拒否", Tone::Danger),
            _ => ("失敗", Tone::Warn),
        };
        let who = row.actor_id.and_then(|id| p.names.get(&id)).cloned().unwrap_or_else(|| kind(&row.actor_kind));
        vec![
            html! { span.nowrap { (format::date_time_full(row.at)) } },
            html! { (who) },
            html! { (row.action) },
            html! { (row.object_kind) @if let Some(id) = row.object_id { " " code { (id) } } },
            badge(&Badge { label, tone }),
            html! { (row.peer) },
        ]
    });
    html! {
        (table(&Table {
            caption: "監査記録", caption_hidden: true,
            head: ["日時", "だれが", "何を", "対象", "結果", "接続元"].map(Col::text).to_vec(),
            rows: rows.collect(), empty: "記録はまだありません",
        }))
        (pager(&Pager {
            newer: None,
            older: p.rows.last().map(|row| format!("{}?before={}", routes::AUDIT, row.at.timestamp_micros())),
            note: format!("{}件を表示", p.rows.len()),
        }))
    }
}
