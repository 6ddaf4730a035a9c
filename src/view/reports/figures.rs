//! The tables of a report, each beside its chart: the same for who reads and for who approves.

use maud::{Markup, html};

use crate::domain::reports::jumps::Explained;
use crate::domain::reports::telling::Telling;
use crate::domain::reports::told::{Bar as Drawn, Headline, Line, Told};
use crate::view::components::bars::{Bar, bars};
use crate::view::components::figure::{Figure, figures};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// All of its figures, in an order that never changes.
pub(super) fn draw(p: &Telling<'_>) -> Markup {
    html! {
        (head(&p.headlines()))
        @for told in &p.tables() {
            @if told.lines.iter().any(|line| line.bar != Drawn::None) { (beside_chart(told, &told.caption.replacen('表', "図", 1))) }
            @else { (plain(told)) }
        }
    }
}

fn head(all: &[Headline]) -> Markup {
    let figure = |one: &Headline| Figure {
        label: one.label,
        value: one.value.clone(),
        unit: one.unit,
        note: one.note.clone(),
        ..Figure::default()
    };
    figures(&all.iter().map(figure).collect::<Vec<_>>())
}

/// What the line did.
pub(super) fn line(p: &Telling<'_>) -> Markup {
    drawn(&p.line(), "公表できる件数がありません")
}

/// A table beside its chart.
pub(super) fn beside_chart(told: &Told, chart: &str) -> Markup {
    let bar = |line: &Line| Bar {
        label: line.name.clone(),
        value: if let Drawn::Of(n) = line.bar { u32::try_from(n).ok() } else { None },
        note: (line.bar == Drawn::Withheld).then(|| "非公表".to_owned()),
    };
    // A total isn't set beside its parts.
    let all: Vec<Bar> = told.lines.iter().filter(|line| !line.is_total).map(bar).collect();
    html! {
        section class="columns" { (drawn(told, "")) (bars(chart, &all)) }
        (note(told))
    }
}

fn plain(told: &Told) -> Markup {
    html! { (drawn(told, "")) (note(told)) }
}

fn note(told: &Told) -> Markup {
    html! { @if let Some(note) = &told.note { p.muted { (note) } } }
}

fn drawn(told: &Told, empty: &str) -> Markup {
    let (first, numbers) = told.head.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let head = std::iter::once(Col::text(first)).chain(numbers.iter().map(|name| Col::number(name)));
    let row =
        |line: &Line| std::iter::once(&line.name).chain(&line.cells).map(|words| html! { (words) }).collect::<Vec<_>>();
    let rows = told.lines.iter().map(row).collect();
    table(&Table { caption: &told.caption, head: head.collect(), rows, empty, ..Table::default() })
}

/// What moved much against the period before, and why.
pub(super) fn explained(p: &Telling<'_>, all: &[Explained]) -> Markup {
    html! {
        @if !all.is_empty() {
            section {
                h2 { "前の期間から大きく動いた値" }
                dl.facts { @for (moved, why) in p.explained(all) { dt { (moved) } dd.measure { (why) } } }
            }
        }
    }
}

/// How to read it: what is counted, what a mark means.
pub(super) fn notes(p: &Telling<'_>, drawn_at: chrono::DateTime<chrono::Utc>) -> Markup {
    html! {
        section {
            h2 { "集計について" }
            ul.muted { @for note in p.notes(&format::date_time_full(drawn_at)) { li { (note) } } }
            @if !p.report.changes.is_empty() {
                h3 { "集計方法の変更" }
                ul.muted { @for (on, says) in &p.report.changes { li { (format::date_of(*on)) "から　" (says) } } }
            }
        }
    }
}
