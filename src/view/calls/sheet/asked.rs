//! What a specialist who reads along asks.

use maud::{Markup, html};

use super::{PARTS, in_place_with};
use crate::domain::calls::question::Question;
use crate::domain::id::CallId;
use crate::domain::text;
use crate::routes;
use crate::view::components::button::{Button, submit};
use crate::view::components::field::{TextField, hidden, text_field};
use crate::view::components::keyhint::key_hint;

/// An answer that was refused: what had been typed, and why.
pub(super) type Refused<'a> = Option<(&'a str, &'a str)>;

/// What is asked of whoever types the sheet: the first question that waits. It comes while somebody types: it stands over
/// the free end of the head, a line high, and moves nothing; opened (Alt+Q) it's answered in its own form.
pub fn asked_part(call: CallId, asked: &[(Question, String)], refused: Refused<'_>) -> Markup {
    let (typed, error) = refused.unzip();
    html! {
        div.sheet-asked #part-asked aria-live="polite" data-own-keys {
            @if let Some((one, who)) = asked.first() {
                details open[refused.is_some()] {
                    summary {
                        strong { "⚠ " (who) "さんからの質問" @if asked.len() > 1 { "（ほか" (asked.len() - 1) "件）" } "：" } bdi { (one.words) } " " (key_hint("Alt+Q"))
                    }
                    (in_place_with(&routes::call_part(call, "answers"), &format!("{PARTS},#part-asked"), html! {
                        (hidden("question", &one.id.to_string()))
                        (text_field(&TextField {
                            name: "answer", label: "お答え", value: typed.unwrap_or(""), error, max_chars: Some(text::LINE), autocomplete: Some("off"), ..TextField::default()
                        }))
                        (submit(&Button { label: "回答を記録", ..Button::default() }))
                    }))
                }
            }
        }
    }
}
