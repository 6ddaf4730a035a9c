//! Terms and what they are.

use maud::{Markup, html};

/// A list of terms with their values, aligned.
pub fn definition_list<T: AsRef<str>>(items: &[(T, Markup)]) -> Markup {
    html! {
        dl class="definitions" {
            @for (term, value) in items { div { dt { (term.as_ref()) } dd { (value) } } }
        }
    }
}
