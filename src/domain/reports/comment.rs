//! What a person writes beside the figures of a report: it names nobody, tells no day, and says no number that isn't a
//! published cell (`quality.md` section 3). Nobody can say that it's all right in spite of that.

use std::collections::{BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::forbidden::Forbidden;
use crate::domain::matching::normalise::{is_invisible, is_selector};
use crate::domain::matching::variants::wide;
use crate::domain::refusal::Refusal;
use crate::domain::text;

/// How people are addressed, and what their clinics are called: behind a family name it's somebody.
const ADDRESSED: [&str; 22] = [
    "先生",
    "医師",
    "院長",
    "さん",
    "氏",
    "様",
    "さま",
    "殿",
    "ドクター",
    "理事長",
    "事務長",
    "看護師長",
    "医院",
    "病院",
    "クリニック",
    "診療所",
    "内科",
    "外科",
    "小児科",
    "眼科",
    "歯科",
    "胃腸科",
];
/// Towns whose names without 市 are words that reports use.
const ORDINARY: [&str; 6] = ["国立", "中間", "大和", "日進", "中央", "行方"];
/// What may follow a town's name that is written in kana; another word only begins like it: 「あまり」, 「むつかしい」.
const BEHIND_A_PLACE: &str = "のでにをはがとやへもな、。,周近方管内医病歯くし診圏地一";
/// A name is looked for from so many characters on.
const SHORTEST: usize = 2;
/// Of a person's full name, which needn't be followed by anything.
const SHORTEST_FULL: usize = 3;

/// As names are compared here: whatever stands between their letters to hide them is left out, and every form of a
/// character is one.
fn plain(words: &str) -> String {
    let seen: String = words.chars().filter(|c| !is_invisible(*c) && !is_selector(*c)).collect();
    text::fold(&seen).chars().filter(|c| !"・･·-‐_*/.'\"()「」『』【】[]<>〈〉《》".contains(*c)).map(wide).collect()
}

/// The same with the place of each character in the text; none where characters are only together what they are.
fn placed(words: &str) -> Option<(Vec<char>, Vec<usize>)> {
    let one_by_one = words.chars().enumerate().flat_map(|(at, c)| {
        plain(c.encode_utf8(&mut [0; 4])).chars().map(move |folded| (folded, at)).collect::<Vec<_>>()
    });
    let (folded, places): (Vec<char>, Vec<usize>) = one_by_one.unzip();
    (folded.iter().collect::<String>() == plain(words)).then_some((folded, places))
}

/// A name that a comment may not hold.
#[derive(Debug, Clone)]
struct Known {
    what: Forbidden,
    shown: String,
    /// It's a town's name in kana without what it is: what follows says whether it's meant.
    is_bare: bool,
}

/// The numbers that a comment may say: those that the report prints.
#[derive(Debug, Clone, Default)]
pub struct Printed {
    /// Counts, of cases, facilities, calls, minutes.
    pub counts: BTreeSet<u64>,
    /// Shares, in per cent.
    pub shares: BTreeSet<u64>,
}

/// The names that a comment may not hold, folded for comparing.
#[derive(Debug, Clone, Default)]
pub struct Names {
    all: HashMap<String, Known>,
    longest: usize,
}

impl Names {
    fn put(&mut self, what: Forbidden, shown: &str, folded: String, shortest: usize) {
        self.put_as(Known { what, shown: shown.to_owned(), is_bare: false }, folded, shortest);
    }

    fn put_as(&mut self, known: Known, folded: String, shortest: usize) {
        let length = folded.chars().count();
        if length >= shortest {
            self.longest = self.longest.max(length);
            let bare = known.is_bare;
            let held = self.all.entry(folded).or_insert(known);
            held.is_bare &= bare;
        }
    }

    /// A person, as written or as read; family name and given name apart where the directory has them so.
    pub fn person(&mut self, name: &str) {
        let folded = plain(name);
        self.put(Forbidden::Person, name, folded, SHORTEST_FULL);
        let mut parts = name.split_whitespace();
        if let (Some(family), Some(_)) = (parts.next(), parts.next()) {
            let family = plain(family);
            for how in ADDRESSED {
                for between in ["", "の"] {
                    self.put(Forbidden::Person, name, format!("{family}{between}{}", plain(how)), SHORTEST);
                }
            }
        }
    }

    /// A facility, by its whole name and without what every clinic is called.
    pub fn facility(&mut self, name: &str, stem: &str) {
        self.put(Forbidden::Facility, name, plain(name), SHORTEST_FULL);
        // A short one may be any word: 「中央」, 「みどり」.
        self.put(Forbidden::Facility, name, plain(stem), SHORTEST_FULL + 1);
    }

    /// A vendor, a product, or a firm.
    pub fn business(&mut self, name: &str) {
        let bare =
            ["株式会社", "有限会社", "合同会社"].iter().fold(name.to_owned(), |name, form| name.replace(form, ""));
        self.put(Forbidden::Business, name, plain(&bare), SHORTEST_FULL);
    }

    /// A municipality, as the country's list has it: a ward with its city, a town or village with its county. Each is also
    /// called without these, and a city or town without what it is.
    pub fn municipality(&mut self, name: &str) {
        self.put(Forbidden::Municipality, name, plain(name), SHORTEST);
        let mut all = vec![name];
        all.extend(name.split_once('郡').map(|(_, town)| town).filter(|town| !town.is_empty()));
        if let Some((city, ward)) = name.split_once('市').filter(|(_, ward)| ward.ends_with('区')) {
            all.push(&name[..city.len() + '市'.len_utf8()]);
            // A ward's own name is that of many: 中央区, 北区.
            self.put(Forbidden::Municipality, name, plain(ward), SHORTEST_FULL);
        }
        for name in all {
            self.put(Forbidden::Municipality, name, plain(name), SHORTEST);
            let bare = name.strip_suffix(['市', '町', '村']).filter(|bare| !ORDINARY.contains(bare));
            let least = if name.ends_with('市') { SHORTEST } else { SHORTEST_FULL };
            if let Some(bare) = bare {
                let is_bare = bare.chars().any(|c| matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヶ'));
                let known = Known { what: Forbidden::Municipality, shown: name.to_owned(), is_bare };
                self.put_as(known, plain(bare), least);
            }
        }
    }

    /// A prefecture whose cell isn't shown, with and without 都府県.
    pub fn prefecture(&mut self, name: &str) {
        self.put(Forbidden::Prefecture, name, plain(name), SHORTEST);
        let bare = name.strip_suffix(['都', '府', '県']).unwrap_or(name);
        self.put(Forbidden::Prefecture, name, plain(bare), SHORTEST);
    }

    /// What of them stands in a text: the longest at each place, as it was typed.
    fn within(&self, comment: &str) -> Vec<(Forbidden, String)> {
        let typed: Vec<char> = comment.chars().collect();
        let (folded, places) = placed(comment).unwrap_or_else(|| (plain(comment).chars().collect(), Vec::new()));
        let meant = |known: &Known, end: usize| {
            !known.is_bare || folded.get(end).is_none_or(|next| BEHIND_A_PLACE.contains(*next))
        };
        let mut found = Vec::new();
        let mut at = 0;
        while at < folded.len() {
            let longest = self.longest.min(folded.len() - at);
            let here = (SHORTEST..=longest).rev().find_map(|length| {
                let word: String = folded[at..at + length].iter().collect();
                self.all.get(&word).filter(|known| meant(known, at + length)).map(|known| (length, known))
            });
            let Some((length, known)) = here else {
                at += 1;
                continue;
            };
            let said = places.get(at).zip(places.get(at + length - 1)).map(|(from, to)| typed[*from..=*to].iter());
            found.push((known.what, said.map_or_else(|| known.shown.clone(), String::from_iter)));
            at += length;
        }
        found
    }

    /// Holds a comment against the names, and its numbers against those that the report prints.
    ///
    /// # Errors
    /// Beside `field`, with what stands there and mustn't.
    pub fn check(&self, field: &str, comment: &str, printed: &Printed) -> Result<(), Refusal> {
        let mut found = self.within(comment);
        found.extend(numbers(comment, printed));
        found.extend(contacts(comment));
        found.sort();
        found.dedup();
        if found.is_empty() {
            return Ok(());
        }
        let named: Vec<String> = found.iter().map(|(what, words)| format!("「{words}」（{}）", what.label())).collect();
        let message = format!("次の言葉は報告に載せられません。除くか、言い換えてください：{}", named.join("、"));
        Err(Refusal::field(field, "comment.forbidden", message))
    }
}

/// Digits of Japanese numerals, and what they are multiplied by.
const KANJI_DIGITS: &str = "〇一二三四五六七八九";
const KANJI_TENS: [(char, u64); 4] = [('十', 10), ('百', 100), ('千', 1_000), ('万', 10_000)];
/// What things are counted by: behind a Japanese numeral it's a number, and no part of a word.
const COUNTERS: &str = "件施人名回割倍箇カか個院戸校台日つ診病医社";

fn is_kanji_number(c: char) -> bool {
    KANJI_DIGITS.contains(c) || KANJI_TENS.iter().any(|(ten, _)| *ten == c)
}

/// The value of a Japanese numeral: 「二十三」, 「三百」, 「一〇」.
fn kanji_value(numeral: &[char]) -> u64 {
    let (mut total, mut pending) = (0_u64, None::<u64>);
    for c in numeral {
        if let Some((_, ten)) = KANJI_TENS.iter().find(|(ten, _)| ten == c) {
            total = if *ten == 10_000 {
                (total + pending.unwrap_or(0)).max(1).saturating_mul(*ten)
            } else {
                total.saturating_add(pending.unwrap_or(1).saturating_mul(*ten))
            };
            pending = None;
        } else if let Some(digit) = KANJI_DIGITS.chars().position(|d| d == *c) {
            pending = Some(pending.unwrap_or(0).saturating_mul(10).saturating_add(digit as u64));
        }
    }
    total.saturating_add(pending.unwrap_or(0))
}

/// Days, and numbers that aren't published, however they are written.
fn numbers(comment: &str, printed: &Printed) -> Vec<(Forbidden, String)> {
    // Words of the desk's own that have a number in them.
    let own = ["A①", "A②", "#9110", "1次", "2次"].iter().fold(comment.to_owned(), |text, word| text.replace(word, ""));
    let folded: String = own.nfkc().collect();
    // Fewer than anything that is told.
    const FEW: [&str; 7] = ["ひとつの", "ふたつの", "みっつの", "よっつの", "いつつの", "片手で数え", "ごく少数の"];
    let few = FEW.iter().filter(|few| folded.contains(*few)).map(|few| (Forbidden::Number, (*few).to_owned()));
    let roman = comment.chars().filter(|c| ('\u{2160}'..='\u{2188}').contains(c));
    let days = ["曜日", "昨日", "一昨日", "先週", "今週", "今朝", "昨夜"];
    let mut found: Vec<(Forbidden, String)> =
        days.iter().filter(|day| folded.contains(*day)).map(|day| (Forbidden::Day, (*day).to_owned())).collect();
    found.extend(few.chain(roman.map(|c| (Forbidden::Number, c.to_string()))));
    let chars: Vec<char> = folded.chars().filter(|c| !c.is_whitespace()).collect();
    let mut at = 0;
    while at < chars.len() {
        let end = at + run(&chars[at..]);
        if end == at {
            at += 1;
            continue;
        }
        let numeral = &chars[at..end];
        let rest: String = chars[end..].iter().take(4).collect();
        let said: String = numeral.iter().chain(chars.get(end)).collect();
        if let Some(what) = judged(numeral, &rest, printed) {
            found.push((what, said));
        }
        at = end;
    }
    found
}

/// How many characters of a numeral stand at the head: digits with separators, or a Japanese numeral (with 「数」).
fn run(chars: &[char]) -> usize {
    let digits = chars.iter().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '/' | '-' | ':')).count();
    if chars.first().is_some_and(char::is_ascii_digit) {
        return digits - chars[..digits].iter().rev().take_while(|c| !c.is_ascii_digit()).count();
    }
    chars.iter().take_while(|c| is_kanji_number(**c) || **c == '数').count()
}

/// What a numeral is that may not stand there; `rest` follows it.
fn judged(numeral: &[char], rest: &str, printed: &Printed) -> Option<Forbidden> {
    let digits: String = numeral.iter().filter(|c| **c != ',').collect();
    if !numeral[0].is_ascii_digit() {
        if !rest.starts_with(|c: char| COUNTERS.contains(c)) {
            return None;
        }
        if rest.starts_with('日') {
            return Some(Forbidden::Day);
        }
        let vague = numeral.contains(&'数');
        let value = kanji_value(numeral);
        return (vague || !printed.counts.contains(&value)).then_some(Forbidden::Number);
    }
    let Ok(value) = digits.parse::<u64>() else {
        // 「11/22」, 「3.5」
        let is_phone = digits.starts_with('0') && digits.chars().filter(char::is_ascii_digit).count() > 8;
        return Some(match digits.contains(['/', '-', ':']) {
            true if is_phone => Forbidden::Contact,
            true => Forbidden::Day,
            false => Forbidden::Number,
        });
    };
    let is_year = (2_022..=2_200).contains(&value) && rest.starts_with('年');
    let is_month = (1..=12).contains(&value) && rest.starts_with('月');
    let day_follows = rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    match () {
        () if rest.starts_with('日') => Some(Forbidden::Day),
        // A period is told: 「2026年10月」, 「第3四半期」.
        () if is_year || (is_month && !day_follows) || (value <= 4 && rest.starts_with("四半期")) => None,
        () if is_month => Some(Forbidden::Day),
        () if rest.starts_with('%') => (!printed.shares.contains(&value)).then_some(Forbidden::Number),
        () => (!printed.counts.contains(&value)).then_some(Forbidden::Number),
    }
}

fn contacts(comment: &str) -> Vec<(Forbidden, String)> {
    let folded: String = comment.nfkc().flat_map(char::to_lowercase).collect();
    let marks = ["@", "http", "www.", "hxxp"];
    marks.iter().filter(|mark| folded.contains(*mark)).map(|mark| (Forbidden::Contact, (*mark).to_owned())).collect()
}

#[cfg(test)]
#[path = "comment_tests.rs"]
mod tests;
