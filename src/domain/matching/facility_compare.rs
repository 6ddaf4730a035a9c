//! Compares a facility's name as typed with one on file: the same under legal form, abbreviation, spelling, reading.

use strsim::generic_damerau_levenshtein;

use super::facility::{FacilityName, kana_starts, without_kinds};
use super::kana::{loose, plain, strict};
use super::normalise::{equal_or_lost, is_kanji};
use super::readings::Readings;

/// How well a facility name agrees, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FacilityLevel {
    /// The same apart from legal form and spelling.
    Same,
    /// The same reading.
    Reading,
    /// The same apart from the kind (クリニック, 医院) said with it.
    Kind,
    /// One slip of the hand.
    Slip,
    /// Only the beginning was said.
    Prefix,
    /// One name stands inside the other.
    Part,
    /// Another name.
    Differs,
}

impl FacilityLevel {
    /// Whether the item counts as agreeing.
    pub fn agrees(self) -> bool {
        self < Self::Differs
    }
}

/// A facility on file.
#[derive(Debug, Clone, Copy)]
pub struct StoredFacility<'a> {
    /// Its name taken apart.
    pub name: &'a FacilityName,
    /// Plain kana of the whole name (`stored_kana`).
    pub kana: &'a [u8],
}

/// Compares a typed name with one on file.
pub fn compare(typed: &FacilityName, stored: StoredFacility<'_>, readings: &Readings) -> FacilityLevel {
    if typed.letters.is_empty() || stored.name.letters.is_empty() {
        return FacilityLevel::Differs;
    }
    let typed_forms = forms(typed);
    let stored_forms = forms(stored.name);
    let mut best = FacilityLevel::Differs;
    for t in &typed_forms {
        for s in &stored_forms {
            best = best.min(letter_level(t, s));
        }
    }
    if best <= FacilityLevel::Reading {
        return best;
    }
    best = best.min(kana_level(typed, stored, readings));
    if best == FacilityLevel::Differs {
        best = kind_and_reading(typed, stored, readings);
    }
    best
}

fn forms(name: &FacilityName) -> Vec<&[char]> {
    if name.own_name == 0 { vec![&name.letters] } else { vec![&name.letters, name.short()] }
}

fn letter_level(typed: &[char], stored: &[char]) -> FacilityLevel {
    if equal_or_lost(typed, stored) {
        return FacilityLevel::Same;
    }
    if other_facility(typed, stored) {
        return FacilityLevel::Differs;
    }
    let (typed_stem, stored_stem) = (without_kinds(typed), without_kinds(stored));
    if equal_or_lost(&typed_stem, &stored_stem) {
        return FacilityLevel::Kind;
    }
    if slip(typed, stored) || typed_stem.len() >= 3 && slip(&typed_stem, &stored_stem) {
        return FacilityLevel::Slip;
    }
    // Two letters of a stem say enough only because address and number must agree as well.
    let begun = typed.len() >= 2
        && stored.starts_with(typed)
        && (typed.len() * 5 >= stored.len() * 2 || typed.starts_with(&stored_stem));
    if begun || typed.len() > stored.len() && stored.len() >= 4 && typed.starts_with(stored) {
        return FacilityLevel::Prefix;
    }
    let (short, long) =
        if typed_stem.len() < stored_stem.len() { (&typed_stem, &stored_stem) } else { (&stored_stem, &typed_stem) };
    if short.len() >= 2 && short.len() * 2 >= long.len() && (long.ends_with(short) || long.starts_with(short)) {
        return FacilityLevel::Part;
    }
    FacilityLevel::Differs
}

/// Words that tell kinds of care service apart; 訪問看護 and デイサービス of one name are two facilities.
const CARE: [&[char]; 10] = [
    &['訪', '問', '看', '護'],
    &['通', '所'],
    &['特', '別', '養', '護'],
    &['老', '人', '保', '健'],
    &['小', '規', '模'],
    &['居', '宅'],
    &['て', 'い', 'さ'],
    &['く', 'る', 'ふ'],
    &['医', '療', '院'],
    &['け', 'あ'],
];

/// A dentist is no member's clinic, and a clinic is not the day service of the same name.
fn other_facility(a: &[char], b: &[char]) -> bool {
    let has = |l: &[char], word: &[char]| {
        l.windows(word.len()).any(|w| w.iter().zip(word).all(|(x, y)| unvoiced_letter(*x) == *y))
    };
    let care = |l: &[char]| CARE.iter().position(|word| has(l, word));
    let medical = |l: &[char]| {
        [&['医', '院'][..], &['病', '院'], &['診', '療', '所'], &['く', 'り', 'に']].iter().any(|w| has(l, w))
    };
    let dentist = |l: &[char]| has(l, &['歯', '科']);
    match (care(a), care(b)) {
        (Some(x), Some(y)) if x != y => true,
        (Some(_), None) if medical(b) => true,
        (None, Some(_)) if medical(a) => true,
        _ => dentist(a) != dentist(b),
    }
}

fn unvoiced_letter(c: char) -> char {
    match c {
        'で' => 'て',
        'ぐ' => 'く',
        'ぷ' | 'ぶ' => 'ふ',
        c => c,
    }
}

/// One letter wrong, missing, doubled or swapped; two in long names. A changed number or direction is another facility.
fn slip(a: &[char], b: &[char]) -> bool {
    let allowed = match a.len().min(b.len()) {
        0..=2 => return false,
        3..=8 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > allowed || generic_damerau_levenshtein(a, b) > allowed {
        return false;
    }
    let missing = |from: &[char], other: &[char]| {
        from.iter().any(|c| "一二三四五六七八九十東西南北第1234567890".contains(*c) && !other.contains(c))
    };
    let changed = a.len() == b.len() && (missing(a, b) || missing(b, a));
    !changed && !changed_kanji(a, b)
}

/// 佐藤医院 and 加藤医院, 前田内科 and 内田内科: kanji replaced by other kanji are no slip of the hand.
fn changed_kanji(a: &[char], b: &[char]) -> bool {
    let times = |of: &[char], c: char| of.iter().filter(|other| **other == c).count();
    let more_in = |one: &[char], other: &[char]| one.iter().any(|c| is_kanji(*c) && times(one, *c) > times(other, *c));
    more_in(a, b) && more_in(b, a)
}

fn kana_level(typed: &FacilityName, stored: StoredFacility<'_>, readings: &Readings) -> FacilityLevel {
    let starts = kana_starts(stored.kana, stored.name.own_name > 0);
    let mut best = FacilityLevel::Differs;
    for typed_letters in forms(typed) {
        let spoken = plain(&typed_letters.iter().collect::<String>());
        // A legal form said in kana is cut off there, not among the letters.
        let spoken_starts = spoken.as_deref().map(|s| kana_starts(s, true)).unwrap_or_default();
        for start in &starts {
            let kana = &stored.kana[*start..];
            let Some(spoken) = &spoken else {
                best = best.min(read_level(typed_letters, kana, readings));
                continue;
            };
            for from in &spoken_starts {
                best = best.min(spoken_level(&spoken[*from..], kana));
            }
        }
    }
    best
}

fn spoken_level(typed: &[u8], stored: &[u8]) -> FacilityLevel {
    let (typed_loose, stored_loose) = (loose(typed), loose(stored));
    if strict(typed) == strict(stored) {
        return FacilityLevel::Reading;
    }
    let shorter = typed_loose.len().min(stored_loose.len());
    if typed_loose == stored_loose || shorter >= 6 && generic_damerau_levenshtein(&typed_loose, &stored_loose) <= 1 {
        return FacilityLevel::Slip;
    }
    if typed_loose.len() >= 3
        && stored_loose.starts_with(&typed_loose)
        && typed_loose.len() * 5 >= stored_loose.len() * 2
    {
        return FacilityLevel::Prefix;
    }
    FacilityLevel::Differs
}

fn read_level(typed: &[char], kana: &[u8], readings: &Readings) -> FacilityLevel {
    match readings.reads_prefix(typed, kana) {
        Some(end) if end == kana.len() => FacilityLevel::Reading,
        Some(end) if end >= 3 && end * 5 >= kana.len() * 2 => FacilityLevel::Prefix,
        _ => FacilityLevel::Differs,
    }
}

/// Both at once: another kind said, and the stem in other letters; or a part in kana where the kana column is silent.
fn kind_and_reading(typed: &FacilityName, stored: StoredFacility<'_>, readings: &Readings) -> FacilityLevel {
    let (typed_stem, stored_stem) = (typed.stem(), stored.name.stem());
    if typed_stem.len() < 2 || stored_stem.is_empty() || other_facility(&typed.letters, &stored.name.letters) {
        return FacilityLevel::Differs;
    }
    for start in kana_starts(stored.kana, stored.name.own_name > 0) {
        let kana = &stored.kana[start..];
        if readings
            .reads_prefix(&typed_stem, kana)
            .is_some_and(|end| readings.reads_prefix(&stored_stem, kana).is_some_and(|own| own <= end))
        {
            return FacilityLevel::Kind;
        }
    }
    let front = typed_stem.iter().zip(&stored_stem).take_while(|(a, b)| a == b).count();
    let back =
        typed_stem[front..].iter().rev().zip(stored_stem[front..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (typed_rest, stored_rest) =
        (&typed_stem[front..typed_stem.len() - back], &stored_stem[front..stored_stem.len() - back]);
    let as_kana = |part: &[char]| plain(&part.iter().collect::<String>()).filter(|k| !k.is_empty());
    let same_sound = match (as_kana(typed_rest), as_kana(stored_rest)) {
        (Some(sound), None) => readings.reads_as(stored_rest, &sound),
        (None, Some(sound)) => readings.reads_as(typed_rest, &sound),
        _ => false,
    };
    if same_sound { FacilityLevel::Kind } else { FacilityLevel::Differs }
}

#[cfg(test)]
mod tests {
    use super::super::facility::stored_kana;
    use super::*;

    fn level(typed: &str, stored: &str, kana: &str) -> FacilityLevel {
        let name = FacilityName::parse(stored);
        compare(
            &FacilityName::parse(typed),
            StoredFacility { name: &name, kana: &stored_kana(kana) },
            &Readings::default(),
        )
    }

    #[test]
    fn legal_form_spelling_and_reading_do_not_matter() {
        let (name, kana) = (
            "医療法人社団　平成会　渡辺内科クリニック",
            "イリョウホウジンシャダンヘイセイカイワタナベナイカクリニック",
        );
        for (typed, expected) in [
            ("渡辺内科クリニック", FacilityLevel::Same),
            ("（医社）平成会渡邊内科ｸﾘﾆｯｸ", FacilityLevel::Same),
            ("医)渡辺内科 クリニック", FacilityLevel::Same),
            ("医法 平成会 渡辺 内科クリニツク", FacilityLevel::Same),
            ("平成会渡辺内科クリニック", FacilityLevel::Same),
            ("渡辺内科clinic", FacilityLevel::Same),
            ("わたなべ内科クリニック", FacilityLevel::Reading),
            ("ワタナベナイカクリニック", FacilityLevel::Reading),
            ("いりょうほうじんしゃだんへいせいかいわたなべないかくりにっく", FacilityLevel::Reading),
            ("医療法・人社団 渡辺内科クリニック", FacilityLevel::Same),
            ("渡辺内科医院", FacilityLevel::Kind),
            ("渡辺内科", FacilityLevel::Kind),
            ("渡辺内科クリック", FacilityLevel::Kind),
            ("渡辺内内科クリニック", FacilityLevel::Slip),
            ("渡辺内科クリニッ", FacilityLevel::Slip),
            ("渡辺", FacilityLevel::Part),
            ("渡辺歯科医院", FacilityLevel::Differs),
            ("佐藤内科クリニック", FacilityLevel::Differs),
            ("", FacilityLevel::Differs),
        ] {
            assert_eq!(level(typed, name, kana), expected, "{typed}");
        }
    }

    #[test]
    fn another_number_direction_or_specialty_is_another_facility() {
        for (typed, stored, kana) in [
            ("第一病院", "第二病院", "ダイニビョウイン"),
            ("東中央病院", "西中央病院", "ニシチュウオウビョウイン"),
            ("加藤整形外科", "佐藤整形外科", "サトウセイケイゲカ"),
            // The letter that is replaced stands elsewhere in the name as well.
            ("医療法人社団前田内科", "内田内科クリニック", "ウチダナイカクリニック"),
            ("桜ファミリークリニック", "下田ファミリークリニック", "シモダファミリークリニック"),
            ("デイサービスやすらぎ", "グループホームやすらぎ", "グループホームヤスラギ"),
            ("やすらぎクリニック", "介護老人保健施設やすらぎ", "カイゴロウジンホケンシセツヤスラギ"),
        ] {
            assert_eq!(level(typed, stored, kana), FacilityLevel::Differs, "{typed}");
        }
    }
}
