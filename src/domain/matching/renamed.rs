//! Municipalities by the names they had: 清水市 is still said for 静岡市清水区, and still stands on file.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::address::Address;

/// Prefecture, old name, name or names today, since when (`assets/postal/README.md`).
pub const TABLE: &str = include_str!("../../../assets/postal/renamed.tsv");

struct Renamed {
    was: Address,
    is: Vec<Address>,
}

/// By city and ward of the old name.
static RENAMED: LazyLock<HashMap<String, Renamed>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let renamed = lines.filter_map(|line| {
        let mut fields = line.split('\t');
        let (prefecture, was, is) = (fields.next()?, fields.next()?, fields.next()?);
        let parse = |name: &str| Address::parse(&format!("{prefecture}{name}"));
        let was = parse(was);
        Some((key(&was), Renamed { was, is: is.split(' ').map(parse).collect() }))
    });
    renamed.collect()
});

fn key(address: &Address) -> String {
    [address.city.as_str(), &address.ward].concat()
}

/// An address of a municipality that has another name today, under each name that part of it may have;
/// nothing for any other address.
pub fn today(address: &Address) -> Vec<Address> {
    let Some(found) = RENAMED.get(&key(address)) else { return Vec::new() };
    let same_prefecture = address.prefecture == 0 || address.prefecture == found.was.prefecture;
    let same_county = address.county.is_empty() || address.county == found.was.county;
    if !same_prefecture || !same_county {
        return Vec::new();
    }
    let named = |is: &Address| Address {
        prefecture: is.prefecture,
        county: is.county.clone(),
        city: is.city.clone(),
        ward: is.ward.clone(),
        ..address.clone()
    };
    found.is.iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<String> {
        today(&Address::parse(text)).iter().map(Address::place).collect()
    }

    #[test]
    fn an_old_name_stands_for_every_name_that_its_parts_have() {
        assert_eq!(places("清水市旭町6-8"), ["静岡市清水区旭町"]);
        assert_eq!(places("静岡県浜松市中区元城町103-2"), ["浜松市中央区元城町"]);
        assert_eq!(places("大宮市大門町3-1").len(), 4);
        for of_today in ["静岡市清水区旭町6-8", "大阪府清水市旭町", "浜松市中央区元城町", ""] {
            assert!(places(of_today).is_empty(), "{of_today}");
        }
    }

    #[test]
    fn every_line_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(RENAMED.len(), lines);
        assert!(RENAMED.values().all(|r| r.was.prefecture > 0 && r.is.iter().all(|is| !is.city.is_empty())));
    }
}
