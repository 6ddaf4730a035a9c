//! A key to press, shown beside what it does.

use maud::{Markup, html};

/// `<kbd>` for one key or a combination, as written on the keyboard: `F2`, `Alt+5`, `Ctrl+Enter`.
pub fn key_hint(key: &str) -> Markup {
    html! { kbd { (key) } }
}
