//! The search document of a text, and its tokens: single characters and pairs, each written as hexadecimal so
//! that no engine's own idea of a word, an accent or a hyphen gets in the way.

use crate::domain::matching::variants::wide;
use crate::domain::search::fold;
use crate::domain::telephone::Telephone;

/// The document of a text: folded line by line, with the keys of the telephone numbers in it, however they are written.
/// The document of a document is itself, or what this folding makes of what an older one wrote.
pub(in crate::store) fn document(text: &str) -> String {
    let mut body = String::with_capacity(text.len());
    let mut numbers: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.chars().filter(|c| c.is_numeric()).count() >= DIGITS {
            numbers.extend(Telephone::within(line));
        }
        let start = body.len();
        if !body.is_empty() {
            body.push('\n');
        }
        let folded = body.len();
        if !fold_plain(line, &mut body) {
            body.truncate(folded);
            body.push_str(&fold(line));
        }
        if body.len() == folded {
            body.truncate(start);
        }
    }
    for number in numbers {
        if !body.lines().any(|line| line == number) {
            body.push('\n');
            body.push_str(&number);
        }
    }
    body
}

/// A line with fewer digits holds no telephone number.
const DIGITS: usize = 9;

/// Folds a line of letters that normalisation leaves alone; false when it holds another one.
fn fold_plain(line: &str, to: &mut String) -> bool {
    let mut before = ' ';
    for c in line.chars() {
        match c {
            '\u{3000}' | ' ' => continue,
            // Perhaps a dash.
            'ー' | '一' if before.is_ascii_digit() => return false,
            'a'..='z' | '0'..='9' | '-' | 'ぁ'..='ゖ' | '、' | '。' | '「' | '」' | '・' | 'ー' => to.push(c),
            '一'..='龥' => to.push(wide(c)),
            'ァ'..='ヶ' => to.push(char::from_u32(c as u32 - 0x60).unwrap_or(c)),
            'A'..='Z' => to.push(c.to_ascii_lowercase()),
            _ => return false,
        }
        before = c;
    }
    true
}

/// The tokens of a document, each once, parted by spaces.
pub(in crate::store) fn tokens(body: &str) -> String {
    let mut found: Vec<u64> = Vec::with_capacity(body.len());
    for line in body.split('\n') {
        let mut before = 0;
        for c in line.chars() {
            let c = u64::from(c);
            found.push(c);
            if before != 0 {
                found.push(before << 32 | c);
            }
            before = c;
        }
    }
    found.sort_unstable();
    found.dedup();
    let mut text = Vec::with_capacity(found.len() * 10);
    for token in found {
        if !text.is_empty() {
            text.push(b' ');
        }
        if token >> 32 != 0 {
            hex(token >> 32, &mut text);
            text.push(b'x');
        }
        hex(token & 0xffff_ffff, &mut text);
    }
    String::from_utf8(text).unwrap_or_default()
}

fn hex(number: u64, to: &mut Vec<u8>) {
    let digits = (64 - number.leading_zeros()).div_ceil(4).max(1);
    to.extend(
        (0..digits).rev().map(|i| b"0123456789abcdef"[usize::try_from(number >> (4 * i) & 15).unwrap_or_default()]),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_its_lines_folded_and_empty_ones_left_out() {
        let text =
            "2026-000123\n医療法人社団サトウ医院　ｶﾙﾃ ABC\n\n①㈱①、東京都「本町」1-2-3\n髙橋と渡邊と齋藤1ー2一3 4一";
        let lines: Vec<String> = text.lines().map(fold).filter(|l| !l.is_empty()).collect();
        assert_eq!(document(text), lines.join("\n"));
    }

    #[test]
    fn an_older_document_is_folded_and_its_numbers_get_their_keys() {
        let older = "髙橋医院\n+81-3-7000-1234\n81370001234\n03-5550-1111\n0355501111";
        let newer = "高橋医院\n+81-3-7000-1234\n81370001234\n03-5550-1111\n0355501111\n0370001234";
        assert_eq!(document(older), newer);
        assert_eq!(document(newer), newer);
    }

    #[test]
    fn tokens_are_characters_and_pairs_in_hexadecimal_each_once() {
        assert_eq!(tokens("ab\nb"), "61 62 61x62");
        assert_eq!(tokens("東京").split(' ').count(), 3);
    }
}
