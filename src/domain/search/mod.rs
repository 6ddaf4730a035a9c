//! What a ticket, or a call that led to none, is found by: each room says of its own things which of their words.

/// Words that something is found by, a piece a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchText(String);

/// A thing with words to be found by.
pub trait Found: Sync {
    /// Adds its words.
    fn found_by(&self, text: &mut SearchText);
}

impl SearchText {
    /// The words of some things.
    pub fn of(things: &[&dyn Found]) -> Self {
        let mut text = Self::default();
        things.iter().for_each(|thing| thing.found_by(&mut text));
        text
    }

    /// Adds a piece; an empty one adds nothing.
    pub fn add(&mut self, piece: &str) {
        if !piece.is_empty() {
            self.0.push_str(piece);
            self.0.push('\n');
        }
    }

    /// Adds a number in its digits alone, however it was written.
    pub fn add_digits(&mut self, number: &str) {
        self.add(&number.chars().filter(char::is_ascii_digit).collect::<String>());
    }

    /// The text to be kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Found> Found for Option<T> {
    fn found_by(&self, text: &mut SearchText) {
        self.iter().for_each(|thing| thing.found_by(text));
    }
}

impl<T: Found> Found for Vec<T> {
    fn found_by(&self, text: &mut SearchText) {
        self.iter().for_each(|thing| thing.found_by(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Line(&'static str);

    impl Found for Line {
        fn found_by(&self, text: &mut SearchText) {
            text.add(self.0);
            text.add_digits(self.0);
        }
    }

    #[test]
    fn each_thing_adds_its_pieces_a_line_each_and_nothing_for_nothing() {
        let text = SearchText::of(&[&Line("03-5550"), &None::<Line>, &Line(""), &Some(Line("受付"))]);
        assert_eq!(text.as_str(), "03-5550\n035550\n受付\n");
    }
}
