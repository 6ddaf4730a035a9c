//! Tables: scroll inside their own region, never the page.

use maud::{Markup, html};

/// A column's heading.
#[derive(Debug, Clone, Copy, Default)]
pub struct Col<'a> {
    /// The heading.
    pub label: &'a str,
    /// Numbers stand to the right.
    pub numeric: bool,
}

impl<'a> Col<'a> {
    /// A column of words.
    pub fn text(label: &'a str) -> Self {
        Self { label, numeric: false }
    }

    /// A column of numbers.
    pub fn number(label: &'a str) -> Self {
        Self { label, numeric: true }
    }
}

/// A table. The first cell of a row names the row.
#[derive(Debug, Clone, Default)]
pub struct Table<'a> {
    /// What the table holds; shown above it.
    pub caption: &'a str,
    /// The headings.
    pub head: Vec<Col<'a>>,
    /// The rows, each as long as the head.
    pub rows: Vec<Vec<Markup>>,
    /// What it means and what to do when there is no row.
    pub empty: &'a str,
    /// The caption is for the screen reader only: a heading right above says the same.
    pub caption_hidden: bool,
}

/// Draws the table, or the words for none.
pub fn table(t: &Table<'_>) -> Markup {
    html! {
        div class="table-region" tabindex="0" role="region" aria-label=(t.caption) {
            table {
                caption class=[t.caption_hidden.then_some("visually-hidden")] { (t.caption) }
                thead { tr { @for col in &t.head { th scope="col" class=[number(col)] { (col.label) } } } }
                tbody {
                    @for row in &t.rows { (table_row(t, row)) }
                    @if t.rows.is_empty() { tr { td class="table-empty" colspan=(t.head.len().max(1)) { (t.empty) } } }
                }
            }
        }
    }
}

fn table_row(t: &Table<'_>, row: &[Markup]) -> Markup {
    html! {
        tr {
            @for (place, cell) in row.iter().enumerate() {
                @if place == 0 { th scope="row" class=[t.head.first().and_then(number)] { (cell) } }
                @else { td class=[t.head.get(place).and_then(number)] { (cell) } }
            }
        }
    }
}

fn number(col: &Col<'_>) -> Option<&'static str> {
    col.numeric.then_some("number")
}
