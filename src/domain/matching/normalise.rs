//! The first fold of everything typed or stored: width, compatibility forms, selectors, control characters.

use unicode_normalization::UnicodeNormalization;

/// Characters of an item that take part in matching; the rest of a longer text is ignored, to bound the work.
pub const MAX_CHARS: usize = 200;

/// Folds width and compatibility forms, drops variation selectors, turns control characters into spaces,
/// lowers ASCII letters. Spaces stay, since some of them part name from name and block from building.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_CHARS * 4));
    let mut odd = false;
    for c in text.chars().filter(|c| !is_selector(*c)).take(MAX_CHARS) {
        let folded = match c {
            _ if is_plain(c) => c,
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            _ if c.is_control() || is_invisible(c) => ' ',
            _ => c,
        };
        odd |= !is_plain(folded) && !folded.is_ascii();
        out.push(folded.to_ascii_lowercase());
    }
    if odd {
        // Half-width kana with their marks, ligatures, compatibility ideographs; at most a few characters each.
        return out.nfkc().flat_map(char::to_lowercase).take(MAX_CHARS * 2).collect();
    }
    out
}

/// What most names and addresses are written in; nothing of it has another form.
fn is_plain(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fc}')
        || matches!(c, '々' | '〇' | '‐' | '–' | '—' | '―' | '−' | '─')
}

/// Every dash becomes "-"; the long-vowel mark and 一 only between digits.
pub fn dashes(chars: &[char]) -> Vec<char> {
    let digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    chars
        .iter()
        .enumerate()
        .map(|(at, c)| match c {
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | '━' | '﹣' | '˗' => '-',
            'ー' | '一' if digit(at.checked_sub(1)) && digit(Some(at + 1)) => '-',
            c => *c,
        })
        .collect()
}

/// Without any space.
pub fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether a character only selects how the one before it is drawn.
pub fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}')
}

/// Whether a character is only there to steer others.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether a character is an ideograph (々 and 〆 included).
pub fn is_kanji(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '々' | '〆')
        || is_wild(c)
}

/// Whether a character is kana or the long-vowel mark.
pub fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | 'ー')
}

/// Whether a character stands for one that an old system could not write: 〓, private use, replacement.
pub fn is_wild(c: char) -> bool {
    matches!(c, '〓' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{f0000}'..='\u{10ffff}')
}

/// Whether two texts are equal where a lost character may be any one character; at least one real character agrees.
pub fn equal_or_lost(a: &[char], b: &[char]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(x, y)| x == y || is_wild(*x) || is_wild(*y))
        && (a.is_empty() || a.iter().zip(b).any(|(x, y)| x == y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_has_no_other_form() {
        for c in ('\0'..=char::MAX).filter(|c| is_plain(*c)) {
            assert!(std::iter::once(c).nfkc().flat_map(char::to_lowercase).eq([c]), "{c}");
        }
    }

    #[test]
    fn widths_selectors_and_controls_are_folded() {
        for (text, expected) in [
            ("ﾀﾅｶ　ﾊﾅｺ", "タナカ ハナコ"),
            ("ｶﾞｷﾞ", "ガギ"),
            ("ＡＢＣ１２３", "abc123"),
            ("葛\u{e0100}城", "葛城"),
            ("a\tb\u{0}c", "a b c"),
            ("\u{fa10}", "\u{585a}"),
            ("㈱", "(株)"),
        ] {
            assert_eq!(fold(text), expected, "{text}");
        }
    }

    #[test]
    fn dashes_are_one_and_the_long_vowel_mark_is_one_between_digits() {
        let folded = |text: &str| dashes(&text.chars().collect::<Vec<_>>()).into_iter().collect::<String>();
        assert_eq!(folded("1ー2‐3−4一5 タワー 一番町"), "1-2-3-4-5 タワー 一番町");
    }

    #[test]
    fn a_megabyte_is_cut_to_what_matching_reads() {
        assert!(fold(&"あ".repeat(1 << 20)).chars().count() <= MAX_CHARS);
        assert!(fold(&"\u{fdfa}".repeat(1 << 20)).chars().count() <= MAX_CHARS * 2);
    }

    #[test]
    fn a_lost_character_may_be_any_one() {
        let chars = |t: &str| t.chars().collect::<Vec<_>>();
        assert!(equal_or_lost(&chars("〓田"), &chars("吉田")));
        assert!(!equal_or_lost(&chars("〓田"), &chars("吉川")));
        assert!(!equal_or_lost(&chars("〓"), &chars("林")));
    }
}
