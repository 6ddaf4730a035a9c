//! Municipalities by the names they had: 清水市 is still said for 静岡市清水区, and still stands on file.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::address::Address;
use super::prefecture;

/// Prefecture, old name, name or names today, since when (`assets/postal/README.md`).
pub const TABLE: &str = include_str!("../../../assets/postal/renamed.tsv");

struct Renamed {
    was: Address,
    is: Vec<Address>,
}

/// By city of the old name: looked up for everybody whose address doesn't agree, so without making a key.
static RENAMED: LazyLock<HashMap<String, Vec<Renamed>>> = LazyLock::new(|| {
    let mut renamed: HashMap<String, Vec<Renamed>> = HashMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(prefecture), Some(was), Some(is)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let parse = |name: &str| Address::parse(&format!("{prefecture}{name}"));
        // A prefecture in front, where a village went to its neighbour.
        let today = |name| if prefecture::split(name).0 == 0 { parse(name) } else { Address::parse(name) };
        let was = parse(was);
        let is = is.split(' ').map(today).collect();
        renamed.entry(was.city.clone()).or_default().push(Renamed { was, is });
    }
    renamed
});

/// An address of a municipality that has another name today, under each name that part of it may have;
/// nothing for any other address.
pub fn today(address: &Address) -> Vec<Address> {
    let same = |was: &Address| {
        was.ward == address.ward
            && (address.prefecture == 0 || address.prefecture == was.prefecture)
            && (address.county.is_empty() || address.county == was.county)
    };
    let Some(all) = RENAMED.get(&address.city) else { return Vec::new() };
    // After many a merger the old name became the front of the town's: 古川市十日町 is 大崎市古川十日町, 矢島町七日町
    // is 由利本荘市矢島町七日町.
    let stem = address.city.trim_end_matches(['市', '町', '村']);
    let towns = [&address.town, &format!("{stem}{}", address.town), &format!("{}{}", address.city, address.town)]
        .map(String::clone);
    let named = |is: &Address, town: &String| Address {
        prefecture: is.prefecture,
        county: is.county.clone(),
        city: is.city.clone(),
        ward: is.ward.clone(),
        town: town.clone(),
        ..address.clone()
    };
    let towns = if address.town.is_empty() || !address.ward.is_empty() { &towns[..1] } else { &towns[..] };
    let today = all.iter().filter(|renamed| same(&renamed.was)).flat_map(|renamed| &renamed.is);
    today.flat_map(|is| towns.iter().map(move |town| named(is, town))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<String> {
        today(&Address::parse(text)).iter().map(Address::place).collect()
    }

    #[test]
    fn an_old_name_stands_for_every_name_that_its_parts_have() {
        assert_eq!(places("清水市旭町6-8"), ["静岡市清水区旭町", "静岡市清水区清水旭町", "静岡市清水区清水市旭町"]);
        assert_eq!(places("静岡県浜松市中区元城町103-2"), ["浜松市中央区元城町"]);
        assert_eq!(places("大宮市").len(), 4);
        for of_today in ["静岡市清水区旭町6-8", "大阪府清水市旭町", "浜松市中央区元城町", ""] {
            assert!(places(of_today).is_empty(), "{of_today}");
        }
    }

    #[test]
    fn every_line_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(RENAMED.values().flatten().count(), lines);
        let whole = |a: &Address| a.prefecture > 0 && !a.city.is_empty() && a.town.is_empty();
        let broken: Vec<_> =
            RENAMED.values().flatten().filter(|r| !whole(&r.was) || !r.is.iter().all(whole)).map(|r| &r.was).collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
}
