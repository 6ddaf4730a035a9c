//! A report as the association reads it.

use maud::{Markup, html};

use super::components::bars::{Bar, bars};
use super::components::empty::{Empty, empty};
use super::components::figure::{Figure, figures};
use super::components::table::{Col, Table, table};
use super::format;
use crate::domain::scheme::Lists;
use crate::routes;
use crate::usecase::reports::ReadReport;

/// The one mark for withheld, whatever the reason.
const WITHHELD: &str = "*";

/// A month's report.
pub fn month(p: &ReadReport, lists: &Lists) -> Markup {
    let report = &p.report;
    let shown = |cases: Option<u64>| cases.map_or_else(|| WITHHELD.to_owned(), format::count);
    let total = report
        .total
        .map_or_else(|| "件数は非公表です".to_owned(), |n| format!("相談は全国で{}件でした", format::count(n)));
    let most = report.cells.iter().filter_map(|c| c.cases.map(|n| (n, &c.code))).max().filter(|(n, _)| *n > 0);
    html! {
        p.measure {
            (report.period.label()) "に受け付けた" (total) "。"
            @if let Some((n, code)) = most { "公表できる種別のうち最も多いのは「" (lists.incident_label(code)) "」の" (n) "件です。" }
            @if report.provisional { strong { "【暫定】" } "公表前の確認を経ていない数値です。" }
        }
        (figures(&[Figure { label: "相談件数", value: shown(report.total), unit: "件", ..Figure::default() }]))
        div.columns {
            (table(&Table {
                caption: "表1　種別ごとの相談件数（全国）", head: vec![Col::text("種別"), Col::number("件数")],
                rows: report.cells.iter().map(|c| vec![html! { (lists.incident_label(&c.code)) }, html! { (shown(c.cases)) }]).collect(),
                empty: "", ..Table::default()
            }))
            (bars("種別ごとの相談件数（全国）", &report.cells.iter().map(|c| Bar {
                label: lists.incident_label(&c.code).to_owned(),
                value: c.cases.and_then(|n| u32::try_from(n).ok()),
                note: c.cases.is_none().then(|| "非公表".to_owned()),
            }).collect::<Vec<_>>()))
        }
        p.muted { (WITHHELD) "：個別の施設が推測されないよう公表していない値です（件数または施設数が10未満のもの、およびそれを逆算させないためのもの）。" }
        p.muted {
            "受付日による集計。" (format::date_time_full(p.frozen_at))
            @if report.provisional { "時点の数値で、公表前の確認が済むまでは暫定です。" } @else { "に確定し、以後変わりません。" }
        }
        @if p.periods.len() > 1 {
            nav aria-label="過去の報告" { h2 { "過去の報告" }
                ul { @for period in &p.periods { li { a href=(routes::report(*period)) { (period.label()) } } } }
            }
        }
    }
}

/// Before the first report was drawn.
pub fn none_yet() -> Markup {
    empty(&Empty {
        title: "公表できる報告はまだありません",
        what_to_do: "前月分の報告は、月が替わると自動で作成します。作成されると、ここに表示します",
        action: None,
    })
}
