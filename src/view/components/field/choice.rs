//! Chosen fields: lists, one-of-many, yes or no.

use std::borrow::Cow;

use maud::{Markup, html};

use super::{Notes, field_class, required_word};
use crate::view::components::keyhint::key_hint;

/// One thing to choose.
#[derive(Debug, Clone, Default)]
pub struct Choice<'a> {
    /// Value sent.
    pub value: Cow<'a, str>,
    /// Words shown.
    pub label: Cow<'a, str>,
    /// Chosen now.
    pub selected: bool,
}

impl<'a> Choice<'a> {
    /// A choice from borrowed or owned words.
    pub fn new(value: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>, selected: bool) -> Self {
        Self { value: value.into(), label: label.into(), selected }
    }
}

/// A drop-down list.
#[derive(Debug, Clone, Default)]
pub struct SelectField<'a> {
    /// Name it is sent under; its id too unless `id` says otherwise.
    pub name: &'a str,
    /// What to choose.
    pub label: &'a str,
    /// The choices in order. An empty first one says 「選んでください」.
    pub choices: Vec<Choice<'a>>,
    /// What is wrong and what to do.
    pub error: Option<&'a str>,
    /// What helps before choosing.
    pub hint: Option<&'a str>,
    /// Says 必須 beside the label.
    pub required: bool,
    /// Id, when the name stands on the page twice.
    pub id: Option<&'a str>,
    /// A key that chooses, shown beside the label; what obeys it stands elsewhere.
    pub key_hint: Option<&'a str>,
}

/// Draws the list with its label, hint and error.
pub fn select_field(f: &SelectField<'_>) -> Markup {
    let id = f.id.unwrap_or(f.name);
    let notes = Notes { id, hint: f.hint, error: f.error };
    html! {
        div class=(field_class(f.error)) {
            label class="field-label" for=(id) { (f.label) (required_word(f.required)) @if let Some(key) = f.key_hint { " " (key_hint(key)) } }
            (notes.hint())
            select class="input" name=(f.name) id=(id) aria-required=[f.required.then_some("true")]
                aria-invalid=[notes.invalid()] aria-describedby=[notes.described_by()] {
                @for c in &f.choices { option value=(c.value) selected[c.selected] { (c.label) } }
            }
            (notes.error())
        }
    }
}

/// The keys of a strip, by their places on the keyboard, whatever they type.
pub const KEYS: [&str; 13] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "Q", "W", "E"];

/// One of a few, all in view.
#[derive(Debug, Clone, Default)]
pub struct RadioGroup<'a> {
    /// Name it is sent under; each choice's id is the name, a dash and its place from 0.
    pub name: &'a str,
    /// What to choose.
    pub legend: &'a str,
    /// The choices in order.
    pub choices: Vec<Choice<'a>>,
    /// What is wrong and what to do.
    pub error: Option<&'a str>,
    /// Shows and obeys 1…9, 0, Q, W, E while the focus is in the group.
    pub keys: bool,
    /// What helps before choosing.
    pub hint: Option<&'a str>,
    /// Says 必須 beside the legend.
    pub required: bool,
    /// Key that moves the focus to the group, `F4` say.
    pub focus_key: Option<&'a str>,
}

/// Draws the group as a fieldset.
pub fn radio_group(g: &RadioGroup<'_>) -> Markup {
    let notes = Notes { id: g.name, hint: g.hint, error: g.error };
    html! {
        fieldset class={ (field_class(g.error)) " choices" } id=(g.name) aria-describedby=[notes.described_by()]
            data-digit-keys[g.keys] data-focus-key=[g.focus_key] {
            legend class="field-label" {
                (g.legend) (required_word(g.required))
                @if let Some(key) = g.focus_key { " " (key_hint(key)) }
            }
            (notes.hint())
            div class="choice-list" {
                @for (place, c) in g.choices.iter().enumerate() { (radio(g, place, c)) }
            }
            (notes.error())
        }
    }
}

fn radio(g: &RadioGroup<'_>, place: usize, c: &Choice<'_>) -> Markup {
    let key = KEYS.get(place).filter(|_| g.keys);
    html! {
        label class="choice" {
            input type="radio" name=(g.name) id={ (g.name) "-" (place) } value=(c.value) checked[c.selected] data-key=[key];
            @if let Some(key) = key { (key_hint(key)) }
            span { (c.label) }
        }
    }
}

/// Yes or no.
#[derive(Debug, Clone, Copy, Default)]
pub struct Checkbox<'a> {
    /// Name it is sent under; its id too unless `id` says otherwise.
    pub name: &'a str,
    /// Value sent when ticked; empty means `1`.
    pub value: &'a str,
    /// What ticking it says.
    pub label: &'a str,
    /// Ticked now.
    pub checked: bool,
    /// What is wrong and what to do.
    pub error: Option<&'a str>,
    /// What helps before ticking.
    pub hint: Option<&'a str>,
    /// Id, when the name stands on the page twice.
    pub id: Option<&'a str>,
}

/// Draws the box with its label, hint and error.
pub fn checkbox(c: &Checkbox<'_>) -> Markup {
    let id = c.id.unwrap_or(c.name);
    let notes = Notes { id, hint: c.hint, error: c.error };
    html! {
        div class=(field_class(c.error)) {
            label class="choice" {
                input type="checkbox" name=(c.name) id=(id) value=(if c.value.is_empty() { "1" } else { c.value })
                    checked[c.checked] aria-invalid=[notes.invalid()] aria-describedby=[notes.described_by()];
                span { (c.label) }
            }
            (notes.hint())
            (notes.error())
        }
    }
}
