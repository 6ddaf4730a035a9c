//! A report on paper, for a meeting: what its page says, in the same order.

use crate::domain::reports::issue::Issue;
use crate::domain::reports::telling::Telling;
use crate::domain::reports::told::{Bar, Headline, Line, Told};
use crate::domain::reports::{Example, Report, Terms};
use crate::domain::scheme::Lists;
use crate::domain::time::tokyo_time;
use crate::gateway::pdf::{Body, Grid, GridBar, GridRow, Inside, Paper, Part};

/// What stands beside a report's own figures when it's published: what was published until then.
pub(super) struct Beside {
    /// The reports that it is compared with.
    pub(super) before: Vec<(Report, Terms)>,
    /// The months up to its end.
    pub(super) months: Told,
}

/// The report on paper; with what a person wrote and what was published before it for who reads it, its figures alone
/// without.
pub(super) fn paper((issue, terms): (&Issue, &Terms), beside: Option<&Beside>, lists: &Lists, json: String) -> Paper {
    let before = beside.map_or(&[][..], |beside| &beside.before);
    let telling = Telling { report: &issue.report, terms, before, lists };
    let figure = |one: Headline| {
        let note = one.note.map_or_else(String::new, |note| format!("（{note}）"));
        (one.label.to_owned(), format!("{}{}{note}", one.value, one.unit))
    };
    let words = beside.into_iter().flat_map(|_| comment(issue, &telling));
    let months = beside.map(|beside| grid(&beside.months));
    let line = telling.line();
    let line = (!line.lines.is_empty()).then(|| grid(&line));
    let tables: Vec<Part> = telling.tables().iter().map(grid).collect();
    let parts = words.chain(tables).chain(months).chain(line);
    let parts = parts.chain(issue.report.example.as_ref().map(example)).chain(notes(issue, &telling));
    let title = format!("{}の報告", issue.report.period.label());
    Paper {
        title: format!("サイバーセキュリティ相談窓口　{title}"),
        head: telling.headlines().into_iter().map(figure).collect(),
        parts: parts.collect(),
        foot: title,
        inside: Some(Inside { name: "report.json".into(), text: json, mime: "application/json".into() }),
    }
}

/// What a person wrote: on all of it, and on what moved.
fn comment(issue: &Issue, telling: &Telling<'_>) -> Vec<Part> {
    let said = issue.comment.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    let mut parts = vec![Part { title: "説明".to_owned(), body: vec![Body::Lines(said)] }];
    let moved = telling.explained(&issue.explained);
    if !moved.is_empty() {
        parts
            .push(Part { title: "前の期間から大きく動いた値".to_owned(), body: vec![Body::Facts(moved)] });
    }
    parts
}

/// A table with its bars.
fn grid(told: &Told) -> Part {
    let value = |line: &Line| if let Bar::Of(n) = line.bar { Some(n) } else { None };
    let most = told.lines.iter().filter_map(value).max().unwrap_or_default().max(1);
    let row = |line: &Line| GridRow {
        cells: std::iter::once(&line.name).chain(&line.cells).cloned().collect(),
        bar: match line.bar {
            Bar::None => None,
            Bar::Of(n) => Some(GridBar::Of(u16::try_from(n * 1000 / most).unwrap_or(1000))),
            Bar::Withheld => Some(GridBar::Hatched),
        },
        is_total: line.is_total,
    };
    let table = Grid { head: told.head.clone(), rows: told.lines.iter().map(row).collect() };
    let note = told.note.iter().map(|note| Body::Lines(vec![note.clone()]));
    Part { title: told.caption.clone(), body: std::iter::once(Body::Grid(table)).chain(note).collect() }
}

/// The invented case, and what is recommended.
fn example(one: &Example) -> Part {
    let advice =
        one.advice.iter().enumerate().map(|(nth, advice)| (format!("おすすめする対策 {}", nth + 1), advice.clone()));
    let told = [("架空の事例".to_owned(), one.told.clone())].into_iter().chain(advice);
    let rows = told.chain([("もとにした公開資料".to_owned(), one.source.clone())]).collect();
    Part { title: format!("架空の事例　{}", one.title), body: vec![Body::Facts(rows)] }
}

/// How to read it, what was changed of how things are counted, and by what its file is known.
fn notes(issue: &Issue, telling: &Telling<'_>) -> Vec<Part> {
    let time = |at| tokyo_time(at).format("%Y年%-m月%-d日 %H:%M").to_string();
    let mut lines = telling.notes(&time(issue.drawn_at));
    lines.extend(issue.published.as_ref().map(|published| {
        format!("{}に公表。JSONファイルの確認用の値（SHA-256） {}", time(published.at), published.hash)
    }));
    let changed: Vec<_> = issue.report.changes.iter().map(|(on, says)| (format!("{on}から"), says.clone())).collect();
    let changes = (!changed.is_empty())
        .then(|| Part { title: "集計方法の変更".to_owned(), body: vec![Body::Facts(changed)] });
    std::iter::once(Part { title: "集計について".to_owned(), body: vec![Body::Lines(lines)] }).chain(changes).collect()
}
