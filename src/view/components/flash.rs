//! What just happened, and what is wrong with what was sent.

use maud::{Markup, html};

use super::{Tone, icon::tone_icon};

/// One message at the top of a page.
#[derive(Debug, Clone, Default)]
pub struct Flash {
    /// How it went.
    pub tone: Tone,
    /// What happened and what to do next.
    pub text: String,
}

/// Draws the message.
pub fn flash(f: &Flash) -> Markup {
    html! {
        div class={ "flash " (f.tone.class()) } role=[(f.tone == Tone::Danger).then_some("alert")] {
            (tone_icon(f.tone)) p { (f.text) }
        }
    }
}

/// The list of what to put right, each linked to its field: (field id, message). Nothing for none.
pub fn error_summary<I: AsRef<str>, M: AsRef<str>>(items: &[(I, M)]) -> Markup {
    html! {
        @if !items.is_empty() {
            section class="error-summary" aria-labelledby="error-summary-title" tabindex="-1" data-error-summary {
                h2 id="error-summary-title" { (tone_icon(Tone::Danger)) (items.len()) "か所をご確認ください" }
                ul { @for (id, message) in items { li { a href={ "#" (id.as_ref()) } { (message.as_ref()) } } } }
                p { "入力内容はこの画面に残っています。" }
            }
        }
    }
}
