//! The list of municipalities and towns, ready to be searched.

use std::collections::hash_map::Entry;
use std::sync::OnceLock;

use super::letters::{as_registered, key};
use crate::domain::fast_map;
use crate::domain::fast_map::Map;
use crate::domain::matching::prefecture::{self, PREFECTURES};

/// What is wrong with a list: the line, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is neither a municipality nor a town")]
pub struct BadLine(pub usize);

/// Municipalities and towns. Made of a table of lines: a municipality is `=`, the prefecture's code, its name and its
/// reading; its towns follow, each its name, its postal codes parted by spaces, `1` where it has 丁目, and its reading;
/// all parted by tabs. Readings may be missing. Lines that begin with `#` are remarks.
#[derive(Debug, Default)]
pub struct Gazetteer {
    pub(super) cities: Vec<City>,
    pub(super) towns: Vec<Town>,
    /// Municipalities by every form of their name.
    names: Map<String, Vec<u32>>,
    /// The same by reading.
    readings: Map<String, Vec<u32>>,
    /// Municipalities of today by every form of a name that they or a part of them had, with its prefecture then.
    former: Map<String, Vec<(u8, u32)>>,
    /// Towns by municipality and name, hashed: two names of one municipality don't meet in 64 bits.
    by_name: Map<u64, u32>,
    /// The same by reading; `AMBIGUOUS` where two are read alike.
    by_reading: Map<u64, u32>,
    /// Postal codes with their towns, in order.
    codes: Vec<(u32, u32)>,
    /// Towns by name, hashed, for addresses without a municipality; made at the first of them.
    anywhere: OnceLock<Map<u64, Vec<u32>>>,
}

#[derive(Debug)]
pub(super) struct City {
    /// 1–47.
    pub(super) prefecture: u8,
    pub(super) name: Box<str>,
    reading: Box<str>,
}

#[derive(Debug)]
pub(super) struct Town {
    pub(super) city: u32,
    pub(super) name: Box<str>,
    /// Whether its addresses have 丁目.
    pub(super) chome: bool,
}

/// The longest name of a municipality or a town, in letters.
pub(super) const LONGEST: usize = 24;
/// Stands for towns that are read alike.
const AMBIGUOUS: u32 = u32::MAX;

/// Of no municipality: the name alone.
const ANYWHERE: u32 = u32::MAX;

fn hash(city: u32, key: &str) -> u64 {
    fast_map::hash(&(city, key))
}

impl Gazetteer {
    /// Reads a table.
    ///
    /// # Errors
    /// The first line that is neither a municipality nor a town of one.
    pub fn read(table: &str) -> Result<Self, BadLine> {
        let mut list = Self::default();
        for (nth, line) in table.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            list.line(line).ok_or(BadLine(nth + 1))?;
        }
        list.know_readings_of_wards();
        list.codes.sort_unstable();
        list.codes.shrink_to_fit();
        list.towns.shrink_to_fit();
        Ok(list)
    }

    fn line(&mut self, line: &str) -> Option<()> {
        if let Some(city) = line.strip_prefix('=') {
            let mut fields = city.split('\t');
            let (code, name) = (fields.next()?, fields.next()?);
            return self.city(code.parse().ok()?, name, fields.next().unwrap_or_default());
        }
        let mut fields = line.split('\t');
        let (name, codes, chome) = (fields.next()?, fields.next()?, fields.next()?);
        let reading = fields.next().unwrap_or_default();
        let city = u32::try_from(self.cities.len()).ok()?.checked_sub(1)?;
        let id = u32::try_from(self.towns.len()).ok()?;
        for code in codes.split(' ').filter(|code| !code.is_empty()) {
            self.codes.push((code.parse().ok()?, id));
        }
        self.towns.push(Town { city, name: as_registered(name).into(), chome: chome == "1" });
        if !name.is_empty() {
            self.by_name.entry(hash(city, &key(name))).or_insert(id);
        }
        if !reading.is_empty() {
            match self.by_reading.entry(hash(city, &key(reading))) {
                Entry::Vacant(free) => drop(free.insert(id)),
                Entry::Occupied(mut taken) => drop(taken.insert(AMBIGUOUS)),
            }
        }
        Some(())
    }

    fn city(&mut self, prefecture: u8, name: &str, reading: &str) -> Option<()> {
        PREFECTURES.get(usize::from(prefecture).checked_sub(1)?)?;
        let id = u32::try_from(self.cities.len()).ok()?;
        for form in forms(name) {
            self.names.entry(key(form)).or_default().push(id);
        }
        if !reading.is_empty() {
            let short = if name.contains('郡') { reading.split_once("グン").map(|(_, rest)| rest) } else { None };
            for form in [Some(reading), short].into_iter().flatten() {
                self.readings.entry(key(form)).or_default().push(id);
            }
        }
        self.cities.push(City { prefecture, name: name.into(), reading: reading.into() });
        Some(())
    }

    /// Where in its reading a ward begins is what all wards of its city have in common (フクオカシ|ニシク).
    fn know_readings_of_wards(&mut self) {
        let mut wards: Map<(u8, &str), Vec<u32>> = Map::default();
        for (id, city) in (0u32..).zip(&self.cities).filter(|(_, city)| !city.reading.is_empty()) {
            if let Some((of, _)) = ward(&city.name) {
                wards.entry((city.prefecture, of)).or_default().push(id);
            }
        }
        for ids in wards.into_values() {
            let reading = |id: u32| &*self.cities[id as usize].reading;
            let first = reading(ids[0]);
            let common = first.char_indices().map(|(at, c)| at + c.len_utf8());
            let common = common.take_while(|end| ids.iter().all(|id| reading(*id).starts_with(&first[..*end]))).last();
            let Some(end) = common.and_then(|end| first[..end].rfind('シ')).map(|at| at + 'シ'.len_utf8()) else {
                continue;
            };
            let of_city = key(&first[..end]);
            for id in ids {
                let alone = key(&self.cities[id as usize].reading[end..]);
                self.readings.entry(of_city.clone()).or_default().push(id);
                self.readings.entry(alone).or_default().push(id);
            }
        }
    }

    /// Lets municipalities be found by names they had: lines of the prefecture, the old name, what it is today (parted
    /// by spaces where it was divided) and since when, parted by tabs.
    ///
    /// # Errors
    /// The first line that isn't so, or whose new name isn't on the list.
    pub fn read_renamed(&mut self, table: &str) -> Result<(), BadLine> {
        for (nth, line) in table.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            self.renamed(line).ok_or(BadLine(nth + 1))?;
        }
        Ok(())
    }

    fn renamed(&mut self, line: &str) -> Option<()> {
        let mut fields = line.split('\t');
        let (prefecture, old, today) = (fields.next()?, fields.next()?, fields.next()?);
        let then = prefecture::code(prefecture)?;
        let mut cities = Vec::new();
        for name in today.split(' ') {
            // A prefecture in front, where a village went to its neighbour.
            let (other, name) = prefecture::split(name);
            let named = self.cities_named(&key(name), if other == 0 { then } else { other });
            cities.extend((!named.is_empty()).then_some(named)?.into_iter().map(|city| (then, city)));
        }
        let forms = std::iter::once(old).chain(['郡', '島'].iter().filter_map(|lead| without(*lead, old)));
        for form in forms {
            self.former.entry(key(form)).or_default().extend(&cities);
        }
        Some(())
    }

    /// Municipalities of a name in any of its forms, in letters; of a prefecture, or of all of them with 0.
    pub(super) fn cities_named(&self, key: &str, prefecture: u8) -> Vec<u32> {
        self.of(&self.names, key, prefecture)
    }

    /// The same by reading.
    pub(super) fn cities_read(&self, key: &str, prefecture: u8) -> Vec<u32> {
        self.of(&self.readings, key, prefecture)
    }

    fn of(&self, map: &Map<String, Vec<u32>>, key: &str, prefecture: u8) -> Vec<u32> {
        let all = map.get(key).map(Vec::as_slice).unwrap_or_default();
        let here = |id: &&u32| prefecture == 0 || self.cities[**id as usize].prefecture == prefecture;
        all.iter().filter(here).copied().collect()
    }

    /// Municipalities of today by a name they had, in any of its forms and in letters; of a prefecture, then or now,
    /// or of all of them with 0.
    pub(super) fn formerly_named(&self, key: &str, prefecture: u8) -> Vec<u32> {
        let all = self.former.get(key).map(Vec::as_slice).unwrap_or_default();
        let here = |(then, city): &&(u8, u32)| {
            prefecture == 0 || *then == prefecture || self.cities[*city as usize].prefecture == prefecture
        };
        all.iter().filter(here).map(|(_, city)| *city).collect()
    }

    /// The town of a municipality by its whole name, in letters.
    pub(super) fn town_named(&self, city: u32, key: &str) -> Option<u32> {
        self.by_name.get(&hash(city, key)).copied()
    }

    /// The one town of a municipality that is read so, in letters.
    pub(super) fn town_read(&self, city: u32, key: &str) -> Option<u32> {
        self.by_reading.get(&hash(city, key)).copied().filter(|town| *town != AMBIGUOUS)
    }

    /// The one town of a prefecture (of the country with 0) that has a name, in letters.
    pub(super) fn only_town(&self, name: &str, prefecture: u8) -> Option<u32> {
        let anywhere = self.anywhere.get_or_init(|| {
            let mut anywhere: Map<u64, Vec<u32>> = Map::default();
            for (id, town) in (0u32..).zip(&self.towns).filter(|(_, town)| !town.name.is_empty()) {
                anywhere.entry(hash(ANYWHERE, &key(&town.name))).or_default().push(id);
            }
            anywhere
        });
        let of = |town: u32| self.cities[self.towns[town as usize].city as usize].prefecture;
        let named = anywhere.get(&hash(ANYWHERE, name))?;
        let mut here = named.iter().filter(|town| prefecture == 0 || of(**town) == prefecture);
        here.next().copied().filter(|_| here.next().is_none())
    }

    /// Towns of a postal code.
    pub(super) fn towns_of_code(&self, code: u32) -> Vec<u32> {
        let from = self.codes.partition_point(|(known, _)| *known < code);
        self.codes[from..].iter().take_while(|(known, _)| *known == code).map(|(_, town)| *town).collect()
    }

    /// Prefecture, municipality and name of every town, in the list's order.
    pub fn towns(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.towns.iter().map(|town| {
            let city = &self.cities[town.city as usize];
            (prefecture::name(city.prefecture), &*city.name, &*town.name)
        })
    }

    /// How many municipalities and towns there are.
    pub fn size(&self) -> (usize, usize) {
        (self.cities.len(), self.towns.len())
    }
}

/// A ward parted from its city.
pub(super) fn ward(name: &str) -> Option<(&str, &str)> {
    let at = name.rfind('市').filter(|_| name.ends_with('区'))?;
    Some(name.split_at(at + '市'.len_utf8()))
}

/// What a municipality is called: with and without its county or island; a ward also without its city, and the city
/// alone.
fn forms(name: &str) -> Vec<&str> {
    let mut forms = vec![name];
    forms.extend(['郡', '島'].iter().filter_map(|lead| without(*lead, name)));
    forms.extend(ward(name).into_iter().flat_map(|(city, ward)| [city, ward]));
    forms
}

/// 余市郡余市町 → 余市町, 三宅島三宅村 → 三宅村; 大和郡山市, 蒲郡市 and 青ヶ島村 have nothing in front.
fn without(lead: char, name: &str) -> Option<&str> {
    if !name.ends_with(['町', '村']) {
        return None;
    }
    let (_, rest) = name.split_once(lead)?;
    (rest.chars().count() > 1).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_is_known_by_every_form_of_its_name() {
        assert_eq!(forms("余市郡余市町"), ["余市郡余市町", "余市町"]);
        assert_eq!(forms("札幌市中央区"), ["札幌市中央区", "札幌市", "中央区"]);
        assert_eq!(forms("三宅島三宅村"), ["三宅島三宅村", "三宅村"]);
        for whole in ["青ヶ島村", "大和郡山市", "蒲郡市", "千代田区", "四日市市"] {
            assert_eq!(forms(whole), [whole]);
        }
    }

    #[test]
    fn a_reading_is_parted_where_the_name_is() {
        let list = "=40\t福岡市西区\tフクオカシニシク\n=40\t福岡市中央区\tフクオカシチュウオウク\n\
                    =10\t邑楽郡大泉町\tオウラグンオオイズミマチ\n";
        let list = Gazetteer::read(list).expect("a list");
        for (reading, cities) in [
            ("ふくおかし", &[0, 1][..]),
            ("ニシク", &[0]),
            ("オウラグンオオイズミマチ", &[2]),
            ("オオイズミマチ", &[2]),
        ] {
            assert_eq!(list.cities_read(&key(reading), 0), cities, "{reading}");
        }
        assert!(list.cities_read(&key("フクオカシニシ"), 0).is_empty());
    }

    #[test]
    fn a_line_that_is_neither_is_named() {
        assert_eq!(Gazetteer::read("# 2026\n=13\t千代田区\n紀尾井町\t1020094\t0\n").map(|g| g.size()), Ok((1, 1)));
        for (table, line) in [("紀尾井町\t1020094\t0", 1), ("=48\t千代田区", 1), ("=13\t千代田区\n紀尾井町", 2)]
        {
            assert_eq!(Gazetteer::read(table).map(|g| g.size()), Err(BadLine(line)), "{table}");
        }
    }
}
