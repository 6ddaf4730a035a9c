//! The few drawings that stand beside a word: drawn inline, in the colour of the text.

use maud::{Markup, html};

use super::Tone;

/// The drawing that goes with a tone. Decoration: the words beside it carry the meaning.
pub fn tone_icon(tone: Tone) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false" {
            @match tone {
                Tone::Good => {
                    circle class="icon-line" cx="12" cy="12" r="9" {}
                    path class="icon-line" d="M7.5 12.5l3 3 6-6.5" {}
                }
                Tone::Warn => {
                    path class="icon-line" d="M12 3.5L22 20.5H2z" {}
                    path class="icon-line" d="M12 10v5M12 17.2v.6" {}
                }
                Tone::Danger => {
                    path class="icon-line" d="M8 2.8h8L21.2 8v8L16 21.2H8L2.8 16V8z" {}
                    path class="icon-line" d="M12 7v6.5M12 16.4v.6" {}
                }
                Tone::Info | Tone::Neutral => {
                    circle class="icon-line" cx="12" cy="12" r="9" {}
                    path class="icon-line" d="M12 11v6M12 7v.6" {}
                }
            }
        }
    }
}
