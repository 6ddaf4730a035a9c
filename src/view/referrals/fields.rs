//! The fields of a referral's forms; several stand on one page, each field has an id of its own.

use maud::Markup;

use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::usecase::referrals::NewStep;
use crate::view::components::field::{
    Checkbox, Choice, SelectField, TextArea, TextField, checkbox, select_field, text_area, text_field,
};

/// The fields of one form.
pub(super) struct Fields<'a> {
    /// As typed.
    pub typed: &'a NewStep,
    /// Why it was refused, if it was.
    pub refusal: Option<&'a Refusal>,
    /// What the ids end with.
    pub tail: &'a str,
}

impl Fields<'_> {
    fn id(&self, name: &str) -> String {
        format!("{name}-{}", self.tail)
    }

    /// What is wrong with a field.
    pub(super) fn about(&self, name: &str) -> Option<&str> {
        self.refusal.and_then(|refusal| refusal.about(name))
    }

    /// A line.
    pub(super) fn line(&self, name: &str, label: &str, value: &str) -> Markup {
        let (id, error) = (self.id(name), self.about(name));
        text_field(&TextField {
            name,
            label,
            value,
            error,
            id: Some(&id),
            max_chars: Some(text::LINE),
            autocomplete: Some("off"),
            ..TextField::default()
        })
    }

    /// Some lines.
    pub(super) fn note(&self, name: &str, label: &str, value: &str) -> Markup {
        let (id, error) = (self.id(name), self.about(name));
        let max_chars = Some(text::NOTE);
        text_area(&TextArea { name, label, value, error, id: Some(&id), max_chars, rows: 2, ..TextArea::default() })
    }

    /// One of a few.
    pub(super) fn select<'b>(
        &self,
        name: &str,
        label: &str,
        value: &str,
        of: impl IntoIterator<Item = (&'b str, &'b str)>,
    ) -> Markup {
        let (id, error) = (self.id(name), self.about(name));
        let of = [("", "選んでください")].into_iter().chain(of);
        let choices = of.map(|(code, label)| Choice::new(code.to_owned(), label.to_owned(), code == value)).collect();
        select_field(&SelectField { name, label, choices, error, id: Some(&id), ..SelectField::default() })
    }

    /// A box to tick.
    pub(super) fn tick(&self, name: &str, label: &str, checked: bool) -> Markup {
        self.tick_of(name, "yes", label, checked, self.about(name))
    }

    /// One of several boxes with one name.
    pub(super) fn tick_of(&self, name: &str, value: &str, label: &str, checked: bool, error: Option<&str>) -> Markup {
        let id = self.id(&format!("{name}-{value}"));
        checkbox(&Checkbox { name, value, label, checked, error, id: Some(&id), ..Checkbox::default() })
    }
}
