//! What somebody is typing into the boxes of a ticket's page, before it is sent.

use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::tickets::TicketNo;

/// Days for which it waits for whoever typed it.
pub const DRAFT_DAYS: i64 = 30;

/// The text of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where its form is sent: `/tickets/2026-000404/entries`.
    pub form: String,
    /// Its name there.
    pub field: String,
    /// What stands in it.
    pub words: String,
}

impl Draft {
    /// What was typed into a box of a ticket's page.
    ///
    /// # Errors
    /// A refusal when no form of the ticket's has such a box, or the text is too long for any.
    pub fn typed(no: TicketNo, form: &str, field: &str, words: &str) -> Result<Self, Refusal> {
        let plain = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
        let its =
            form.strip_prefix(&format!("/tickets/{no}/")).is_some_and(|part| !part.is_empty() && part.len() <= 100);
        if !its || !plain(form, "/-_") || field.is_empty() || field.len() > 60 || !plain(field, "-_.") {
            return Err(Refusal::invalid("draft.box", "この入力欄の下書きは保存できません。画面を読み直してください"));
        }
        let words = text::note("words", words, text::NOTE)?;
        Ok(Self { form: form.to_owned(), field: field.to_owned(), words })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_of_a_box_of_its_own_ticket() {
        let no = TicketNo::new(2026, 404);
        assert!(Draft::typed(no, "/tickets/2026-000404/entries", "body", "書きかけ").is_ok());
        for (form, field) in [
            ("/tickets/2026-000405/entries", "body"),
            ("/tickets/2026-000404/", "body"),
            ("/tickets/2026-000404/\"><script>", "body"),
            ("//evil.example/tickets/2026-000404/x", "body"),
            ("/tickets/2026-000404/entries", ""),
            ("/tickets/2026-000404/entries", "<b>"),
        ] {
            assert!(Draft::typed(no, form, field, "x").is_err(), "{form} {field}");
        }
        let long = "あ".repeat(text::NOTE + 1);
        assert!(Draft::typed(no, "/tickets/2026-000404/entries", "body", &long).is_err());
    }
}
