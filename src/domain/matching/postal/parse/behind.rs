//! What stands behind a town: 小字, 丁目, block; the rest is the building.

use super::{Reader, TURNS, UNNUMBERED};
use crate::domain::matching::normalise::is_kanji;
use crate::domain::matching::postal::Parsed;
use crate::domain::matching::postal::letters::in_kanji;

/// The highest number taken for a 丁目 where the word isn't said: of ordinary towns, and of those on a grid of streets.
const MOST_CHOME: u32 = 20;
const MOST_ON_GRID: u32 = 45;
/// Numbers of a block that are kept: block, house, and two of a branch.
const BLOCK_PARTS: usize = 4;
/// The longest 小字 taken for one, in letters.
const LONGEST_KOAZA: usize = 12;
/// Words of buildings.
const BUILDINGS: [&str; 14] = [
    "びる",
    "まんしょん",
    "はいつ",
    "こーぽ",
    "たわー",
    "せんたー",
    "ぷらざ",
    "めぞん",
    "医院",
    "病院",
    "くりにつく",
    "診療所",
    "会館",
    "階",
];
/// Letters that count plots in Ishikawa, Kochi, Nagano and elsewhere.
pub(super) const PLOTS: &str = "いろはにほへと甲乙丙丁戊";

impl Reader<'_> {
    /// 大字 or 字 where it was written in front of a letter.
    pub(super) fn aza(&self, at: usize) -> &'static str {
        let from = at.checked_sub(1).and_then(|n| self.letters.get(n)).map_or(0, |l| l.to);
        let to = self.letters.get(at).map_or(from, |l| l.from);
        let between = self.chars.get(from..to).unwrap_or_default();
        match (between.contains(&'大'), between.contains(&'字')) {
            (true, _) => "大字",
            (false, true) => "字",
            (false, false) => "",
        }
    }

    pub(super) fn behind_town(&self, mut parsed: Parsed, at: usize, chome: bool) -> Parsed {
        let town = parsed.town.len();
        let mut at = self.koaza(&mut parsed, at);
        // A number behind a 小字 is a block's, though the town has 丁目 elsewhere.
        let chome = chome && parsed.town.len() == town;
        while let Some((number, end)) = self.number(at) {
            let following = self.letters.get(end).map(|l| l.c);
            let most = if parsed.town.contains('条') { MOST_ON_GRID } else { MOST_CHOME };
            let chome_here = chome && (1..=most).contains(&number) && !parsed.town.ends_with("丁目");
            if self.follows(end, "丁目") {
                parsed.town.push_str(&format!("{}丁目", in_kanji(number)));
                at = self.after_hyphen(end + 2);
                // 平和通一丁目南6番
                if self.letters.get(at).is_some_and(|l| "東西南北".contains(l.c)) && self.number(at + 1).is_some() {
                    parsed.town.push(self.letters[at].c);
                    at += 1;
                }
            } else if following == Some('丁') && !self.letters.get(end + 1).is_some_and(|l| is_kanji(l.c)) {
                parsed.town.push_str(&format!("{}丁", in_kanji(number)));
                at = self.after_hyphen(end + 1);
            } else if self.follows(end, "地割") {
                parsed.town.extend(&self.chars[self.span(at, end + 2)]);
                at = self.after_hyphen(end + 2);
                at = self.koaza(&mut parsed, at);
            } else if let Some(street @ ('条' | '線')) = following {
                parsed.town.push_str(&in_kanji(number));
                parsed.town.push(street);
                at = self.koaza(&mut parsed, end + 1);
                continue;
            } else if chome_here && (end == self.letters.len() || matches!(following, Some('-' | 'の'))) {
                parsed.town.push_str(&format!("{}丁目", in_kanji(number)));
                at = self.after_hyphen(end);
            }
            break;
        }
        let at = self.block(&mut parsed, at);
        let from = self.letters.get(at).map_or(self.chars.len(), |l| l.from);
        let rest: String = self.chars[from..].iter().collect();
        let rest = rest.trim_matches(|c: char| c.is_whitespace() || "-,、".contains(c));
        parsed.rest = if rest.contains('(') { rest } else { rest.trim_end_matches(')') }.to_owned();
        parsed
    }

    pub(super) fn after_hyphen(&self, at: usize) -> usize {
        if self.letters.get(at).is_some_and(|l| matches!(l.c, '-' | 'の')) && self.number(at + 1).is_some() {
            at + 1
        } else {
            at
        }
    }

    /// Takes what stands between town and number for a 小字, unless it is a building, a mark of a plot, or far away;
    /// behind 字 it is one without a number too.
    fn koaza(&self, parsed: &mut Parsed, at: usize) -> usize {
        let until = self.block_from(at);
        let mut end = until.unwrap_or(self.letters.len());
        if end == at {
            return at;
        }
        let named = !self.aza(at).is_empty();
        // Without a number behind it a word is a town only where none is known yet.
        let known = !parsed.town.is_empty();
        if known && end == at + 1 && self.letters[at].c == 'の' {
            return end;
        }
        let floor = until.and_then(|n| self.number(n)).is_some_and(|(_, end)| self.is_floor(end));
        let placed = named || (until.is_some() && !floor) || !known;
        let gap = (at + 1..end).find(|n| self.gap_before(*n));
        if let (true, Some(gap)) = (named, gap) {
            end = gap;
        }
        let apart = !named && (gap.is_some() || (known && self.gap_before(at)));
        if !placed || apart || !self.is_name(at, end) || (known && !named && self.is_plot(at, end)) {
            return at;
        }
        if !(known && self.is_corner(&parsed.city, at, end)) {
            parsed.town.push_str(self.aza(at));
            parsed.town.extend(&self.chars[self.span(at, end)]);
        }
        end
    }

    /// A corner of Kyoto said behind the town instead of in front of it.
    fn is_corner(&self, city: &str, from: usize, to: usize) -> bool {
        let word: String = self.letters[from..to].iter().map(|l| l.c).collect();
        city.starts_with("京都市") && TURNS.iter().any(|turn| word.ends_with(turn)) && self.street_before(from, to)
    }

    fn is_name(&self, from: usize, to: usize) -> bool {
        let word: String = self.letters[from..to].iter().map(|l| l.c).collect();
        let written = &self.chars[self.span(from, to)];
        let katakana = |c: &char| ('ァ'..='ヺ').contains(c);
        let of_names = |c: &char| is_kanji(*c) || ('ぁ'..='ん').contains(c) || katakana(c) || *c == '字';
        // ノ, ツ and ケ stand alone; more of them in a row are a building's.
        let in_a_row = written.windows(2).any(|pair| pair.iter().all(katakana));
        to - from <= LONGEST_KOAZA
            && written.iter().all(of_names)
            && !in_a_row
            && !BUILDINGS.iter().any(|b| word.contains(b))
    }

    fn is_plot(&self, from: usize, to: usize) -> bool {
        to == from + 1 && PLOTS.contains(self.letters[from].c)
    }

    fn block(&self, parsed: &mut Parsed, at: usize) -> usize {
        if let Some(word) = UNNUMBERED.into_iter().find(|word| self.follows(at, word)) {
            parsed.block = word.to_owned();
            return at + word.chars().count();
        }
        let mut at = at;
        let mark = self.letters.get(at).filter(|l| PLOTS.contains(l.c) && self.number(at + 1).is_some());
        if let Some(letter) = mark {
            parsed.block.extend(&self.chars[letter.from..letter.to]);
            at += 1;
        }
        let mut parts = Vec::new();
        while parts.len() < BLOCK_PARTS {
            let Some((number, end)) = self.number(at).filter(|(_, end)| !self.is_floor(*end)) else { break };
            // Behind the block a kanji number is the beginning of a name: 三井本館.
            if !parts.is_empty()
                && !self.is_arabic(&self.letters[at])
                && !self.opens_block(at)
                && end < self.letters.len()
            {
                break;
            }
            parts.push(number.to_string());
            at = self.after_separator(end);
            if at == end {
                break;
            }
        }
        parsed.block.push_str(&parts.join("-"));
        at
    }

    /// 3階, 5F and 205号室 are no block.
    fn is_floor(&self, at: usize) -> bool {
        ["階", "f", "号室"].iter().any(|word| self.follows(at, word))
    }

    fn after_separator(&self, at: usize) -> usize {
        const WORDS: [&str; 9] = ["番地の", "番の", "番地", "番", "号", "-", "の", "ノ", "之"];
        let word = WORDS.iter().find(|w| self.follows(at, w));
        let end = at + word.map_or(0, |w| w.chars().count());
        // 18番-3, 2号-305
        if word.is_some_and(|w| *w != "-") && self.follows(end, "-") { end + 1 } else { end }
    }
}
