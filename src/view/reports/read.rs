//! A report as the association reads it.

use maud::{Markup, html};

use super::figures;
use crate::domain::reports::telling::Telling;
use crate::domain::reports::{Period, Report};
use crate::domain::scheme::Lists;
use crate::routes;
use crate::usecase::reports::read::Read;
use crate::view::components::empty::{Empty, empty};
use crate::view::format;

/// A report: what was written beside it, its figures, its files, and the others.
pub fn report(p: &Read, lists: &Lists) -> Markup {
    let period = p.issue.report.period;
    // What was withdrawn since isn't passed over in silence.
    let newer = p.periods.iter().take_while(|(of, _)| *of != period);
    let newer: Vec<Period> = newer.filter(|(_, withdrawn)| *withdrawn).map(|(of, _)| *of).collect();
    html! {
        @for of in newer {
            p.measure { (of.label()) "の報告は取り下げました。" a href=(routes::report(of)) { "取り下げの理由" } }
        }
        @if let Some(withdrawn) = &p.issue.withdrawn {
            section class="notice" {
                h2 { "この報告は取り下げました" }
                p.measure { (withdrawn.notice) }
                p.muted { (format::date_time_full(withdrawn.at)) "に取り下げ。数値は表示していません" }
            }
        } @else {
            @for line in p.issue.comment.lines() { p.measure { (line) } }
            @let telling = Telling { report: &p.issue.report, terms: &p.terms, before: &p.before, lists };
            (figures::explained(&telling, &p.issue.explained))
            (figures::draw(&telling))
            (figures::beside_chart(&p.months, "13か月の推移"))
            (figures::line(&telling))
            (example(&p.issue.report))
            (figures::notes(&telling, p.issue.drawn_at))
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
