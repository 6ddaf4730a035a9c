//! Kana as short byte strings, in four degrees of sameness: plain, strict, unvoiced, loose.

use wana_kana::ConvertJapanese;

use super::normalise::squeeze;

const BASE: u32 = 0x3040;
const LONG: u8 = 0xf0;
/// Places where a name in Latin letters is tried with an apostrophe.
const MOST_PARTED: usize = 6;

/// Kana of a text that is nothing but kana or Latin letters (already folded); `None` when anything else stands there.
/// Plain: hiragana, no small kana, づ=ず, ぢ=じ, を=お, the long mark as the vowel it lengthens. Digits are dropped,
/// since exports leave them inside readings.
pub fn plain(text: &str) -> Option<Vec<u8>> {
    let text = squeeze(text);
    let latin = text.chars().any(|c| c.is_ascii_alphabetic());
    let text = if latin { from_latin(&text)? } else { text };
    let mut out = Vec::with_capacity(text.len() / 3);
    for c in text.chars().filter(|c| !c.is_ascii_digit() && !is_mark(*c)) {
        push(&mut out, code(c)?);
    }
    Some(out)
}

/// Like `plain`, leaving out what is not kana: for the kana column of an export.
pub fn plain_lossy(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 3);
    for code in text.chars().filter_map(code) {
        push(&mut out, code);
    }
    out
}

fn is_mark(c: char) -> bool {
    matches!(c, '・' | '-' | '.' | ',' | '\'' | '、' | '。' | '=' | '/')
}

/// Romaji typed with the input method off: Hepburn, Kunrei or raw keys. Only words that become kana entirely.
fn from_latin(text: &str) -> Option<String> {
    let expanded = text.replace(['ō', 'ô'], "ou").replace(['ū', 'û'], "uu").replace(['-', '\''], "");
    let kana = expanded.to_hiragana();
    (!kana.chars().any(|c| c.is_ascii_alphabetic())).then_some(kana)
}

/// A name in Latin letters as hiragana: as it stands first, then with each ん that was written without its
/// apostrophe (shinichi is しんいち or しにち). Empty for what isn't such a name.
pub fn latin_readings(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_ascii_alphabetic() || *c == '\'').collect();
    let others = text.chars().any(|c| !c.is_ascii() && !matches!(c, 'ō' | 'ô' | 'ū' | 'û'));
    if letters.is_empty() || others {
        return Vec::new();
    }
    let words = |text: &str| text.split(['\'', ' ']).map(from_latin).collect::<Option<String>>();
    let vowel = |c: Option<&char>| c.is_some_and(|c| "aiueoy".contains(*c));
    let chars: Vec<char> = text.chars().collect();
    let parted = (1..chars.len()).filter(|at| chars[*at - 1] == 'n' && vowel(chars.get(*at))).map(|at| {
        let (front, back): (String, String) = (chars[..at].iter().collect(), chars[at..].iter().collect());
        format!("{front}'{back}")
    });
    let mut readings: Vec<String> = Vec::new();
    for reading in std::iter::once(text.to_owned()).chain(parted.take(MOST_PARTED)).filter_map(|said| words(&said)) {
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    readings
}

fn push(out: &mut Vec<u8>, code: u8) {
    if code != LONG {
        out.push(code);
    } else if let Some(vowel) = out.last().and_then(|c| vowel_of(*c)) {
        let lengthened = match vowel {
            4 => 2, // o is lengthened by う
            3 => 1, // e by い
            v => v,
        };
        out.push(VOWELS[lengthened]);
    }
}

const VOWELS: [u8; 5] = [0x02, 0x04, 0x06, 0x08, 0x0a];

fn code(c: char) -> Option<u8> {
    let c = match c {
        'ー' | '~' | '〜' => return Some(LONG),
        '\u{30a1}'..='\u{30f6}' => char::from_u32(c as u32 - 0x60)?,
        'ゝ' | 'ヽ' => return None,
        c => c,
    };
    let large = match c {
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ' => char::from_u32(c as u32 + 1)?,
        'づ' => 'ず',
        'ぢ' => 'じ',
        'を' => 'お',
        'ゐ' => 'い',
        'ゑ' => 'え',
        'ゕ' => 'か',
        'ゖ' => 'け',
        c => c,
    };
    matches!(large, 'あ'..='ゔ').then(|| (large as u32 - BASE) as u8)
}

/// Vowel of a kana: 0 a, 1 i, 2 u, 3 e, 4 o; none for ん.
fn vowel_of(code: u8) -> Option<usize> {
    const ROWS: [(&str, usize); 5] = [
        ("あかがさざただなはばぱまやらわ", 0),
        ("いきぎしじちにひびぴみり", 1),
        ("うくぐすずつぬふぶぷむゆるゔ", 2),
        ("えけげせぜてでねへべぺめれ", 3),
        ("おこごそぞとどのほぼぽもよろ", 4),
    ];
    static TABLE: std::sync::LazyLock<[u8; 256]> = std::sync::LazyLock::new(|| {
        let mut table = [u8::MAX; 256];
        for (row, vowel) in ROWS {
            for c in row.chars() {
                table[(c as u32 - BASE) as usize & 0xff] = vowel as u8;
            }
        }
        table
    });
    Some(usize::from(TABLE[usize::from(code)])).filter(|v| *v < 5)
}

/// おお and おう are one sound.
pub fn strict(plain: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(plain.len());
    for (at, &code) in plain.iter().enumerate() {
        let after_o = at > 0 && vowel_of(plain[at - 1]) == Some(4);
        out.push(if after_o && code == VOWELS[4] { VOWELS[2] } else { code });
    }
    out
}

/// Without voiced marks, kana by kana: for aligning readings whose first sound may be voiced (rendaku).
pub fn unvoiced(plain: &[u8]) -> Vec<u8> {
    plain.iter().map(|c| devoice(*c)).collect()
}

/// The unvoiced kana of a kana.
pub fn devoice(code: u8) -> u8 {
    match code {
        // か…ぢ: odd codes are unvoiced, even ones voiced; つ…ど the other way round after っ.
        // づ and ぢ are written ず and じ by now, so つ and ち must meet them: す, し.
        0x21 | 0x22 => 0x17,
        0x24 | 0x25 => 0x19,
        0x0b..=0x20 => code - u8::from(code.is_multiple_of(2)),
        0x26..=0x29 => code - u8::from(code % 2 == 1),
        // は行 in threes: ha, ba, pa.
        0x2f..=0x3d => code - (code - 0x2f) % 3,
        0x54 => VOWELS[2],
        other => other,
    }
}

/// Unvoiced and without long vowels: what survives a bad line.
pub fn loose(plain: &[u8]) -> Vec<u8> {
    let strict = strict(plain);
    let mut out = Vec::with_capacity(strict.len());
    for (at, &code) in strict.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|b| vowel_of(strict[b]));
        if code == VOWELS[2] && matches!(before, Some(2 | 4)) {
            continue;
        }
        out.push(devoice(code));
    }
    out
}

/// One slip of the ear or hand that does not make another name: two neighbours swapped, one kana doubled or lost
/// inside. The last kana is left out of it: マサオ and マサコ, ヒロシ and ヒロ are different people.
pub fn one_slip(a: &[u8], b: &[u8]) -> bool {
    if a.len().min(b.len()) < 4 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    if a.len() == b.len() {
        return front + 1 < a.len()
            && a[front] == b[front + 1]
            && a[front + 1] == b[front]
            && a[front + 2..] == b[front + 2..];
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    front < short.len() && front > 0 && short[front..] == long[front + 1..] && short.len() >= 5
        || front > 0 && front == short.len() && long[front] == long[front - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Vec<u8> {
        plain(text).expect("kana")
    }

    #[test]
    fn kinds_of_kana_are_one() {
        for (a, b) in [
            ("ショウワ", "シヨウワ"),
            ("しょうわ", "ショウワ"),
            ("ミヅキ", "ミズキ"),
            ("カツヲ", "カツオ"),
            ("コーノ", "コウノ"),
            ("takahashi", "タカハシ"),
            ("hujii", "フジイ"),
        ] {
            assert_eq!(p(a), p(b), "{a}");
        }
        assert_eq!(strict(&p("オオノ")), strict(&p("オーノ")));
        assert_eq!(plain("田中"), None);
    }

    #[test]
    fn voiced_and_long_sounds_are_loosely_one() {
        for (a, b) in [
            ("ヤマサキ", "ヤマザキ"),
            ("ケンタロ", "ケンタロウ"),
            ("オタ", "オオタ"),
            ("バビブ", "パヒフ"),
            ("ダヅド", "タツト"),
        ] {
            assert_eq!(loose(&p(a)), loose(&p(b)), "{a}");
        }
        assert_ne!(loose(&p("サトウ")), loose(&p("カトウ")));
    }

    #[test]
    fn a_slip_inside_is_forgiven_and_another_name_is_not() {
        for (a, b, slip) in [
            ("タカハシイチロウ", "タハカシイチロウ", true),
            ("タカハシイチロウ", "タカハシチロウ", true),
            ("タカハシイチロウ", "タカカハシイチロウ", true),
            ("サトウマサオ", "サトウマサコ", false),
            ("サトウヒロシ", "サトウヒロ", false),
            ("サトウイチロウ", "カトウイチロウ", false),
            ("オタ", "タオ", false),
        ] {
            assert_eq!(one_slip(&p(a), &p(b)), slip, "{a} {b}");
        }
    }
}
