//! What a ticket, or a call that led to none, is found by: each room says of its own things which of their words.

use super::matching::variants;
use super::telephone::Telephone;
use super::text;

/// Words that something is found by, a piece a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchText(String);

/// Which folding this version keeps words, numbers and marks by; goes up when a rule of it changes.
pub const FOLDING: i64 = 4;

/// What is kept by a folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Keys of telephone numbers.
    Numbers,
    /// Tickets' words.
    TicketWords,
    /// Words of calls without one.
    CallWords,
    /// What callers said of attacks.
    Indicators,
    /// What campaigns are known by.
    CampaignMarks,
    /// What clinics have in common by chance.
    WavesSetAside,
}

impl Kept {
    /// All, what is soonest needed first.
    pub const ALL: [Self; 6] =
        [Self::Numbers, Self::Indicators, Self::CampaignMarks, Self::WavesSetAside, Self::TicketWords, Self::CallWords];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::TicketWords => "ticket_words",
            Self::CallWords => "call_words",
            Self::Indicators => "indicators",
            Self::CampaignMarks => "campaign_marks",
            Self::WavesSetAside => "waves_set_aside",
        }
    }
}

/// Words asked for, and a telephone number if that is what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Folded; of more than [`Question::WORDS`] the first.
    pub words: Vec<String>,
    /// The same with telephone numbers by their keys; none where nothing of it is one.
    pub by_key: Vec<String>,
}

impl Question {
    /// Words beyond these are ignored.
    const WORDS: usize = 8;
    /// The shortest part of a telephone number that is looked for as one, where nothing else is asked for.
    const DIGITS: usize = 4;
    /// The shortest number that one word among others is taken for.
    const WHOLE: usize = 9;

    /// Reads what was typed.
    pub fn read(typed: &str) -> Self {
        let words = typed.split_whitespace().map(fold).filter(|word| !word.is_empty()).take(Self::WORDS).collect();
        Self { words, by_key: Self::by_key(typed) }
    }

    fn by_key(typed: &str) -> Vec<String> {
        let key = |word: &str, least: usize| {
            let number = Telephone::read(word);
            (number.is_alone() && number.key().len() >= least).then(|| number.key().to_owned())
        };
        if let Some(key) = key(typed, Self::DIGITS) {
            return vec![key];
        }
        let words = typed.split_whitespace().filter(|word| !fold(word).is_empty()).take(Self::WORDS);
        let keys: Vec<_> = words.map(|word| (word, key(word, Self::WHOLE))).collect();
        if keys.iter().all(|(_, key)| key.is_none()) {
            return Vec::new();
        }
        keys.into_iter().map(|(word, key)| key.unwrap_or_else(|| fold(word))).collect()
    }
}

/// Folds a text for the search: as verification does for names that are confused on the phone.
pub fn fold(text: &str) -> String {
    text::fold(text).chars().map(variants::wide).collect()
}

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

    /// Adds a telephone number: as it was typed, and the one key by which it is found however it is written.
    pub fn add_phone(&mut self, typed: &str) {
        self.add(typed);
        self.add(Telephone::read(typed).key());
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
            text.add_phone(self.0);
        }
    }

    #[test]
    fn a_question_is_words_and_perhaps_a_number() {
        for (typed, words, by_key) in [
            ("+81-3-7000-1234", &["+81-3-7000-1234"][..], &["0370001234"][..]),
            ("7000-1234", &["7000-1234"], &["70001234"]),
            ("齋藤 +81-3-7000-1234", &["斉藤", "+81-3-7000-1234"], &["斉藤", "0370001234"]),
            ("齋藤　ベリル", &["斉藤", "べりる"], &[]),
            ("2階 1234", &["2階", "1234"], &[]),
            ("123", &["123"], &[]),
            ("", &[], &[]),
        ] {
            let asked = Question::read(typed);
            let folded = |words: &[&str]| words.iter().map(|word| fold(word)).collect::<Vec<_>>();
            assert_eq!((asked.words, asked.by_key), (folded(words), folded(by_key)), "{typed}");
        }
    }

    #[test]
    fn each_thing_adds_its_pieces_a_line_each_and_nothing_for_nothing() {
        let text = SearchText::of(&[&Line("+81-3-5550-0101"), &None::<Line>, &Line(""), &Some(Line("受付"))]);
        assert_eq!(text.as_str(), "+81-3-5550-0101\n+81-3-5550-0101\n0355500101\n受付\n受付\n");
    }
}
