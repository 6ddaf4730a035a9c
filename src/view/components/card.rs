//! Cards, sections, and cards that open in place.

use maud::{Markup, html};

/// A boxed part of a page with a heading.
pub fn card(title: &str, inner: Markup) -> Markup {
    html! { section class="card" { h2 class="card-title" { (title) } (inner) } }
}

/// A part of a page with a heading and no box.
pub fn section(title: &str, inner: Markup) -> Markup {
    html! { section class="section" { h2 { (title) } (inner) } }
}

/// A card that opens in place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fold<'a> {
    /// The heading.
    pub title: &'a str,
    /// What is inside, in a word, seen while it is closed: 「3件」.
    pub summary: &'a str,
    /// Open from the start.
    pub open: bool,
    /// Id, when something points at it.
    pub id: Option<&'a str>,
}

/// Draws the card; works without scripts.
pub fn fold(f: &Fold<'_>, inner: Markup) -> Markup {
    html! {
        details class="card fold" id=[f.id] open[f.open] {
            summary { span class="card-title" role="heading" aria-level="2" { (f.title) } span class="fold-summary" { (f.summary) } }
            div class="fold-body" { (inner) }
        }
    }
}

/// One of several things that can be done, opened in place; of those with one `group` only one is open at a time.
pub fn one_of(group: &str, title: &str, open: bool, inner: Markup) -> Markup {
    html! { details.one-of name=(group) open[open] { summary { (title) } div.one-of-body { (inner) } } }
}
