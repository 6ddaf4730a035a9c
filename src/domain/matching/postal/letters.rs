//! An address as letters that can be compared: widths, variants, kana and numerals folded, each letter knowing where
//! it stood, so that what is not understood can be given back as it was written.

use unicode_normalization::UnicodeNormalization;

use crate::domain::matching::normalise::{dashes, is_invisible, is_kanji, is_selector};
use crate::domain::matching::variants::wide;

/// Characters of a line that are read.
const MAX_CHARS: usize = 300;

/// A folded letter and the characters it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) c: char,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The characters of a text: widths and compatibility forms folded, selectors dropped, dashes one and the same.
pub(super) fn tidy(text: &str) -> Vec<char> {
    let shown = text.chars().filter(|c| !is_selector(*c) && !is_invisible(*c)).take(MAX_CHARS);
    let whole = |c: char| matches!(c, '\u{20}'..='\u{7e}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fc}' | '\u{4e00}'..='\u{9fff}');
    // Nearly all of the country's names have nothing to fold.
    let chars: Vec<char> = if text.chars().all(whole) {
        shown.collect()
    } else {
        let plain: String = shown.collect();
        plain.nfkc().take(MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    dashes(&chars).into_iter().map(|c| if c == '丿' { 'ノ' } else { c }).collect()
}

/// 3ちょうめ5ばんち as 3丁目5番地: typed before the kana were turned into kanji.
pub(super) fn block_words_in_kanji(text: &str) -> String {
    const WORDS: [(&str, &str); 4] =
        [("ちょうめ", "丁目"), ("チョウメ", "丁目"), ("ばんち", "番地"), ("バンチ", "番地")];
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let word =
            WORDS.iter().find(|(kana, _)| written.ends_with(|c: char| c.is_ascii_digit()) && rest.starts_with(kana));
        match word {
            Some((kana, kanji)) => {
                written.push_str(kanji);
                rest = &rest[kana.len()..];
            }
            None => {
                written.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    written
}

/// The letters of characters. Left out are spaces and marks that part, and 大字 and 字, which are said or not at will.
pub(super) fn letters(chars: &[char]) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(chars.len());
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        if is_gap(c) || c == '字' {
            at += 1;
        } else if c == '大' && chars.get(at + 1) == Some(&'字') {
            at += 2;
        } else if let Some((number, to)) = kanji_number(chars, at) {
            letters.extend(number.to_string().chars().map(|c| Letter { c, from: at, to }));
            at = to;
        } else {
            letters.push(Letter { c: folded(c, chars.get(at + 1).copied(), at > 0), from: at, to: at + 1 });
            at += 1;
        }
    }
    letters
}

/// Whether a character only parts others.
pub(super) fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '、' | ',' | '(' | ')' | '「' | '」')
}

/// A name as a key to look it up by.
pub(super) fn key(name: &str) -> String {
    letters(&tidy(name)).iter().map(|l| l.c).collect()
}

/// 三 and 二十四; 百 only behind a numeral, since 百人町 is no number, and 壱 only in front of a block's word.
fn kanji_number(chars: &[char], from: usize) -> Option<(u32, usize)> {
    let (mut total, mut current, mut at) = (0u32, 0u32, from);
    for c in chars[from..].iter().take(7) {
        match "〇一二三四五六七八九".chars().position(|k| k == *c) {
            Some(digit) => current = current * 10 + u32::try_from(digit).ok()?,
            None if *c == '十' => (total, current) = (total + current.max(1) * 10, 0),
            None if *c == '百' && at > from => (total, current) = (total + current.max(1) * 100, 0),
            None if chars.get(at + 1).is_some_and(|next| "番丁号之ノの-".contains(*next)) => {
                match "壱弐参".chars().zip(1..).find(|(formal, _)| formal == c) {
                    Some((_, digit)) => current = current * 10 + digit,
                    None => break,
                }
            }
            None => break,
        }
        at += 1;
    }
    (at > from).then_some((total + current, at))
}

fn folded(c: char, next: Option<char>, inside: bool) -> char {
    let hiragana = match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        c => c,
    };
    let between = inside && next.is_some_and(is_kanji);
    match hiragana {
        'ゖ' | 'け' | 'ゕ' | 'が' if between || c == 'ヶ' || c == 'ヵ' => 'が',
        'の' | '之' | '乃' if between || inside && next.is_some_and(|n| n.is_ascii_digit()) => 'の',
        'っ' => 'つ',
        'ゐ' => 'い',
        'ゑ' => 'え',
        'を' => 'お',
        c => wide(c.to_ascii_lowercase()),
    }
}

/// A name of the list as the register writes it: 太田５の通り is 太田五の通り; numbered 地割 keep their digits.
pub(super) fn as_registered(name: &str) -> String {
    let mut written = String::with_capacity(name.len());
    let mut rest = name;
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    while let Some(at) = rest.find(digit) {
        let (front, digits) = rest.split_at(at);
        let end = digits.find(|c: char| !digit(c)).unwrap_or(digits.len());
        let (digits, behind) = digits.split_at(end);
        written.push_str(front);
        let number: String = digits.nfkc().collect();
        match number.parse() {
            Ok(number) if !behind.starts_with("地割") => written.push_str(&in_kanji(number)),
            _ => written.push_str(&number),
        }
        rest = behind;
    }
    written + rest
}

/// A number as the register writes it: 二十三.
pub(super) fn in_kanji(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: u32| DIGITS.get(n as usize).copied().unwrap_or_default();
    match number {
        0 => "〇".to_owned(),
        1..10 => digit(number).to_owned(),
        10..20 => format!("十{}", digit(number - 10)),
        20..100 => format!("{}十{}", digit(number / 10), digit(number % 10)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for (a, b) in [
            ("霞ヶ関", "霞が関"),
            ("藪ノ内町", "薮之内町"),
            ("北３条西", "北三条西"),
            ("大字南長野字幅下", "南長野幅下"),
            ("ツツジケ丘", "つつじが丘"),
            ("二十四軒", "24軒"),
            ("龍ケ崎市", "竜ヶ崎市"),
        ] {
            assert_eq!(key(a), key(b), "{a}");
        }
        for (a, b) in [("一番町", "二番町"), ("百人町", "人町"), ("東町", "西町")] {
            assert_ne!(key(a), key(b), "{a}");
        }
    }

    #[test]
    fn every_letter_knows_where_it_stood() {
        let chars = tidy("大字山田 二十三の１");
        let letters = letters(&chars);
        let at = |c: char| letters.iter().find(|l| l.c == c).map(|l| chars[l.from..l.to].iter().collect::<String>());
        assert_eq!(at('山').as_deref(), Some("山"));
        assert_eq!(at('3').as_deref(), Some("二十三"));
    }

    #[test]
    fn numbers_are_written_as_in_the_register() {
        assert_eq!([1, 10, 11, 20, 23, 40].map(in_kanji), ["一", "十", "十一", "二十", "二十三", "四十"]);
        for (listed, registered) in [
            ("太田５の通り", "太田五の通り"),
            ("つつじが丘北１０番町", "つつじが丘北十番町"),
            ("大更３５地割", "大更35地割"),
        ] {
            assert_eq!(as_registered(listed), registered);
        }
    }
}
