//! The wrapper of every form.

use maud::{Markup, html};

/// Where a form goes and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<'a> {
    /// Path it is sent to.
    pub action: &'a str,
    /// POST for what changes something and for free text; GET for enumerated filters only.
    pub method_post: bool,
    /// Id, when something points at the form.
    pub id: Option<&'a str>,
    /// Sent by htmx: an answer that refuses (422, 409) redraws in place, one that fails leaves
    /// what was typed untouched. Works the same, less kindly, without scripts.
    pub boosted: bool,
    /// Carries a file.
    pub multipart: bool,
    /// Another form of the page, as a selector: what is being typed there is sent along, and comes back with the page.
    pub beside: Option<&'a str>,
    /// The page stays where it's scrolled to when the answer comes.
    pub stays: bool,
    /// Fields side by side, for filters and short strips.
    pub inline: bool,
}

/// Wraps the fields in the form.
pub fn form(f: &Form<'_>, inner: Markup) -> Markup {
    html! {
        form action=(f.action) method=(if f.method_post { "post" } else { "get" }) id=[f.id]
            class=(if f.inline { "form form-inline" } else { "form" })
            hx-boost=[f.boosted.then_some("true")] hx-swap=[f.stays.then_some("innerHTML show:none")] data-beside=[f.beside]
            enctype=[f.multipart.then_some("multipart/form-data")]
            autocomplete="off" novalidate { (inner) }
    }
}
