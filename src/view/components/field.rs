//! Form fields: label, hint and error always together, tied by `aria-describedby`.

mod choice;
mod text;

use maud::{Markup, html};

use super::{Tone, icon::tone_icon};

pub use choice::{Checkbox, Choice, KEYS, RadioGroup, SelectField, checkbox, radio_group, select_field};
pub use text::{InputKind, TextArea, TextField, text_area, text_field};

/// A field that is sent and not seen.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// Hint and error of one field, and the ids that point at them.
struct Notes<'a> {
    id: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
}

impl Notes<'_> {
    fn described_by(&self) -> Option<String> {
        match (self.error, self.hint) {
            (Some(_), Some(_)) => Some(format!("{0}-error {0}-hint", self.id)),
            (Some(_), None) => Some(format!("{}-error", self.id)),
            (None, Some(_)) => Some(format!("{}-hint", self.id)),
            (None, None) => None,
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    fn hint(&self) -> Markup {
        html! { @if let Some(hint) = self.hint { p class="field-hint" id={ (self.id) "-hint" } { (hint) } } }
    }

    fn error(&self) -> Markup {
        html! {
            @if let Some(error) = self.error {
                p class="field-error" id={ (self.id) "-error" } {
                    (tone_icon(Tone::Danger)) span { span class="visually-hidden" { "エラー：" } (error) }
                }
            }
        }
    }
}

fn required_word(required: bool) -> Markup {
    html! { @if required { span class="required" { "必須" } } }
}

fn field_class(error: Option<&str>) -> &'static str {
    if error.is_some() { "field has-error" } else { "field" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_stands_beside_its_field_and_is_tied_to_it() {
        let html = text_field(&TextField {
            name: "number",
            label: "会員番号",
            hint: Some("会員証の右上にあります"),
            error: Some("会員番号は10桁で入力してください（いま9桁です）"),
            ..TextField::default()
        })
        .into_string();
        assert!(html.contains(r#"aria-invalid="true" aria-describedby="number-error number-hint""#));
        assert!(html.contains(r#"id="number-error""#) && html.contains(r#"id="number-hint""#));
    }

    #[test]
    fn a_password_is_never_sent_back() {
        let html = text_field(&TextField {
            name: "password",
            value: "秘密の合言葉",
            kind: InputKind::Password,
            ..TextField::default()
        })
        .into_string();
        assert!(!html.contains("秘密の合言葉"));
    }

    #[test]
    fn the_tenth_choice_has_the_key_0_the_eleventh_q_and_the_fourteenth_none() {
        let choices = (1..=14).map(|n| Choice::new(n.to_string(), "対応", false)).collect();
        let html = radio_group(&RadioGroup {
            name: "result",
            legend: "対応結果",
            choices,
            keys: true,
            ..RadioGroup::default()
        })
        .into_string();
        assert!(html.contains(r#"value="10" data-key="0""#));
        assert!(html.contains(r#"value="11" data-key="Q""#));
        assert!(html.contains(r#"value="14">"#));
    }
}
