//! Takes an address apart from the front: postal code, prefecture, municipality, town, 小字, 丁目, block; the rest is
//! the building. What the list doesn't know is parted by its form.

use std::sync::LazyLock;

use super::gazetteer::LONGEST;
use super::letters::{Letter, in_kanji, is_gap, key, letters, tidy};
use super::{Gazetteer, Parsed};
use crate::domain::matching::address::{split_city, split_county, split_postal, without_lead_in};
use crate::domain::matching::normalise::is_kanji;
use crate::domain::matching::prefecture::PREFECTURES;

/// The highest number taken for a 丁目 where the word isn't said: of ordinary towns, and of those on a grid of streets.
const MOST_CHOME: u32 = 20;
const MOST_ON_GRID: u32 = 45;
/// Numbers of a block that are kept: block, house, and two of a branch.
const BLOCK_PARTS: usize = 4;
/// The longest 小字 taken for one, in letters.
const LONGEST_KOAZA: usize = 12;
/// What follows a corner's name in Kyoto, in letters: up, down, into.
const TURNS: [&str; 10] = ["上る", "下る", "上がる", "下がる", "上", "下", "東入る", "西入る", "東入", "西入"];
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
const PLOTS: &str = "いろはにほへと甲乙丙丁戊";

static PREFECTURE_KEYS: LazyLock<Vec<String>> = LazyLock::new(|| PREFECTURES.iter().map(|name| key(name)).collect());

impl Gazetteer {
    /// Takes an address apart. Never fails: what isn't understood stays in the rest.
    pub fn parse(&self, text: &str) -> Parsed {
        let tidied: String = tidy(text).into_iter().collect();
        let (code, place) = split_postal(without_lead_in(tidied.trim()));
        let chars: Vec<char> = place.chars().collect();
        let reader = Reader { list: self, letters: letters(&chars), chars: &chars };
        reader.read(code)
    }
}

struct Reader<'a> {
    list: &'a Gazetteer,
    chars: &'a [char],
    letters: Vec<Letter>,
}

/// A municipality, the town that follows it, and the letter after both.
#[derive(Debug, Clone, Copy)]
struct Place {
    city: u32,
    town: Option<u32>,
    end: usize,
}

impl Reader<'_> {
    fn read(&self, code: u32) -> Parsed {
        let (prefecture, at) = self.prefecture();
        let named = self.cities(at, prefecture);
        let said = |end: usize| self.letters[at..end].iter().map(|l| l.c).collect::<String>();
        let stem = named.as_ref().and_then(|(_, end)| self.list.stem(&said(*end))).unwrap_or_default();
        let of_code = self.place_of_code(code, named.as_ref().map_or(at, |(_, end)| *end));
        match (named, of_code) {
            (Some((cities, end)), of_code) => match self.place(&cities, end, of_code, stem) {
                Some(place) => self.of_place(place),
                None => self.of_unsure(prefecture, &cities, at, end),
            },
            (None, Some(place)) => self.of_place(place),
            (None, None) => self.by_form(prefecture, at),
        }
    }

    /// The prefecture and the letter after it. A short form (神奈川横浜市) only in front of one of its municipalities.
    fn prefecture(&self) -> (u8, usize) {
        for (name, code) in PREFECTURE_KEYS.iter().zip(1u8..) {
            if self.follows(0, name) {
                return (code, name.chars().count());
            }
            let short: String = name.chars().take(name.chars().count() - 1).collect();
            let end = short.chars().count();
            if self.follows(0, &short) && self.cities(end, code).is_some_and(|(_, to)| to > end + 1) {
                return (code, end);
            }
        }
        (0, 0)
    }

    /// Municipalities whose name is the longest that stands at a letter, and the letter after it.
    fn cities(&self, at: usize, prefecture: u8) -> Option<(Vec<u32>, usize)> {
        self.longest(at, |key| Some(self.list.cities_named(key, prefecture)).filter(|found| !found.is_empty()))
    }

    /// What the longest name that stands at a letter stands for; numbers are never cut in two.
    fn longest<T>(&self, at: usize, find: impl Fn(&str) -> Option<T>) -> Option<(T, usize)> {
        let until = self.letters.len().min(at + LONGEST);
        (at + 1..=until).rev().filter(|end| !self.in_number(*end)).find_map(|end| {
            let key: String = self.letters[at..end].iter().map(|l| l.c).collect();
            find(&key).map(|found| (found, end))
        })
    }

    /// Whether a number goes on at a letter: written in one, and all in arabic digits or all in kanji.
    fn in_number(&self, at: usize) -> bool {
        let (Some(before), Some(letter)) = (at.checked_sub(1).and_then(|n| self.letters.get(n)), self.letters.get(at))
        else {
            return false;
        };
        let digits = before.c.is_ascii_digit() && letter.c.is_ascii_digit();
        let arabic = self.is_arabic(before) && self.is_arabic(letter) && before.to == letter.from;
        digits && (arabic || before.from == letter.from)
    }

    fn is_arabic(&self, letter: &Letter) -> bool {
        self.chars[letter.from].is_ascii_digit()
    }

    /// The first number from a letter on that begins a block: arabic digits, or kanji ones in front of a word of blocks.
    /// 八幡前 and 一番町 are names.
    fn block_from(&self, at: usize) -> Option<usize> {
        (at..self.letters.len()).find(|n| !self.in_number(*n) && self.opens_block(*n))
    }

    fn opens_block(&self, at: usize) -> bool {
        let Some((_, end)) = self.number(at) else { return false };
        let Some(following) = self.letters.get(end) else { return true };
        let named = self.follows(end, "番町") || self.follows(end, "番丁");
        let word = ["丁目", "番", "号", "-", "地割", "条", "線"].iter().any(|word| self.follows(end, word));
        let then = following.c == 'の' && self.number(end + 1).is_some();
        self.is_arabic(&self.letters[at]) || (!named && (word || then))
    }

    fn follows(&self, at: usize, word: &str) -> bool {
        let mut letters = self.letters[at.min(self.letters.len())..].iter().map(|l| l.c);
        word.chars().all(|c| letters.next() == Some(c))
    }

    /// The one municipality meant, by the town that follows where the name alone doesn't say.
    fn place(&self, cities: &[u32], at: usize, of_code: Option<Place>, stem: &str) -> Option<Place> {
        let mut places: Vec<Place> = cities
            .iter()
            .map(|city| match self.town(*city, at, stem) {
                Some((town, end)) => Place { city: *city, town: Some(town), end },
                None => Place { city: *city, town: None, end: at },
            })
            .collect();
        let furthest = places.iter().map(|p| p.end).max().unwrap_or(at);
        places.retain(|p| p.end == furthest);
        if let Some(coded) = of_code.filter(|coded| places.iter().any(|p| p.city == coded.city)) {
            let said = places.iter().find(|p| p.city == coded.city && p.town.is_some());
            return Some(said.copied().unwrap_or(coded));
        }
        match places.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// A town of a municipality, and the letter after it; `stem` may be left out in front of its name.
    fn town(&self, city: u32, at: usize, stem: &str) -> Option<(u32, usize)> {
        let in_full =
            |key: &str| if stem.is_empty() { None } else { self.list.town_named(city, &format!("{stem}{key}")) };
        let find = |at: usize| self.longest(at, |key| in_full(key).or_else(|| self.list.town_named(city, key)));
        if self.list.cities[city as usize].name.starts_with("京都市")
            && let Some(found) = self.after_turn(at).and_then(find)
        {
            return Some(found);
        }
        find(at).or_else(|| self.town_but_for_its_suffix(city, at)).or_else(|| {
            let in_kyoto = self.list.cities[city as usize].name.starts_with("京都市");
            let inside = |from: usize| find(from).filter(|(_, end)| end - from > 2);
            if in_kyoto { (at + 1..self.letters.len()).filter_map(inside).max_by_key(|(_, end)| *end) } else { None }
        })
    }

    /// Kyoto says the corner first: the town stands behind the last turn.
    fn after_turn(&self, at: usize) -> Option<usize> {
        let turn = |at: usize| TURNS.iter().filter(|t| self.follows(at, t)).map(|t| at + t.chars().count()).max();
        // 上 and 下 alone may begin a town's own name, so a turn needs a street before it.
        (at + 2..self.letters.len()).rev().find_map(|from| turn(from).filter(|_| self.street_before(at, from)))
    }

    fn street_before(&self, from: usize, at: usize) -> bool {
        self.letters[from..at].iter().any(|l| matches!(l.c, '通' | '筋' | '路' | '町' | '条'))
    }

    /// 栄町 said for 栄, and the other way round.
    fn town_but_for_its_suffix(&self, city: u32, at: usize) -> Option<(u32, usize)> {
        let end = self.block_from(at).unwrap_or(self.letters.len());
        let said: String = self.letters[at..end].iter().map(|l| l.c).collect();
        let other = said.strip_suffix('町').map_or_else(|| format!("{said}町"), str::to_owned);
        self.list.town_named(city, &other).map(|town| (town, end))
    }

    /// The one town of a postal code, when nothing but a block is said beside it.
    fn place_of_code(&self, code: u32, at: usize) -> Option<Place> {
        let towns = self.list.towns_of_code(code);
        let city = self.list.towns.get(*towns.first()? as usize)?.city;
        if towns.iter().any(|t| self.list.towns[*t as usize].city != city) {
            return None;
        }
        if let Some((town, end)) = self.town(city, at, "") {
            return Some(Place { city, town: Some(town), end });
        }
        let block_only = self.letters.get(at).is_none_or(|l| l.c.is_ascii_digit());
        let town = if let ([one], true) = (towns, block_only) { Some(*one) } else { None };
        Some(Place { city, town, end: at })
    }

    fn of_place(&self, place: Place) -> Parsed {
        let city = &self.list.cities[place.city as usize];
        let town = place.town.map(|town| &self.list.towns[town as usize]);
        let parsed = Parsed {
            pref: PREFECTURES[usize::from(city.prefecture) - 1].to_owned(),
            city: city.name.clone(),
            town: town.map(|t| t.name.clone()).unwrap_or_default(),
            ..Parsed::default()
        };
        self.behind_town(parsed, place.end, town.is_some_and(|t| t.chome))
    }

    /// Several municipalities of one name, and nothing to tell them apart by.
    fn of_unsure(&self, prefecture: u8, cities: &[u32], from: usize, at: usize) -> Parsed {
        let of = |city: &u32| self.list.cities[*city as usize].prefecture;
        let one = cities.iter().all(|city| of(city) == of(&cities[0])).then(|| of(&cities[0]));
        let pref = match usize::from(one.unwrap_or(prefecture)).checked_sub(1) {
            Some(nth) => PREFECTURES[nth].to_owned(),
            None => String::new(),
        };
        // Which of them is left open; what they are called is not.
        let city = self.chars[self.span(from, at)].iter().filter(|c| !is_gap(**c)).collect();
        self.behind_town(Parsed { pref, city, ..Parsed::default() }, at, false)
    }

    /// A municipality that isn't on the list.
    fn by_form(&self, prefecture: u8, at: usize) -> Parsed {
        let pref = match usize::from(prefecture).checked_sub(1) {
            Some(nth) => PREFECTURES[nth].to_owned(),
            None => String::new(),
        };
        let until = self.block_from(at).unwrap_or(self.letters.len());
        let said: String = self.chars[self.span(at, until)].iter().filter(|c| !is_gap(**c)).collect();
        let (county, rest) = split_county(&said);
        let (city, ward, _) = split_city(rest, !county.is_empty());
        let city = [county, city, ward].concat();
        let end = at + letters(&city.chars().collect::<Vec<_>>()).len();
        self.behind_town(Parsed { pref, city, ..Parsed::default() }, end.min(self.letters.len()), false)
    }

    /// Where some letters stand among the characters.
    fn span(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        match (self.letters.get(from), to.checked_sub(1).and_then(|last| self.letters.get(last))) {
            (Some(first), Some(last)) if from < to => first.from..last.to,
            _ => 0..0,
        }
    }

    /// Whether something that isn't a letter stands before a letter.
    fn gap_before(&self, at: usize) -> bool {
        match (at.checked_sub(1).and_then(|n| self.letters.get(n)), self.letters.get(at)) {
            (Some(before), Some(letter)) => {
                self.chars.get(before.to..letter.from).is_some_and(|between| between.iter().any(|c| is_gap(*c)))
            }
            _ => false,
        }
    }

    fn behind_town(&self, mut parsed: Parsed, at: usize, chome: bool) -> Parsed {
        let mut at = self.koaza(&mut parsed, at);
        while let Some((number, end)) = self.number(at) {
            let following = self.letters.get(end).map(|l| l.c);
            let most = if parsed.town.contains('条') { MOST_ON_GRID } else { MOST_CHOME };
            let chome_here = chome && (1..=most).contains(&number) && !parsed.town.ends_with("丁目");
            if self.follows(end, "丁目") {
                parsed.town.push_str(&format!("{}丁目", in_kanji(number)));
                at = self.after_hyphen(end + 2);
            } else if following == Some('丁') && !self.letters.get(end + 1).is_some_and(|l| is_kanji(l.c)) {
                parsed.town.push_str(&format!("{}丁", in_kanji(number)));
                at = self.after_hyphen(end + 1);
            } else if self.follows(end, "地割") {
                parsed.town.push_str(&format!("{}地割", in_kanji(number)));
                at = self.after_hyphen(end + 2);
                at = self.koaza(&mut parsed, at);
            } else if matches!(following, Some('条' | '線')) {
                parsed.town.extend(&self.chars[self.span(at, end + 1)]);
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
        parsed.rest = rest.trim_matches(|c: char| c.is_whitespace() || "-,、".contains(c)).to_owned();
        parsed
    }

    fn after_hyphen(&self, at: usize) -> usize {
        if self.letters.get(at).is_some_and(|l| matches!(l.c, '-' | 'の')) && self.number(at + 1).is_some() {
            at + 1
        } else {
            at
        }
    }

    /// Takes what stands between town and number for a 小字, unless it is a building, a mark of a plot, or far away.
    fn koaza(&self, parsed: &mut Parsed, at: usize) -> usize {
        let until = self.block_from(at);
        let mut end = until.unwrap_or(self.letters.len());
        let mut next = end;
        if end > at && self.letters[end - 1].c == '第' && self.is_jiwari(end) {
            end -= 1;
            next = end + 1;
        }
        if end == at {
            return next;
        }
        // Without a number behind it a word is a town only where none is known yet.
        let known = !parsed.town.is_empty();
        let floor = until.and_then(|n| self.number(n)).is_some_and(|(_, end)| self.is_floor(end));
        let placed = (until.is_some() && !floor) || !known;
        let apart = (at + 1..end).any(|n| self.gap_before(n)) || (known && self.gap_before(at));
        if !placed || apart || !self.is_name(at, end) || (known && self.is_plot(at, end)) {
            return at;
        }
        parsed.town.extend(&self.chars[self.span(at, end)]);
        next
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

    fn is_jiwari(&self, at: usize) -> bool {
        self.number(at).is_some_and(|(_, end)| self.follows(end, "地割"))
    }

    fn number(&self, at: usize) -> Option<(u32, usize)> {
        let first = self.letters.get(at).filter(|l| l.c.is_ascii_digit())?;
        let more = (at + 1..self.letters.len()).take_while(|n| self.in_number(*n)).take(5);
        let digits: String = std::iter::once(first.c).chain(more.map(|n| self.letters[n].c)).collect();
        Some((digits.parse().ok()?, at + digits.len()))
    }

    fn block(&self, parsed: &mut Parsed, at: usize) -> usize {
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

#[cfg(test)]
mod tests;
