//! What a screen says when there is nothing on it yet.

use maud::{Markup, html};

/// An empty state: what is missing and what to do.
#[derive(Debug, Clone, Default)]
pub struct Empty<'a> {
    /// What there is none of.
    pub title: &'a str,
    /// What to do.
    pub what_to_do: &'a str,
    /// The button for it, if there is one.
    pub action: Option<Markup>,
}

/// Draws the empty state.
pub fn empty(e: &Empty<'_>) -> Markup {
    html! {
        div class="empty" {
            p class="empty-title" { (e.title) }
            p { (e.what_to_do) }
            @if let Some(action) = &e.action { (action) }
        }
    }
}
