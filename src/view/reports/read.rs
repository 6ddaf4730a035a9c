//! A report as the association reads it.

use maud::{Markup, html};

use super::figures::{Figures, notes};
use crate::domain::reports::file::WITHHELD;
use crate::domain::reports::{Period, Report};
use crate::domain::scheme::Lists;
use crate::routes;
use crate::usecase::reports::read::{Month, Read};
use crate::view::components::bars::{Bar, bars};
use crate::view::components::empty::{Empty, empty};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// A report: what was written beside it, its figures, its files, and the others.
pub fn report(p: &Read, lists: &Lists) -> Markup {
    let period = p.issue.report.period;
    html! {
        @if let Some(withdrawn) = &p.issue.withdrawn {
            section class="notice" {
                h2 { "この報告は取り下げました" }
                p.measure { (withdrawn.notice) }
                p.muted { (format::date_time_full(withdrawn.at)) "に取り下げ。数値は表示していません" }
            }
        } @else {
            @for line in p.issue.comment.lines() { p.measure { (line) } }
            @let figures = Figures { report: &p.issue.report, terms: &p.terms, before: &p.before, lists };
            (figures.explained(&p.issue.explained))
            (figures.draw())
            (months(&p.months))
            (figures.line())
            (example(&p.issue.report))
            (notes(&p.issue.report, p.issue.drawn_at))
            section {
                h2 { "ファイル" }
                p.header-line {
                    a href=(routes::report_file(period, "pdf")) { "印刷用（PDF）" }
                    a href=(routes::report_file(period, "xlsx")) { "表（Excel）" }
                    a href=(routes::report_file(period, "csv")) { "表（CSV）" }
                    a href=(routes::report_file(period, "json")) { "機械処理用（JSON）" }
                }
            }
            @if let Some(published) = &p.issue.published {
                p.muted { (format::date_time_full(published.at)) "に公表。JSONファイルの確認用の値（SHA-256） " code { (published.hash) } }
            }
        }
        (archive(&p.periods, period))
    }
}

/// Thirteen months beside those of the year before.
fn months(months: &[Month]) -> Markup {
    let told = |cases: Option<Option<u64>>| match cases {
        Some(Some(n)) => format::count(n),
        Some(None) => WITHHELD.to_owned(),
        None => "－".to_owned(),
    };
    let row = |one: &Month| {
        vec![html! { (one.month.label()) }, html! { (told(one.cases)) }, html! { (told(one.year_before)) }]
    };
    let bar = |one: &Month| Bar {
        label: one.month.label(),
        value: one.cases.flatten().and_then(|n| u32::try_from(n).ok()),
        note: one.cases.is_some_and(|cases| cases.is_none()).then(|| "非公表".to_owned()),
    };
    html! {
        section class="columns" {
            (table(&Table {
                caption: "13か月の相談件数（公表した月次報告による）",
                head: vec![Col::text("月"), Col::number("件数"), Col::number("前年同月")],
                rows: months.iter().map(row).collect(), ..Table::default()
            }))
            (bars("13か月の推移", &months.iter().map(bar).collect::<Vec<_>>()))
        }
        p.muted { "「－」は、その月の報告を公表していないか、取り下げた月です。「" (WITHHELD) "」は公表していない値です。" }
    }
}

/// The invented case, and what is recommended.
pub(super) fn example(report: &Report) -> Markup {
    html! {
        @if let Some(one) = &report.example {
            section {
                h2 { "架空の事例：" (one.title) }
                p.measure { (one.told) }
                h3 { "おすすめする対策" }
                ol { @for advice in &one.advice { li { (advice) } } }
                p.muted { "実際のご相談をもとにしたものではありません。公開されている資料から作成しました（" (one.source) "）" }
            }
        }
    }
}

fn archive(periods: &[(Period, bool)], here: Period) -> Markup {
    html! {
        @if periods.len() > 1 {
            nav aria-label="公表した報告" {
                h2 { "公表した報告" }
                ul { @for (period, withdrawn) in periods {
                    li {
                        @if *period == here { strong aria-current="page" { (period.label()) } }
                        @else { a href=(routes::report(*period)) { (period.label()) } }
                        @if *withdrawn { "（取り下げ）" }
                    }
                } }
            }
        }
    }
}

/// Before the first report was published.
pub fn none_yet() -> Markup {
    empty(&Empty {
        title: "公表した報告はまだありません",
        what_to_do: "月・四半期・年が終わると報告を作成し、窓口の二人が確認してから公表します。公表すると、ここに表示します",
        action: None,
    })
}
