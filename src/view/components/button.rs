//! Buttons: what they do, the key that does it, and why they cannot be pressed.

use maud::{Markup, html};

use super::keyhint::key_hint;

/// How much a button asks for attention. One `Primary` a screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The thing to do next.
    Primary,
    /// Everything else that acts.
    #[default]
    Secondary,
    /// Undo, close, minor links.
    Quiet,
    /// Cannot be taken back, or hurts.
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button button-secondary",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button, of a form or as a link.
#[derive(Debug, Clone, Copy, Default)]
pub struct Button<'a> {
    /// What it does: a verb.
    pub label: &'a str,
    /// How much attention it asks for.
    pub kind: ButtonKind,
    /// The key that presses it (`Alt+5`, `F2`, `Ctrl+Enter`, `Esc`, or a digit inside a strip); shown and obeyed.
    pub key_hint: Option<&'a str>,
    /// Form field sent when this button is the one pressed.
    pub name: Option<&'a str>,
    /// Value sent with `name`.
    pub value: Option<&'a str>,
    /// Why it cannot be pressed now: greys it and is written beside it.
    pub disabled_reason: Option<&'a str>,
    /// Takes the focus when the page opens.
    pub autofocus: bool,
    /// Sends the form somewhere else than the form says.
    pub formaction: Option<&'a str>,
    /// What is asked once more before it acts, for what is seldom meant.
    pub ask: Option<&'a str>,
}

/// A button that sends the form it stands in.
pub fn submit(b: &Button<'_>) -> Markup {
    html! {
        @if let Some(reason) = b.disabled_reason {
            span class="button-refused" {
                button type="submit" class=(b.kind.class()) disabled data-key=[b.key_hint] { (face(b)) }
                span class="button-reason" { (reason) }
            }
        } @else {
            button type="submit" class=(b.kind.class()) name=[b.name] value=[b.value]
                formaction=[b.formaction] autofocus[b.autofocus] data-confirm=[b.ask]
                data-key=[b.key_hint] aria-keyshortcuts=[shortcut(b)] { (face(b)) }
        }
    }
}

/// A link that looks like a button: goes somewhere, changes nothing.
pub fn link_button(href: &str, b: &Button<'_>) -> Markup {
    html! {
        @if let Some(reason) = b.disabled_reason {
            span class="button-refused" {
                span class=(b.kind.class()) aria-disabled="true" role="link" { (face(b)) }
                span class="button-reason" { (reason) }
            }
        } @else {
            a href=(href) class=(b.kind.class()) data-key=[b.key_hint] aria-keyshortcuts=[shortcut(b)] { (face(b)) }
        }
    }
}

/// A row of buttons that wraps.
pub fn button_row(buttons: Markup) -> Markup {
    html! { div class="button-row" { (buttons) } }
}

fn face(b: &Button<'_>) -> Markup {
    html! {
        span class="button-label" { (b.label) }
        @if let Some(key) = b.key_hint { (key_hint(key)) }
    }
}

/// ARIA writes the keys by their own names.
fn shortcut(b: &Button<'_>) -> Option<String> {
    b.key_hint.map(|key| key.replace("Ctrl", "Control").replace("Esc", "Escape"))
}
