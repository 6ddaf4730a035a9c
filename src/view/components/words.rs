//! What somebody wrote, as they wrote it.

use maud::{Markup, html};

/// Lines, blank ones and indents too, are kept.
pub fn as_written(words: &str) -> Markup {
    html! { span.said { (words) } }
}
