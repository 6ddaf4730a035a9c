//! Paging by key: newer and older, no page numbers.

use maud::{Markup, html};

/// Where the neighbouring pages are.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// Link to newer rows, if any.
    pub newer: Option<String>,
    /// Link to older rows, if any.
    pub older: Option<String>,
    /// What is shown: 「50件を表示しています」.
    pub note: String,
}

/// Draws the pager; nothing when there is nothing to say.
pub fn pager(p: &Pager) -> Markup {
    html! {
        @if p.newer.is_some() || p.older.is_some() || !p.note.is_empty() {
            nav class="pager" aria-label="ページ送り" {
                @if let Some(href) = &p.newer { a class="button button-secondary" href=(href) rel="prev" { "← 新しい方へ" } }
                @if !p.note.is_empty() { span class="pager-note" { (p.note) } }
                @if let Some(href) = &p.older { a class="button button-secondary" href=(href) rel="next" { "古い方へ →" } }
            }
        }
    }
}
