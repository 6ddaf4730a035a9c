//! Takes a facility's name apart: legal form, the corporation's own name, letters, kind, kana.

use std::sync::LazyLock;

use super::address::Address;
use super::facility_words::{BRACKETED_FORMS, KINDS, LEGAL_FORMS, LEGAL_READINGS};
use super::kana::{plain, plain_lossy};
use super::normalise::{fold, is_kana, is_kanji};
use super::said::SaidAddress;
use super::variants::wide;

/// A facility name taken apart: folded letters, and where they begin without legal form and without ○○会.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FacilityName {
    /// Folded letters behind the legal form.
    pub letters: Vec<char>,
    /// Letters of a corporation's own name (○○会) in front, which may be left out.
    pub own_name: usize,
}

static KINDS_FOLDED: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let mut kinds: Vec<Vec<char>> = KINDS.iter().map(|k| letters(k)).collect();
    kinds.sort_by_key(|k| std::cmp::Reverse(k.len()));
    kinds
});

static LEGAL_SOUNDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut sounds: Vec<Vec<u8>> = LEGAL_READINGS.iter().filter_map(|r| plain(r)).collect();
    sounds.sort_by_key(|s| std::cmp::Reverse(s.len()));
    sounds
});

/// Folds letters: hiragana for katakana, large kana, no long marks, spaces or points, kanji folded widely.
fn letters(text: &str) -> Vec<char> {
    let kana = |c: char| match c {
        '\u{30a1}'..='\u{30f6}' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        c => c,
    };
    let large = |c: char| match c {
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ' => {
            char::from_u32(c as u32 + 1).unwrap_or(c)
        }
        'ゕ' => 'か',
        'ゖ' => 'け',
        'づ' => 'ず',
        'ぢ' => 'じ',
        'を' => 'お',
        c => c,
    };
    let chars: Vec<char> =
        text.chars().filter(|c| c.is_alphanumeric() && *c != 'ー' || super::normalise::is_wild(*c)).collect();
    chars
        .iter()
        .enumerate()
        .map(|(at, c)| {
            let between = at > 0 && is_kanji(chars[at - 1]) && chars.get(at + 1).is_some_and(|n| is_kanji(*n));
            match c {
                'ヶ' | 'ケ' | 'が' | 'ガ' if between => 'が',
                'ノ' | 'の' | '之' | '乃' if between => 'の',
                'フ' | 'ふ' if at > 0 && chars[at - 1] == '皮' => '膚',
                c => large(kana(wide(*c))),
            }
        })
        .collect()
}

/// Latin words of facility names, as they would be in kana.
const LATIN: [(&str, &str); 10] = [
    ("clinic", "クリニック"),
    ("hospital", "ホスピタル"),
    ("medical", "メディカル"),
    ("center", "センター"),
    ("centre", "センター"),
    ("kids", "キッズ"),
    ("family", "ファミリー"),
    ("ladies", "レディース"),
    ("mental", "メンタル"),
    ("heart", "ハート"),
];

impl FacilityName {
    /// Takes a name apart that a caller said of a facility at an address.
    pub fn said(text: &str, address: &SaidAddress) -> Self {
        Self::parse(without_place(&fold(&text.replace('㊩', "(医)")), address))
    }

    /// Takes a name apart.
    pub fn parse(text: &str) -> Self {
        let mut text = fold(&text.replace('㊩', "(医)"));
        if text.bytes().any(|b| b.is_ascii_alphabetic()) {
            for (latin, kana) in LATIN {
                text = text.replace(latin, kana);
            }
        }
        // Points and spaces may stand inside a legal form as well.
        text.retain(|c| !c.is_whitespace() && c != '・');
        let (rest, had_form) = strip_legal_form(&text);
        let folded = letters(rest);
        let own_name = if had_form { own_name_length(&folded) } else { 0 };
        Self { letters: folded, own_name }
    }

    /// Letters without the corporation's own name.
    pub fn short(&self) -> &[char] {
        &self.letters[self.own_name.min(self.letters.len())..]
    }

    /// Letters without own name and kind: what is left is the stem, empty for names like 中央病院 alone.
    pub fn stem(&self) -> Vec<char> {
        without_kinds(self.short())
    }

    /// Kana of the letters when they are nothing else.
    pub fn kana(&self) -> Option<Vec<u8>> {
        let all_kana = self.letters.iter().all(|c| is_kana(*c) || c.is_ascii_alphanumeric());
        if all_kana { plain(&self.letters.iter().collect::<String>()).filter(|k| !k.is_empty()) } else { None }
    }
}

/// Kana column of a facility, without long marks: the letters lose theirs too.
pub fn stored_kana(text: &str) -> Vec<u8> {
    plain_lossy(&fold(text).replace('ー', ""))
}

/// Where a facility's own kana may begin: behind the legal form, and behind a ○○かい.
pub fn kana_starts(kana: &[u8], has_own_name: bool) -> Vec<usize> {
    let behind_form = LEGAL_SOUNDS.iter().find(|s| kana.starts_with(s)).map_or(0, |s| s.len());
    let mut starts = vec![behind_form];
    if has_own_name && behind_form > 0 {
        let kai = [0x0b, 0x04];
        let rest = &kana[behind_form..];
        starts.extend(
            (1..rest.len().saturating_sub(2))
                .filter(|at| rest[*at..].starts_with(&kai))
                .map(|at| behind_form + at + 2)
                .take(3),
        );
    }
    starts
}

/// Cuts off where a facility is, when that is said in front of its name and is where the caller says it stands:
/// 福岡市の佐藤医院 in 福岡市. Not from 古市のぞみ医院, nor from 港区の診療所, which would have no name left.
fn without_place<'a>(text: &'a str, address: &SaidAddress) -> &'a str {
    let named = text.match_indices('の').map(|(at, no)| (&text[..at], &text[at + no.len()..])).find(|(place, rest)| {
        let place = Address::parse(place);
        let in_place = |a: &Address| place.city == a.city && (place.ward.is_empty() || place.ward == a.ward);
        let there = !place.city.is_empty() && place.town.is_empty() && address.all().any(in_place);
        let stem = without_kinds(&letters(strip_legal_form(rest).0));
        there && !stem.is_empty() && !KINDS_FOLDED.contains(&stem)
    });
    named.map_or(text, |(_, rest)| rest)
}

fn strip_legal_form(text: &str) -> (&str, bool) {
    let mut text = text;
    let mut had_form = false;
    for _ in 0..3 {
        let bracketed = text
            .strip_prefix('(')
            .unwrap_or(text)
            .split_once(')')
            .filter(|(form, rest)| BRACKETED_FORMS.contains(form) && !rest.is_empty());
        let bare = LEGAL_FORMS.iter().find_map(|f| text.strip_prefix(f)).filter(|rest| !rest.is_empty());
        match bracketed.map(|(_, rest)| rest).or(bare) {
            Some(rest) => (text, had_form) = (rest, true),
            None => break,
        }
    }
    (text, had_form)
}

/// ○○会 behind a legal form, when a name of its own follows. 生会 and the like inside 済生会 are not cut, since the
/// whole up to 会 goes, and 会 at the very end is the name itself.
fn own_name_length(letters: &[char]) -> usize {
    letters
        .iter()
        .take(10)
        .position(|c| *c == '会')
        .map(|at| at + 1)
        .filter(|end| *end >= 2 && letters.len() >= end + 2)
        .unwrap_or(0)
}

/// Cuts kinds off the end and the front, and ステーション and the like inside.
pub(super) fn without_kinds(letters: &[char]) -> Vec<char> {
    let mut rest = letters.to_vec();
    for _ in 0..3 {
        let before = rest.len();
        for kind in KINDS_FOLDED.iter() {
            if rest.len() > kind.len() && rest.ends_with(kind) {
                rest.truncate(rest.len() - kind.len());
            } else if rest.len() > kind.len() + 1 && rest.starts_with(kind) {
                rest.drain(..kind.len());
            }
        }
        if rest.len() == before {
            break;
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_said_in_front_is_no_part_of_the_name_where_the_caller_says_it_stands() {
        let said = |name: &str, address: &str| FacilityName::said(name, &SaidAddress::parse(address, None));
        let same = |a: &str, at: &str, b: &str| assert_eq!(said(a, at), FacilityName::parse(b), "{a}");
        same("福岡市の佐藤医院", "福岡県福岡市中央区天神1", "佐藤医院");
        same("宮崎県えびの市の林クリニック", "えびの市大河平1", "林クリニック");
        same("港区の㊩丘の上医院", "東京都港区芝1", "(医)丘の上医院");
        for (whole, at) in [
            ("福岡市の佐藤医院", "北九州市門司区1"),
            ("木村のぞみクリニック", "福岡市中央区天神1"),
            ("古市のぞみ医院", "福岡市中央区天神1"),
            ("港区の診療所", "東京都港区芝1"),
            ("丘の上医院", "東京都港区芝1"),
        ] {
            same(whole, at, whole);
        }
    }

    #[test]
    fn a_corporation_named_like_its_hospital_keeps_its_name() {
        assert_eq!(FacilityName::parse("大阪済生会病院").own_name, 0);
        assert_eq!(FacilityName::parse("社会福祉法人済生会").own_name, 0);
    }
}
