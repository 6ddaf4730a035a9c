//! Kanji that are written more than one way. Two tiers: `safe` pairs are one character in two forms; `wide` ones
//! are different by origin but confused on the phone. Records are never rewritten: only keys are folded.

use std::sync::LazyLock;

/// Tier, usual form, other forms, why: one group a line (`assets/matching/README.md`). Compatibility ideographs aren't
/// in it: they are folded before (`normalise::fold`).
const TABLE: &str = include_str!("../../../assets/matching/variants.tsv");

/// Largest code point held in the tables; the few beyond are searched by hand.
const HELD: usize = 0x10000;

/// Tier, usual form and the other forms of each group.
fn groups() -> impl Iterator<Item = (&'static str, char, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next()?.chars().next()?, fields.next()?))
    })
}

struct Fold {
    table: Box<[u16]>,
    beyond: Vec<(char, char)>,
}

impl Fold {
    fn of(tier: &str) -> Self {
        let mut fold = Self { table: vec![0; HELD].into_boxed_slice(), beyond: Vec::new() };
        for (_, usual, others) in groups().filter(|(of, ..)| *of == tier) {
            // Through what is already known, so that chains end at one form.
            let target = fold.apply(usual);
            for form in others.chars().filter(|f| *f != target) {
                fold.set(form, target);
            }
        }
        fold
    }

    fn set(&mut self, from: char, to: char) {
        match (self.table.get_mut(from as usize), u16::try_from(to as u32)) {
            (Some(slot), Ok(to)) => *slot = to,
            _ => self.beyond.push((from, to)),
        }
    }

    fn apply(&self, c: char) -> char {
        match self.table.get(c as usize) {
            Some(0) => c,
            Some(&to) => char::from_u32(u32::from(to)).unwrap_or(c),
            None => self.beyond.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to),
        }
    }
}

static SAFE_FOLD: LazyLock<Fold> = LazyLock::new(|| Fold::of("safe"));
static WIDE_FOLD: LazyLock<Fold> = LazyLock::new(|| Fold::of("wide"));

/// The usual form of a character that is only written another way.
pub fn safe(c: char) -> char {
    SAFE_FOLD.apply(c)
}

/// One form for characters that are confused on the phone, the safe pairs included.
pub fn wide(c: char) -> char {
    WIDE_FOLD.apply(safe(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn register_forms_fold_safely_and_confused_ones_only_widely() {
        for (a, b) in [
            ('髙', '高'),
            ('\u{fa11}', '崎'),
            ('邉', '辺'),
            ('邊', '辺'),
            ('澤', '沢'),
            ('齋', '斎'),
            ('齊', '斉'),
            ('\u{20bb7}', '吉'),
            ('濵', '浜'),
        ] {
            assert_eq!(safe(a), safe(b), "{a}");
        }
        for (a, b) in [('斎', '斉'), ('碕', '崎'), ('渕', '淵')] {
            assert_ne!(safe(a), safe(b), "{a}");
            assert_eq!(wide(a), wide(b), "{a}");
        }
    }

    #[test]
    fn every_line_says_its_tier_its_forms_and_why() {
        use unicode_normalization::UnicodeNormalization;
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.clone().count(), groups().count());
        let mut seen = std::collections::HashSet::new();
        for line in lines {
            let fields: Vec<&str> = line.split('\t').collect();
            let [tier, usual, others, why] = fields[..] else { panic!("{line}") };
            assert!(["safe", "wide"].contains(&tier) && usual.chars().count() == 1 && !why.is_empty(), "{line}");
            assert!(!others.is_empty() && others.nfkc().eq(others.chars()) && !others.contains(usual), "{line}");
            // Of one tier a character belongs to one group.
            assert!(usual.chars().chain(others.chars()).all(|c| seen.insert((tier, c))), "{line}");
        }
    }

    /// Addresses and facilities are taken apart after folding, by these letters.
    #[test]
    fn letters_that_others_are_parted_by_fold_to_themselves() {
        for c in "都道府県郡市区町村条線丁目番号地割通筋路上下東西南北入医病院診療所科会法人階".chars()
        {
            assert_eq!((safe(c), wide(c)), (c, c));
        }
    }

    #[test]
    fn a_folded_character_folds_to_itself() {
        for c in (0..=0x3_ffff).filter_map(char::from_u32) {
            assert_eq!(safe(safe(c)), safe(c), "{c}");
            assert_eq!(wide(wide(c)), wide(c), "{c}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (a, b) in [('佐', '左'), ('土', '士'), ('太', '大'), ('井', '牛'), ('一', '二')] {
            assert_ne!(wide(a), wide(b), "{a}");
        }
    }
}
