//! A state in one word.

use maud::{Markup, html};

use super::Tone;

/// One word with its tone: 「2次対応中」「期限超過」.
#[derive(Debug, Clone, Copy, Default)]
pub struct Badge<'a> {
    /// The word.
    pub label: &'a str,
    /// What the colour means.
    pub tone: Tone,
}

/// Draws the badge, inline.
pub fn badge(b: &Badge<'_>) -> Markup {
    html! { span class={ "badge " (b.tone.class()) } { (b.label) } }
}
