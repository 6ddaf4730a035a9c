//! A figure that matters, large.

use maud::{Markup, html};

/// One number with its name.
#[derive(Debug, Clone, Default)]
pub struct Figure<'a> {
    /// What is counted.
    pub label: &'a str,
    /// The number, formatted.
    pub value: String,
    /// 件, %, 分.
    pub unit: &'a str,
    /// The list of what is counted.
    pub href: Option<&'a str>,
    /// What to compare it with.
    pub note: Option<String>,
}

/// Draws the figure.
pub fn figure(f: &Figure<'_>) -> Markup {
    html! {
        div class="figure" {
            p class="figure-label" { @if let Some(href) = f.href { a href=(href) { (f.label) } } @else { (f.label) } }
            p class="figure-value" { strong { (f.value) } span class="figure-unit" { (f.unit) } }
            @if let Some(note) = &f.note { p class="figure-note" { (note) } }
        }
    }
}

/// Draws several side by side.
pub fn figures(list: &[Figure<'_>]) -> Markup {
    html! { div class="figures" { @for f in list { (figure(f)) } } }
}
