//! Tables in words, as pages and papers set them.

use super::file::WITHHELD;
use super::issue::{Issue, Standing};
use super::period::Period;
use crate::domain::text::thousands;

/// What isn't told, or isn't there.
pub const NOTHING: &str = "－";

/// A figure that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// What it is.
    pub label: &'static str,
    /// The number, or a mark.
    pub value: String,
    /// Of what.
    pub unit: &'static str,
    /// What it is held against.
    pub note: Option<String>,
}

/// A table in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it holds.
    pub caption: String,
    /// What its columns hold; the first names the lines.
    pub head: Vec<String>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Beneath it: what its groups are made of.
    pub note: Option<String>,
}

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// What it says, column by column.
    pub cells: Vec<String>,
    /// What a chart draws of it.
    pub bar: Bar,
    /// It's all of the others together.
    pub is_total: bool,
}

/// What a chart draws of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// Nothing: it is a total, or nothing is told.
    None,
    /// A bar of so many.
    Of(u64),
    /// A stub that is as long whatever is withheld.
    Withheld,
}

impl Bar {
    pub(super) fn of(cases: Option<u64>) -> Self {
        cases.map_or(Self::Withheld, Self::Of)
    }
}

/// A number, or the mark for withheld.
pub(super) fn shown(cases: Option<u64>) -> String {
    cases.map_or_else(|| WITHHELD.to_owned(), thousands)
}

/// How many months are told side by side.
const MONTHS: usize = 13;

/// The thirteen months up to a period's last, each with its total and that of the year before, as published.
pub fn months(published: &[Issue], period: Period) -> Told {
    let total = |month: Period| {
        let stands = |issue: &&Issue| issue.report.period == month && issue.standing() == Standing::Published;
        published.iter().find(stands).map(|issue| issue.report.total())
    };
    let last = Period::last_over(period.days().1);
    let mut months: Vec<Period> = std::iter::successors(Some(last), |month| month.before()).take(MONTHS).collect();
    months.reverse();
    let said = |cases: Option<Option<u64>>| cases.map_or_else(|| NOTHING.to_owned(), shown);
    let line = |month: Period| {
        let cases = total(month);
        let cells = vec![said(cases), said(month.year_before().and_then(total))];
        Line { name: month.label(), cells, bar: cases.map_or(Bar::None, Bar::of), is_total: false }
    };
    Told {
        caption: "13か月の相談件数（公表した月次報告による）".to_owned(),
        head: ["月", "件数", "前年同月"].map(str::to_owned).to_vec(),
        lines: months.into_iter().map(line).collect(),
        note: Some(format!(
            "「{NOTHING}」は、その月の報告を公表していないか、取り下げた月です。「{WITHHELD}」は公表していない値です。"
        )),
    }
}
