//! Typed fields: one line and many.

use maud::{Markup, html};

use super::{Notes, field_class, required_word};
use crate::view::components::keyhint::key_hint;

/// What a one-line field takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// Hidden while typed.
    Password,
    /// A Tokyo date, `2026-11-22`.
    Date,
    /// A Tokyo time of day, `10:44`.
    Time,
    /// A Tokyo date and time, `2026-11-22T10:44`.
    DateTime,
    /// A telephone number.
    Tel,
    /// Words to look for.
    Search,
    /// Digits that are no quantity: 医籍番号, codes.
    Numeric,
    /// A file.
    File,
}

impl InputKind {
    fn html_type(self) -> &'static str {
        match self {
            Self::Text | Self::Numeric => "text",
            Self::Password => "password",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "datetime-local",
            Self::Tel => "tel",
            Self::Search => "search",
            Self::File => "file",
        }
    }
}

/// A one-line field.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextField<'a> {
    /// Name it is sent under; its id too unless `id` says otherwise.
    pub name: &'a str,
    /// What to type.
    pub label: &'a str,
    /// What was typed so far.
    pub value: &'a str,
    /// What is wrong and what to do.
    pub error: Option<&'a str>,
    /// What helps before typing.
    pub hint: Option<&'a str>,
    /// Says 必須 beside the label.
    pub required: bool,
    /// Longest value, in characters; a counter shows near the end.
    pub max_chars: Option<usize>,
    /// What it takes.
    pub kind: InputKind,
    /// The `autocomplete` token, when the browser may help.
    pub autocomplete: Option<&'a str>,
    /// Takes the focus when the page opens.
    pub autofocus: bool,
    /// Id, when the name stands on the page twice.
    pub id: Option<&'a str>,
    /// Key that moves the focus here, `F2` say; shown and obeyed.
    pub focus_key: Option<&'a str>,
    /// A file field's accepted types.
    pub accept: Option<&'a str>,
}

/// Draws the field with its label, hint and error.
pub fn text_field(f: &TextField<'_>) -> Markup {
    let id = f.id.unwrap_or(f.name);
    let notes = Notes { id, hint: f.hint, error: f.error };
    let value = (f.kind != InputKind::Password && f.kind != InputKind::File).then_some(f.value);
    let mode = (f.kind == InputKind::Numeric).then_some("numeric");
    html! {
        div class=(field_class(f.error)) {
            label class="field-label" for=(id) {
                (f.label) (required_word(f.required))
                @if let Some(key) = f.focus_key { " " (key_hint(key)) }
            }
            (notes.hint())
            input class="input" type=(f.kind.html_type()) name=(f.name) id=(id) value=[value] inputmode=[mode]
                autocomplete=[f.autocomplete] aria-required=[f.required.then_some("true")]
                aria-invalid=[notes.invalid()] aria-describedby=[notes.described_by()]
                data-max-chars=[f.max_chars] data-focus-key=[f.focus_key] accept=[f.accept] autofocus[f.autofocus];
            (notes.error())
        }
    }
}

/// A field of several lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextArea<'a> {
    /// Name it is sent under; its id too unless `id` says otherwise.
    pub name: &'a str,
    /// What to type.
    pub label: &'a str,
    /// What was typed so far.
    pub value: &'a str,
    /// What is wrong and what to do.
    pub error: Option<&'a str>,
    /// What helps before typing.
    pub hint: Option<&'a str>,
    /// Says 必須 beside the label.
    pub required: bool,
    /// Longest value, in characters; a counter shows near the end.
    pub max_chars: Option<usize>,
    /// Lines shown; 0 means four.
    pub rows: u32,
    /// Takes the focus when the page opens.
    pub autofocus: bool,
    /// Id, when the name stands on the page twice.
    pub id: Option<&'a str>,
    /// Key that moves the focus here; shown and obeyed.
    pub focus_key: Option<&'a str>,
}

/// Draws the field with its label, hint and error.
pub fn text_area(f: &TextArea<'_>) -> Markup {
    let id = f.id.unwrap_or(f.name);
    let notes = Notes { id, hint: f.hint, error: f.error };
    html! {
        div class=(field_class(f.error)) {
            label class="field-label" for=(id) {
                (f.label) (required_word(f.required))
                @if let Some(key) = f.focus_key { " " (key_hint(key)) }
            }
            (notes.hint())
            // The parser drops one line break right after the tag: give it one to drop.
            textarea class="input" name=(f.name) id=(id) rows=(if f.rows == 0 { 4 } else { f.rows })
                aria-required=[f.required.then_some("true")] aria-invalid=[notes.invalid()]
                aria-describedby=[notes.described_by()] data-max-chars=[f.max_chars]
                data-focus-key=[f.focus_key] autofocus[f.autofocus] { "\n" (f.value) }
            (notes.error())
        }
    }
}
