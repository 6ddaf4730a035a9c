//! Compares a doctor's name as typed with one on file: variants, reading, order, titles (membership sample README).

use super::kana::{latin_readings, loose, one_slip, plain, strict};
use super::normalise::{equal_or_lost, fold, is_kana, squeeze};
use super::readings::Readings;
use super::variants::{safe, wide};

/// How well a name agrees, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameLevel {
    /// The same after folding width and register forms.
    Same,
    /// The same after folding characters that are confused on the phone.
    Wide,
    /// The same reading.
    Reading,
    /// One slip of the ear: a voiced or long sound, two kana swapped.
    Slip,
    /// Only the family name was given, and it agrees.
    SurnameOnly,
    /// The family name agrees and the given name does not: perhaps a relative.
    OtherGiven,
    /// Another name.
    Differs,
}

impl NameLevel {
    /// Whether the full name agrees.
    pub fn agrees_fully(self) -> bool {
        self <= Self::Slip
    }
}

/// Names that are read in one text.
const MOST_FORMS: usize = 3;

/// Titles said after (or before) a name, longest first.
const TITLES: [&str; 28] = [
    "名誉院長",
    "院長先生",
    "副院長",
    "院長",
    "理事長",
    "副理事長",
    "施設長",
    "診療部長",
    "所長",
    "会長",
    "社長",
    "部長",
    "医長",
    "医師",
    "教授",
    "先生",
    "ドクター",
    "管理者",
    "代表",
    "さん",
    "さま",
    "せんせい",
    "様",
    "殿",
    "氏",
    "dr.",
    "dr",
    "いんちょう",
];

/// A name as typed, taken apart once per look-up.
#[derive(Debug, Clone, Default)]
pub struct TypedName {
    forms: Vec<TypedForm>,
}

/// One way to read what was typed: a name in brackets behind another is a second one.
#[derive(Debug, Clone)]
struct TypedForm {
    chars: Vec<char>,
    wide: Vec<char>,
    kana: Option<Vec<u8>>,
}

/// A name on file.
#[derive(Debug, Clone, Default)]
pub struct StoredName<'a> {
    /// Letters, register forms folded safely, spaces gone.
    pub chars: &'a [char],
    /// Plain kana.
    pub kana: &'a [u8],
    /// Letters of the family name; 0 when the boundary is not known.
    pub surname_chars: usize,
    /// Kana of the family name; 0 when the boundary is not known.
    pub surname_kana: usize,
}

impl TypedName {
    /// Takes a typed name apart; an empty one has no forms.
    pub fn parse(text: &str) -> Self {
        let folded = fold(text);
        let said = folded.split(['(', ')', '[', ']', '「', '」', '【', '】', '〔', '〕']);
        let said = said.filter(|said| !said.trim().is_empty()).map(closed_up).take(MOST_FORMS);
        let forms = said.flat_map(|said| {
            let name = strip_titles(said.trim());
            let readings = latin_readings(name);
            if readings.is_empty() { vec![name.to_owned()] } else { readings }
        });
        Self { forms: forms.filter_map(|name| TypedForm::parse(&name)).collect() }
    }

    /// Whether nothing usable was typed.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Widely folded letters of each form, in the order typed and turned at every boundary: look-up keys.
    pub fn letter_keys(&self) -> Vec<Vec<char>> {
        self.forms.iter().flat_map(|f| rotations(&f.wide)).collect()
    }

    /// Kana of each form that is nothing but kana, turned at every boundary.
    pub fn kana_keys(&self) -> Vec<Vec<u8>> {
        self.forms.iter().filter_map(|f| f.kana.as_ref()).flat_map(|k| rotations(k)).collect()
    }

    /// Widely folded letters of each form, as typed.
    pub fn letters(&self) -> impl Iterator<Item = &[char]> {
        self.forms.iter().map(|f| f.wide.as_slice())
    }

    /// Best agreement of any form with a name on file.
    pub fn compare(&self, stored: &StoredName<'_>, readings: &Readings) -> NameLevel {
        self.forms.iter().map(|f| f.compare(stored, readings)).min().unwrap_or(NameLevel::Differs)
    }
}

fn rotations<T: Clone>(of: &[T]) -> Vec<Vec<T>> {
    // Names are short; what is longer is no name and is looked up as it stands.
    let turns = if of.len() <= 16 { of.len().max(1) } else { 1 };
    (0..turns).map(|at| of[at..].iter().chain(&of[..at]).cloned().collect()).collect()
}

impl TypedForm {
    fn parse(text: &str) -> Option<Self> {
        let chars: Vec<char> = text
            .chars()
            .filter(|c| {
                !c.is_whitespace() && !matches!(c, '・' | '.' | ',' | '、' | '。' | '=' | '-' | '/' | '_' | '\'' | '"')
            })
            .map(safe)
            .collect();
        let kana = plain(&chars.iter().collect::<String>()).filter(|k| !k.is_empty());
        let wide = chars.iter().map(|c| wide(*c)).collect();
        (!chars.is_empty()).then_some(Self { chars, wide, kana })
    }

    fn part<'a>(&'a self, from: usize, to: usize) -> Part<'a> {
        Part { chars: &self.chars[from..to], wide: &self.wide[from..to] }
    }

    fn compare(&self, stored: &StoredName<'_>, readings: &Readings) -> NameLevel {
        let whole = self.part(0, self.chars.len());
        let best = whole
            .level(stored.chars, stored.kana, readings)
            .filter(|level| *level != NameLevel::Reading || !self.another_given_name(stored, readings));
        if let Some(level) = best.filter(|l| *l <= NameLevel::Reading) {
            return level;
        }
        let turned = self.turned(stored, readings);
        if let Some(level) = best.into_iter().chain(turned).min() {
            return level;
        }
        self.surname_alone(stored, readings)
    }

    /// Given name first, or the two halves written differently (kana and kanji).
    fn turned(&self, stored: &StoredName<'_>, readings: &Readings) -> Option<NameLevel> {
        let Halves { surname, given } = Halves::of(stored)?;
        let mut best = None;
        for at in 1..self.chars.len().min(20) {
            let (left, right) = (self.part(0, at), self.part(at, self.chars.len()));
            for (first, second) in [(left, right), (right, left)] {
                let level = first
                    .level(surname.0, surname.1, readings)
                    .and_then(|l| Some(l.max(second.given_level(given.0, given.1, readings)?)));
                best = best.into_iter().chain(level).min();
            }
        }
        best
    }

    /// Whether the given name stands in kanji that are seldom read like the sound on file: perhaps a relative's own
    /// name.
    fn another_given_name(&self, stored: &StoredName<'_>, readings: &Readings) -> bool {
        let Some(Halves { surname, given }) = Halves::of(stored) else { return false };
        let mut splits = (1..self.chars.len().min(20))
            .filter(|at| self.part(0, *at).level(surname.0, surname.1, readings).is_some())
            .map(|at| &self.wide[at..])
            .filter(|word| readings.reads_as(word, given.1))
            .peekable();
        splits.peek().is_some() && splits.all(|word| readings.usually_read_otherwise(word, given.1))
    }

    fn surname_alone(&self, stored: &StoredName<'_>, readings: &Readings) -> NameLevel {
        let Some(Halves { surname, .. }) = Halves::of(stored) else { return NameLevel::Differs };
        if self.part(0, self.chars.len()).level(surname.0, surname.1, readings).is_some() {
            return NameLevel::SurnameOnly;
        }
        let begins = (1..self.chars.len().min(20))
            .any(|at| self.part(0, at).level(surname.0, surname.1, readings).is_some_and(|l| l <= NameLevel::Reading));
        if begins { NameLevel::OtherGiven } else { NameLevel::Differs }
    }
}

/// Family and given name on file, each as letters and kana; only where the boundary is known in both.
struct Halves<'a> {
    surname: (&'a [char], &'a [u8]),
    given: (&'a [char], &'a [u8]),
}

impl<'a> Halves<'a> {
    fn of(stored: &StoredName<'a>) -> Option<Self> {
        let (letters, sounds) = (stored.surname_chars, stored.surname_kana);
        if letters == 0 || letters >= stored.chars.len() || sounds > stored.kana.len() {
            return None;
        }
        let (surname_kana, given_kana) = if sounds == 0 { (&[][..], &[][..]) } else { stored.kana.split_at(sounds) };
        let (surname, given) = stored.chars.split_at(letters);
        Some(Self { surname: (surname, surname_kana), given: (given, given_kana) })
    }
}

#[derive(Clone, Copy)]
struct Part<'a> {
    chars: &'a [char],
    wide: &'a [char],
}

impl Part<'_> {
    /// Agreement of a given name, as below; in other kanji only where these are written for that sound.
    fn given_level(&self, letters: &[char], kana: &[u8], readings: &Readings) -> Option<NameLevel> {
        let level = self.level(letters, kana, readings)?;
        (level != NameLevel::Reading || !readings.usually_read_otherwise(self.wide, kana)).then_some(level)
    }

    /// Agreement of one part with letters and kana on file; `None` when it does not agree.
    fn level(&self, letters: &[char], kana: &[u8], readings: &Readings) -> Option<NameLevel> {
        if self.chars.is_empty() || letters.is_empty() {
            return None;
        }
        if equal_or_lost(self.chars, letters) {
            return Some(NameLevel::Same);
        }
        let stored_wide: Vec<char> = letters.iter().map(|c| wide(*c)).collect();
        if equal_or_lost(self.wide, &stored_wide) {
            return Some(NameLevel::Wide);
        }
        if kana.is_empty() {
            return None;
        }
        if self.chars.iter().all(|c| is_kana(*c) || c.is_ascii_alphabetic()) {
            let typed = plain(&self.chars.iter().collect::<String>())?;
            return kana_level(&typed, kana);
        }
        // A character doubled by the keyboard.
        if self.wide.len() == stored_wide.len() + 1 && stored_wide.len() >= 2 && doubled(self.wide, &stored_wide) {
            return Some(NameLevel::Slip);
        }
        readings.reads_as(self.wide, kana).then_some(NameLevel::Reading)
    }
}

fn kana_level(typed: &[u8], stored: &[u8]) -> Option<NameLevel> {
    if strict(typed) == strict(stored) {
        return Some(NameLevel::Reading);
    }
    (!typed.is_empty() && (loose(typed) == loose(stored) || one_slip(typed, stored))).then_some(NameLevel::Slip)
}

fn doubled(long: &[char], short: &[char]) -> bool {
    let front = long.iter().zip(short).take_while(|(a, b)| a == b).count();
    front > 0 && long[front] == long[front - 1] && long[front + 1..] == short[front..]
}

/// A text whose letters all stand apart is one word; half-width voicing marks stand apart as well (ｶ ﾞ).
fn closed_up(text: &str) -> String {
    let mut words = text.split_whitespace();
    let apart = words.clone().count() > 2 && words.all(|word| word.chars().count() == 1);
    if apart { fold(&squeeze(text)) } else { text.to_owned() }
}

/// Cuts titles off both ends, several if several were said; never the whole text.
fn strip_titles(text: &str) -> &str {
    let mut text = text;
    while let Some(rest) = TITLES.iter().find_map(|t| {
        let rest = text
            .strip_suffix(t)
            .or_else(|| text.strip_prefix(t).filter(|_| !matches!(*t, "さん" | "様" | "氏" | "殿" | "さま")))?;
        let rest = rest.trim_matches([' ', '・', '、', ':']);
        let rest = if text.starts_with(t) { rest.strip_prefix('の').unwrap_or(rest) } else { rest };
        (rest.chars().count() >= 1).then_some(rest)
    }) {
        text = rest;
    }
    text
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;
