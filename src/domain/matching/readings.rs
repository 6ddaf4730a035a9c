//! How kanji may be read: a hand-kept table, and what the directory's own kana columns teach.

use std::sync::LazyLock;

use crate::domain::fast_map;
use crate::domain::fast_map::Map;

use super::facility_words::TERMS;
use super::kana::{plain, unvoiced};
use super::normalise::{is_kana, is_kanji, is_wild};
use super::reading_table::BY_READING;
use super::variants::wide;

/// Unvoiced kana of one way to read a character or word.
type Sound = Box<[u8]>;

/// Longest word looked up whole.
const LONGEST_WORD: usize = 6;
/// Steps one comparison may take: a bound against texts made to branch.
const STEPS: u32 = 4_000;

static TABLE: LazyLock<Map<char, Vec<Sound>>> = LazyLock::new(|| {
    let mut table: Map<char, Vec<Sound>> = Map::default();
    for entry in BY_READING {
        let Some((reading, kanji)) = entry.split_once(' ') else { continue };
        let sound: Sound = unvoiced(&plain(reading).unwrap_or_default()).into();
        for c in kanji.chars() {
            table.entry(wide(c)).or_default().push(sound.clone());
        }
    }
    for (word, reading) in TERMS {
        if let [only] = word.chars().collect::<Vec<_>>()[..] {
            table.entry(wide(only)).or_default().push(unvoiced(&plain(reading).unwrap_or_default()).into());
        }
    }
    table
});

static WORDS: LazyLock<Map<u64, Vec<Sound>>> = LazyLock::new(|| {
    let mut words: Map<u64, Vec<Sound>> = Map::default();
    for (word, reading) in TERMS {
        let sound: Sound = unvoiced(&plain(reading).unwrap_or_default()).into();
        words.entry(fast_map::hash(&word.chars().map(wide).collect::<Vec<_>>()[..])).or_default().push(sound);
    }
    words
});

/// Bearers of a name from which on they tell how it is usually read, and how many times as many make it usual.
const TELLING_BEARERS: u32 = 5;
const SELDOM: u32 = 4;

/// Readings known to one directory.
#[derive(Debug, Default)]
pub struct Readings {
    chars: Map<char, Vec<Sound>>,
    /// By hash: a collision would only add a reading nobody has.
    words: Map<u64, Word>,
}

/// A family or given name of the directory, its readings, and how many bear each as a given name.
#[derive(Debug)]
struct Word {
    letters: Box<[char]>,
    sounds: Vec<Sound>,
    borne: Vec<u32>,
}

impl Readings {
    /// Learns that a word (a family or given name, variants folded widely) is read so (plain kana).
    pub fn learn(&mut self, word: &[char], kana: &[u8]) {
        if word.is_empty() || kana.is_empty() || word.iter().any(|c| is_wild(*c)) || word.len() > LONGEST_WORD {
            return;
        }
        let sound: Sound = unvoiced(kana).into();
        let new = || Word { letters: word.into(), sounds: Vec::new(), borne: Vec::new() };
        let known = self.words.entry(fast_map::hash(word)).or_insert_with(new);
        if !known.sounds.contains(&sound) {
            known.sounds.push(sound);
            known.borne.push(0);
        }
    }

    /// As `learn`, of a given name; how many bear it is counted.
    pub fn learn_given(&mut self, word: &[char], kana: &[u8]) {
        self.learn(word, kana);
        let sound = unvoiced(kana);
        if let Some(known) = self.words.get_mut(&fast_map::hash(word))
            && let Some(at) = known.sounds.iter().position(|s| **s == sound[..])
        {
            known.borne[at] += 1;
        }
    }

    /// Whether a given name of the directory is usually read otherwise: 亮 is now and then アキラ, but mostly リョウ, and
    /// may be the name of the doctor's own son. A name that nobody or hardly anybody bears may be read in any way.
    pub fn usually_read_otherwise(&self, word: &[char], kana: &[u8]) -> bool {
        let Some(known) = self.words.get(&fast_map::hash(word)) else { return false };
        let sound = unvoiced(kana);
        let borne = known.sounds.iter().position(|s| **s == sound[..]).map_or(0, |at| known.borne[at]);
        let most = known.borne.iter().copied().max().unwrap_or(0);
        most >= TELLING_BEARERS && borne * SELDOM < most
    }

    /// Learns single kanji from the words: where all but one of a word's kanji are known, what is left over is how
    /// the last one is read. Two different words must teach it, since families read kanji as they like.
    pub fn learn_characters(&mut self) {
        let mut seen: Map<(char, Sound), u32> = Map::default();
        for Word { letters, sounds, .. } in self.words.values() {
            for sound in sounds {
                if let [single] = letters[..] {
                    *seen.entry((single, sound.clone())).or_default() += 2;
                } else if let [first, second] = letters[..] {
                    for known in TABLE.get(&first).into_iter().flatten() {
                        learn_rest(&mut seen, second, sound.strip_prefix(&known[..]));
                    }
                    for known in TABLE.get(&second).into_iter().flatten() {
                        learn_rest(&mut seen, first, sound.strip_suffix(&known[..]));
                    }
                }
            }
        }
        for ((c, sound), times) in seen {
            let known = TABLE.get(&c).is_some_and(|sounds| sounds.contains(&sound));
            if times >= 2 && !known {
                self.chars.entry(c).or_default().push(sound);
            }
        }
    }

    /// Plain-enough kana a whole word is known to be read as (unvoiced): for look-ups by sound.
    pub fn of_word(&self, word: &[char]) -> &[Sound] {
        self.words.get(&fast_map::hash(word)).map_or(&[], |known| known.sounds.as_slice())
    }

    /// Whether a text of kanji and kana (variants folded widely) may be read exactly as the plain kana say.
    pub fn reads_as(&self, text: &[char], kana: &[u8]) -> bool {
        self.reads_up_to(text, kana, true).is_some()
    }

    /// Whether a text may be read as the beginning of the kana; how many kana it takes.
    pub fn reads_prefix(&self, text: &[char], kana: &[u8]) -> Option<usize> {
        self.reads_up_to(text, kana, false)
    }

    fn reads_up_to(&self, text: &[char], kana: &[u8], whole: bool) -> Option<usize> {
        if text.is_empty() || kana.is_empty() {
            return None;
        }
        let kana = unvoiced(kana);
        let mut steps = STEPS;
        self.walk(text, &kana, 0, whole, &mut steps)
    }

    fn walk(&self, text: &[char], kana: &[u8], at: usize, whole: bool, steps: &mut u32) -> Option<usize> {
        *steps = steps.checked_sub(1)?;
        let Some(&c) = text.first() else {
            return (!whole || at == kana.len()).then_some(at);
        };
        let rest = &kana[at..];
        for length in (2..=LONGEST_WORD.min(text.len())).rev() {
            let known =
                WORDS.get(&fast_map::hash(&text[..length])).into_iter().flatten().chain(self.of_word(&text[..length]));
            for sound in known {
                if rest.starts_with(sound)
                    && let Some(end) = self.walk(&text[length..], kana, at + sound.len(), whole, steps)
                {
                    return Some(end);
                }
            }
        }
        if is_wild(c) {
            return (1..=4.min(rest.len())).find_map(|n| self.walk(&text[1..], kana, at + n, whole, steps));
        }
        if is_kana(c) || c.is_ascii_digit() {
            let sound = plain(&c.to_string()).map(|k| unvoiced(&k)).unwrap_or_default();
            // A lone long mark lengthens what stands before it.
            let sound = if c == 'ー' { rest.first().map(|k| vec![*k]).unwrap_or_default() } else { sound };
            return rest.starts_with(&sound).then(|| self.walk(&text[1..], kana, at + sound.len(), whole, steps))?;
        }
        let table = TABLE.get(&c).into_iter().flatten();
        let learnt = self.chars.get(&c).into_iter().flatten();
        let single = self.of_word(&text[..1]).iter().take(usize::from(is_kanji(c)) * 8);
        for sound in table.chain(learnt).chain(single) {
            if rest.starts_with(sound)
                && let Some(end) = self.walk(&text[1..], kana, at + sound.len(), whole, steps)
            {
                return Some(end);
            }
        }
        None
    }
}

fn learn_rest(seen: &mut Map<(char, Sound), u32>, c: char, rest: Option<&[u8]>) {
    if let Some(rest) = rest.filter(|r| (1..=4).contains(&r.len()) && is_kanji(c)) {
        *seen.entry((c, rest.into())).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().map(wide).collect()
    }

    fn kana(text: &str) -> Vec<u8> {
        plain(text).expect("kana")
    }

    #[test]
    fn a_name_in_other_kanji_is_known_by_its_reading() {
        let readings = Readings::default();
        for (text, reading, reads) in [
            ("憂介", "ユウスケ", true),
            ("祐介", "ユウスケ", true),
            ("ゆう介", "ユウスケ", true),
            ("三郎", "サブロウ", true),
            ("大輔", "ユウスケ", false),
            ("〓介", "ユウスケ", true),
        ] {
            assert_eq!(readings.reads_as(&chars(text), &kana(reading)), reads, "{text}");
        }
    }

    #[test]
    fn a_directory_teaches_readings_nobody_would_guess() {
        let mut readings = Readings::default();
        let word = chars("小鳥遊");
        assert!(!readings.reads_as(&word, &kana("タカナシ")));
        readings.learn(&word, &kana("タカナシ"));
        assert!(readings.reads_as(&word, &kana("タカナシ")));
    }

    #[test]
    fn a_name_is_not_written_for_a_sound_it_seldom_has() {
        let mut readings = Readings::default();
        let bearers =
            [("亮", "リョウ", 9), ("亮", "アキラ", 2), ("昭", "アキラ", 6), ("明", "アキラ", 3), ("斉", "タダシ", 2)];
        for (word, reading, times) in bearers {
            (0..times).for_each(|_| readings.learn_given(&chars(word), &kana(reading)));
        }
        (0..9).for_each(|_| readings.learn(&chars("旭"), &kana("アサヒ")));
        readings.learn_given(&chars("旭"), &kana("アキラ"));
        for (word, reading, otherwise) in [
            ("亮", "アキラ", true),
            ("亮", "リョウ", false),
            ("昭", "アキラ", false),
            ("昭", "ショウ", true),
            ("彰", "アキラ", false),
            ("斉", "ヒトシ", false),
            ("旭", "アキラ", false),
        ] {
            assert_eq!(readings.usually_read_otherwise(&chars(word), &kana(reading)), otherwise, "{word} {reading}");
        }
    }

    #[test]
    fn a_kanji_learnt_from_two_names_is_known_in_a_third() {
        let mut readings = Readings::default();
        for (word, reading) in [("蓼川", "タデカワ"), ("蓼山", "タデヤマ")] {
            readings.learn(&chars(word), &kana(reading));
        }
        readings.learn_characters();
        assert!(readings.reads_as(&chars("蓼田"), &kana("タデタ")));
    }

    #[test]
    fn a_text_made_to_branch_ends() {
        let readings = Readings::default();
        let text = vec!['〓'; 200];
        let _ = readings.reads_as(&text, &[2; 120]);
    }
}
