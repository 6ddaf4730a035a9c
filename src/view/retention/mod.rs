//! What waits for a person before it is erased: told before everything else, to those who can have it looked at.

use maud::{Markup, html};

use crate::domain::retention::wait::Wait;
use crate::view::components::Tone;
use crate::view::components::flash::{Flash, flash};

/// One message for each reason; nothing for none.
pub fn notices(waits: &[Wait]) -> Markup {
    html! { @for wait in waits { (flash(&Flash { tone: Tone::Danger, text: wait.words() })) } }
}
