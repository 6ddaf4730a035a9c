//! Takes an address apart from the front: postal code, prefecture, municipality, town; what follows, `behind` takes
//! apart. What the list doesn't know is parted by its form.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::gazetteer::{LONGEST, ward};
use super::letters::{Letter, block_words_in_kanji, is_gap, key, letters, tidy};
use super::{Gazetteer, Parsed};
use crate::domain::matching::address::{split_city, split_county, split_postal, without_lead_in};
use crate::domain::matching::prefecture::{self, PREFECTURES, READINGS};

/// Code of Hokkaido.
const HOKKAIDO: u8 = 1;
/// Where no number was ever given.
const UNNUMBERED: [&str; 2] = ["無番地", "番外地"];
/// What follows a corner's name in Kyoto, in letters: up, down, into.
const TURNS: [&str; 10] = ["上る", "下る", "上がる", "下がる", "上", "下", "東入る", "西入る", "東入", "西入"];
static PREFECTURE_KEYS: LazyLock<Vec<[String; 2]>> =
    LazyLock::new(|| PREFECTURES.iter().zip(READINGS).map(|(name, reading)| [key(name), key(reading)]).collect());

impl Gazetteer {
    /// Takes an address apart. Never fails: what isn't understood stays in the rest.
    pub fn parse(&self, text: &str) -> Parsed {
        self.reading(text, |reader, code| {
            let mut read = reader.read(code);
            if let Found::Nothing(at) = read.found {
                read.found = reader.only_town(at, read.prefecture).map_or(read.found, Found::Place);
            }
            reader.parsed(&read)
        })
    }

    /// The address in full, in the list's own words and without a building; nothing where the list doesn't know the
    /// municipality, or not what is said behind it: what isn't understood may be another town. Whether it was said by
    /// a name of former times.
    pub fn complete(&self, text: &str) -> Option<(String, bool)> {
        self.reading(text, |reader, code| {
            let read = reader.read(code);
            let place = match &read.found {
                Found::Place(place) => place,
                Found::Unsure(named) => return reader.city_of_wards(named).map(|city| (city, named.former)),
                Found::Nothing(_) => return None,
            };
            let p = reader.parsed(&read);
            let unnumbered = UNNUMBERED.contains(&p.block.as_str());
            if p.town.is_empty() && (code != 0 || !p.rest.is_empty() || unnumbered) {
                return None;
            }
            let block = if p.block.is_empty() || unnumbered { String::new() } else { format!(" {}", p.block) };
            Some((format!("{}{}{}{block}", p.pref, p.city, p.town), place.former))
        })
    }

    fn reading<T>(&self, text: &str, of: impl FnOnce(&Reader<'_>, u32) -> T) -> T {
        let tidied = block_words_in_kanji(&tidy(text).into_iter().collect::<String>());
        let (code, place) = split_postal(without_lead_in(without_remark(tidied.trim())));
        let chars: Vec<char> = place.chars().collect();
        of(&Reader { list: self, letters: letters(&chars), chars: &chars }, code)
    }
}

/// (前期) and the like in front of an address.
fn without_remark(text: &str) -> &str {
    let remark = text.strip_prefix('(').and_then(|inner| inner.split_once(')'));
    remark.map(|(_, rest)| rest.trim_start()).filter(|rest| !rest.is_empty()).unwrap_or(text)
}

struct Reader<'a> {
    list: &'a Gazetteer,
    chars: &'a [char],
    letters: Vec<Letter>,
}

/// A town of the list as it stands in an address: its first letter, and the one after it.
#[derive(Debug, Clone, Copy)]
struct Named {
    town: u32,
    from: usize,
    end: usize,
}

/// Municipalities that may be meant by a name, whether by one they had, where it begins, and the letter after it.
#[derive(Debug, Clone)]
struct Cities {
    cities: Vec<u32>,
    former: bool,
    from: usize,
    end: usize,
}

/// A municipality, the town that follows it, and the letter after both.
#[derive(Debug, Clone, Copy)]
struct Place {
    city: u32,
    town: Option<Named>,
    end: usize,
    former: bool,
}

/// What the list says of an address.
#[derive(Debug, Clone)]
enum Found {
    Place(Place),
    /// Several municipalities of one name, and nothing to tell them apart by.
    Unsure(Cities),
    /// A municipality that isn't on the list, or none: the prefecture and the letter after it.
    Nothing(usize),
}

/// An address as it was read: the prefecture as said, or 0.
struct Read {
    prefecture: u8,
    found: Found,
}

impl Reader<'_> {
    fn read(&self, code: u32) -> Read {
        let (prefecture, at) = self.prefecture();
        let named = self.cities(at, prefecture);
        let of_code = self.place_of_code(code, named.as_ref().map_or(at, |named| named.end));
        let of_code = of_code.filter(|place| prefecture == 0 || self.prefecture_of(place.city) == prefecture);
        let found = match (named, of_code) {
            (Some(named), of_code) => {
                let place = self.place(&named, of_code);
                if place.is_none_or(|p| p.town.is_none()) && self.may_be_a_town(prefecture, code, &named) {
                    Found::Nothing(at)
                } else {
                    place.map_or(Found::Unsure(named), Found::Place)
                }
            }
            (None, Some(place)) => Found::Place(place),
            (None, None) => Found::Nothing(at),
        };
        Read { prefecture, found }
    }

    fn parsed(&self, read: &Read) -> Parsed {
        match &read.found {
            Found::Place(place) => self.of_place(*place),
            Found::Unsure(named) => self.of_unsure(read.prefecture, named),
            Found::Nothing(at) => self.by_form(read.prefecture, *at),
        }
    }

    /// The prefecture and the letter after it. A short form (神奈川横浜市) only in front of one of its municipalities.
    fn prefecture(&self) -> (u8, usize) {
        for ([name, reading], code) in PREFECTURE_KEYS.iter().zip(1u8..) {
            if let Some(said) = [name, reading].into_iter().find(|said| self.follows(0, said)) {
                return (code, said.chars().count());
            }
            let short = name.strip_suffix(['都', '府', '県', '道']).unwrap_or(name);
            let end = short.chars().count();
            if self.follows(0, short) && self.cities(end, code).is_some_and(|named| named.end > end + 1) {
                return (code, end);
            }
        }
        (0, 0)
    }

    /// Municipalities whose name, of today or a former one, is the longest that stands at a letter.
    fn cities(&self, from: usize, prefecture: u8) -> Option<Cities> {
        let today = |key: &str| Some(self.list.cities_named(key, prefecture)).filter(|found| !found.is_empty());
        let before = |key: &str| Some(self.list.formerly_named(key, prefecture)).filter(|found| !found.is_empty());
        let found = self.longest(from, |key| today(key).map(|c| (c, false)).or_else(|| before(key).map(|c| (c, true))));
        let read = |key: &str| Some(self.list.cities_read(key, prefecture)).filter(|found| !found.is_empty());
        let found = found.or_else(|| self.longest_in_kana(from, read).map(|(cities, end)| ((cities, false), end)));
        found.map(|((cities, former), end)| Cities { cities, former, from, end })
    }

    /// As `longest`, of what is written in kana and digits, beginning with a kana.
    fn longest_in_kana<T>(&self, from: usize, find: impl Fn(&str) -> Option<T>) -> Option<(T, usize)> {
        let kana = |c: char| ('ぁ'..='ー').contains(&c);
        if !self.letters.get(from).is_some_and(|l| kana(l.c)) {
            return None;
        }
        self.longest(from, |key| if key.chars().all(|c| kana(c) || c.is_ascii_digit()) { find(key) } else { None })
    }

    /// Without prefecture and county 栄町3-5 may be a town of any city, though there is a municipality of the name.
    fn may_be_a_town(&self, prefecture: u8, code: u32, named: &Cities) -> bool {
        let said = &self.letters[named.from..named.end];
        let small = said.last().is_some_and(|l| matches!(l.c, '町' | '村')) && !said.iter().any(|l| l.c == '郡');
        prefecture == 0 && code == 0 && small && self.number(named.end).is_some()
    }

    /// What a former name may have left in front of its towns' names: 古川 of 古川市, 矢島町 of 矢島町.
    fn stems(&self, named: &Cities) -> [String; 2] {
        if !named.former {
            return Default::default();
        }
        let said: String = self.letters[named.from..named.end].iter().map(|l| l.c).collect();
        let bare = said.split_once('郡').map_or(said.as_str(), |(_, rest)| rest);
        [bare.trim_end_matches(['市', '町', '村']).to_owned(), bare.to_owned()]
    }

    /// What the longest name that stands at a letter stands for; numbers are never cut in two.
    fn longest<T>(&self, at: usize, find: impl Fn(&str) -> Option<T>) -> Option<(T, usize)> {
        let until = self.letters.len().min(at + LONGEST);
        let mut key: String = self.letters.get(at..until)?.iter().map(|l| l.c).collect();
        for end in (at + 1..=until).rev() {
            if !self.in_number(end)
                && let Some(found) = find(&key)
            {
                return Some((found, end));
            }
            key.pop();
        }
        None
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

    /// Where a block begins from a letter on: at a word for none, or at the first number that begins one, in arabic
    /// digits, or in kanji in front of a word of blocks. 八幡前 and 一番町 are names.
    fn block_from(&self, at: usize) -> Option<usize> {
        let unnumbered = |at: usize| UNNUMBERED.iter().any(|word| self.follows(at, word));
        (at..self.letters.len()).find(|n| unnumbered(*n) || !self.in_number(*n) && self.opens_block(*n))
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
    fn place(&self, named: &Cities, of_code: Option<Place>) -> Option<Place> {
        let (at, stems) = (named.end, self.stems(named));
        let mut cities = named.cities.clone();
        cities.sort_unstable();
        cities.dedup();
        let mut places: Vec<Place> = cities
            .iter()
            .map(|city| match self.town(*city, at, &stems) {
                Some(town) => Place { city: *city, town: Some(town), end: town.end, former: named.former },
                None => Place { city: *city, town: None, end: at, former: named.former },
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

    /// A town of a municipality; one of the stems, where there are any, may be left out in front of its name.
    fn town(&self, city: u32, at: usize, stems: &[String; 2]) -> Option<Named> {
        let in_full = |key: &str| {
            let whole = |stem: &String| self.list.town_named(city, &format!("{stem}{key}"));
            stems.iter().filter(|stem| !stem.is_empty()).find_map(whole)
        };
        let find = |from: usize| {
            let found = self.longest(from, |key| in_full(key).or_else(|| self.list.town_named(city, key)));
            found.map(|(town, end)| Named { town, from, end })
        };
        let in_kyoto = self.list.cities[city as usize].name.starts_with("京都市");
        let behind_turn = if in_kyoto { self.town_behind_turn(at, &find) } else { None };
        behind_turn
            .or_else(|| self.town_on_grid(city, at, find(at)))
            .or_else(|| self.town_but_for_its_suffix(city, at))
            .or_else(|| self.town_in_kana(city, at))
            .or_else(|| if in_kyoto { self.furthest(at + 1, &find) } else { None })
    }

    /// A town said by its reading; not the beginning of a building's name.
    fn town_in_kana(&self, city: u32, from: usize) -> Option<Named> {
        let (town, end) = self.longest_in_kana(from, |key| self.list.town_read(city, key))?;
        let ends = self.letters.get(end).is_none_or(|l| l.c.is_ascii_digit()) || self.gap_before(end);
        ends.then_some(Named { town, from, end })
    }

    /// The one town of the country that has the name, said without a municipality.
    fn only_town(&self, at: usize, prefecture: u8) -> Option<Place> {
        const TELLING: usize = 3;
        let ends = |end: usize| self.letters.get(end).is_none_or(|l| l.c.is_ascii_digit()) || self.gap_before(end);
        let telling = |key: &str| key.chars().count() >= TELLING;
        let (town, end) =
            self.longest(at, |key| if telling(key) { self.list.only_town(key, prefecture) } else { None })?;
        let city = self.list.towns[town as usize].city;
        let named = Named { town, from: at, end };
        ends(end).then_some(Place { city, town: Some(named), end, former: false })
    }

    /// Kyoto says the corner first: the town stands right behind the last turn, or a little further (七条下る5丁目
    /// 下池田町).
    fn town_behind_turn(&self, at: usize, find: &impl Fn(usize) -> Option<Named>) -> Option<Named> {
        let turns: Vec<usize> = self.behind_turns(at).collect();
        // 下 alone may be the town's own first letter.
        let first = turns.last()? - 1;
        let Some(found) = turns.iter().find_map(|from| find(*from)) else {
            return self.furthest(first, find);
        };
        // 下池田町 is no turn and 池田町.
        self.inside(first, find).find(|named| named.end == found.end && named.from < found.from).or(Some(found))
    }

    fn furthest(&self, from: usize, find: &impl Fn(usize) -> Option<Named>) -> Option<Named> {
        self.inside(from, find).max_by_key(|named| (named.end, Reverse(named.from)))
    }

    /// Towns that stand at or behind a letter, of names long enough to be told from parts of others.
    fn inside(&self, from: usize, find: &impl Fn(usize) -> Option<Named>) -> impl Iterator<Item = Named> {
        (from..self.letters.len()).filter_map(find).filter(|named| named.end - named.from > 2)
    }

    /// Where what follows a turn begins, the last one first.
    fn behind_turns(&self, at: usize) -> impl Iterator<Item = usize> {
        let turn = |at: usize| TURNS.iter().filter(|t| self.follows(at, t)).map(|t| at + t.chars().count()).max();
        // 上 and 下 alone may begin a town's own name, so a turn needs a street before it.
        let turn = move |from: &usize| turn(*from).filter(|_| self.street_before(at, *from));
        (at + 2..self.letters.len()).rev().filter_map(move |from| turn(&from))
    }

    fn street_before(&self, from: usize, at: usize) -> bool {
        self.letters[from..at].iter().any(|l| matches!(l.c, '通' | '筋' | '路' | '町' | '条'))
    }

    /// 栄町 said for 栄, and the other way round; つつじが丘北3 for つつじが丘北三番町.
    fn town_but_for_its_suffix(&self, city: u32, at: usize) -> Option<Named> {
        let end = self.block_from(at).unwrap_or(self.letters.len());
        let said: String = self.letters[at..end].iter().map(|l| l.c).collect();
        let other = said.strip_suffix('町').map_or_else(|| format!("{said}町"), str::to_owned);
        if let Some(town) = self.list.town_named(city, &other) {
            return Some(Named { town, from: at, end });
        }
        let (number, end) = self.number(end).filter(|_| end > at)?;
        let town = self.list.town_named(city, &format!("{said}{number}番町"))?;
        Some(Named { town, from: at, end: self.after_hyphen(end) })
    }

    /// The town said in full, unless on Hokkaido it is one on a grid of streets said without their word: 北16西2 for
    /// 北十六条西2丁目, 西野3-5-1 for 西野三条5丁目1, though there is a 西野 too.
    fn town_on_grid(&self, city: u32, from: usize, plain: Option<Named>) -> Option<Named> {
        let chome = plain.is_some_and(|named| self.list.towns[named.town as usize].chome);
        let plain_enough = plain.is_some_and(|named| chome || self.numbers(named.end) < 3);
        if self.prefecture_of(city) != HOKKAIDO || plain_enough {
            return plain;
        }
        self.on_grid(city, from).or(plain)
    }

    fn on_grid(&self, city: u32, from: usize) -> Option<Named> {
        let (number_at, (number, end)) = (from + 1..self.letters.len().min(from + LONGEST))
            .find_map(|n| self.number(n).filter(|_| !self.in_number(n)).map(|number| (n, number)))?;
        let said: String = self.letters[from..number_at].iter().map(|l| l.c).collect();
        let side = self.letters.get(end).map(|l| l.c).filter(|c| "東西南北".contains(*c));
        let (name, end) = match side.filter(|_| self.number(end + 1).is_some()) {
            Some(side) => (format!("{said}{number}条{side}"), end + 1),
            None if end == self.letters.len() => (format!("{said}{number}条"), end),
            None => (format!("{said}{number}条"), Some(self.after_hyphen(end)).filter(|behind| *behind > end)?),
        };
        self.list.town_named(city, &name).map(|town| Named { town, from, end })
    }

    /// How many numbers stand one after another from a letter on, parted by hyphens.
    fn numbers(&self, mut at: usize) -> usize {
        let mut count = 0;
        while let Some((_, end)) = self.number(at) {
            count += 1;
            at = self.after_hyphen(end);
            if at == end {
                break;
            }
        }
        count
    }

    /// The one town of a postal code, when nothing but a block is said beside it.
    fn place_of_code(&self, code: u32, at: usize) -> Option<Place> {
        let towns = self.list.towns_of_code(code);
        let city = self.list.towns.get(*towns.first()? as usize)?.city;
        if towns.iter().any(|t| self.list.towns[*t as usize].city != city) {
            return None;
        }
        if let Some(named) = self.town(city, at, &Default::default()) {
            return Some(Place { city, town: Some(named), end: named.end, former: false });
        }
        let block_only = self.letters.get(at).is_none_or(|l| l.c.is_ascii_digit());
        let one = if let ([one], true) = (&towns[..], block_only) { Some(*one) } else { None };
        let town = one.map(|town| Named { town, from: at, end: at });
        Some(Place { city, town, end: at, former: false })
    }

    fn of_place(&self, place: Place) -> Parsed {
        let city = &self.list.cities[place.city as usize];
        let town = place.town.map(|named| (&self.list.towns[named.town as usize], self.aza(named.from)));
        let parsed = Parsed {
            pref: prefecture::name(city.prefecture).to_owned(),
            city: city.name.to_string(),
            town: town.map(|(t, aza)| format!("{aza}{}", t.name)).unwrap_or_default(),
            ..Parsed::default()
        };
        self.behind_town(parsed, place.end, town.is_some_and(|(t, _)| t.chome))
    }

    fn prefecture_of(&self, city: u32) -> u8 {
        self.list.cities[city as usize].prefecture
    }

    /// The city, with its prefecture, whose wards are all that may be meant, and behind which nothing is said.
    fn city_of_wards(&self, named: &Cities) -> Option<String> {
        let city = |id: &u32| Some((self.prefecture_of(*id), ward(&self.list.cities[*id as usize].name)?.0));
        let (prefecture, first) = city(named.cities.first()?)?;
        let one = named.cities.iter().all(|id| city(id) == Some((prefecture, first)));
        let whole = one && named.end == self.letters.len();
        whole.then(|| format!("{}{first}", prefecture::name(prefecture)))
    }

    /// Several municipalities of one name, and nothing to tell them apart by.
    fn of_unsure(&self, prefecture: u8, named: &Cities) -> Parsed {
        let of = |city: &u32| self.prefecture_of(*city);
        let first = named.cities.first().map(of);
        let one = first.filter(|first| named.cities.iter().all(|city| of(city) == *first));
        let pref = prefecture::name(one.unwrap_or(prefecture)).to_owned();
        // Which of them is left open; what they are called is not.
        let city = self.chars[self.span(named.from, named.end)].iter().filter(|c| !is_gap(**c)).collect();
        self.behind_town(Parsed { pref, city, ..Parsed::default() }, named.end, false)
    }

    /// A municipality that isn't on the list.
    fn by_form(&self, prefecture: u8, at: usize) -> Parsed {
        let pref = prefecture::name(prefecture).to_owned();
        let until = self.block_from(at).unwrap_or(self.letters.len());
        let said: String = self.chars[self.span(at, until)].iter().filter(|c| !is_gap(**c)).collect();
        let (county, rest) = split_county(&said);
        let (city, ward, _) = split_city(rest, !county.is_empty(), prefecture);
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

    fn number(&self, at: usize) -> Option<(u32, usize)> {
        let first = self.letters.get(at).filter(|l| l.c.is_ascii_digit())?;
        let more = (at + 1..self.letters.len()).take_while(|n| self.in_number(*n)).take(5);
        let digits: String = std::iter::once(first.c).chain(more.map(|n| self.letters[n].c)).collect();
        Some((digits.parse().ok()?, at + digits.len()))
    }
}

mod behind;
#[cfg(test)]
mod tests;
