//! Compares an address as typed with one on file: same town or postal code agrees; less exact is not a contradiction.

use strsim::osa_distance;

use super::address::Address;

/// How well an address agrees, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressLevel {
    /// Town and block.
    Block,
    /// Town or postal code; no block typed, or its beginning.
    Town,
    /// Town, with another block number.
    OtherBlock,
    /// Town, by a name that its municipality had.
    OldName,
    /// Town but for one slip of the hand.
    Slip,
    /// Part of the town's name.
    TownPart,
    /// City only.
    CityOnly,
    /// City agrees, the town is another.
    OtherTown,
    /// Somewhere else.
    Differs,
}

impl AddressLevel {
    /// Whether the item counts as agreeing.
    pub fn agrees(self) -> bool {
        self <= Self::CityOnly
    }
}

/// Compares; `None` when nothing comparable is on file.
pub fn compare(typed: &Address, stored: &Address) -> Option<AddressLevel> {
    let typed_place = typed.place();
    if typed_place.is_empty() || stored.is_placeless() {
        return match (typed.postal, stored.postal) {
            (0, _) | (_, 0) => None,
            (a, b) if a == b => Some(with_block(AddressLevel::Town, typed, stored)),
            _ => Some(AddressLevel::Differs),
        };
    }
    if typed.prefecture != 0 && stored.prefecture != 0 && typed.prefecture != stored.prefecture {
        return Some(AddressLevel::Differs);
    }
    let level = place_level(&typed_place, stored);
    if level.agrees() && level != AddressLevel::CityOnly {
        return Some(if level == AddressLevel::Town { with_block(level, typed, stored) } else { level });
    }
    // A postal code beside the words says the same town even where the words are short or slipped.
    if typed.postal != 0 && typed.postal == stored.postal {
        return Some(with_block(AddressLevel::Town, typed, stored));
    }
    Some(level)
}

fn with_block(level: AddressLevel, typed: &Address, stored: &Address) -> AddressLevel {
    if typed.block.is_empty() || stored.block.is_empty() {
        return level;
    }
    if typed.block == stored.block {
        return AddressLevel::Block;
    }
    let (short, long) = if typed.block.len() < stored.block.len() {
        (&typed.block, &stored.block)
    } else {
        (&stored.block, &typed.block)
    };
    if long.starts_with(short) { level } else { AddressLevel::OtherBlock }
}

/// Any of county, city and ward may be left out; the longest reading that agrees counts.
fn place_level(typed: &str, stored: &Address) -> AddressLevel {
    let mut best = AddressLevel::Differs;
    let mut city_seen = false;
    let parts = [(1, &stored.county), (2, &stored.city), (4, &stored.ward)];
    let absent = parts.iter().filter(|(_, part)| part.is_empty()).fold(0, |bits, (bit, _)| bits | bit);
    // What isn't there needn't be left out.
    for left_out in (0..8u8).filter(|bits| bits & absent == 0) {
        let said = || parts.iter().filter(|(bit, _)| left_out & bit == 0);
        let names_city = said().any(|(bit, part)| *bit > 1 && !part.is_empty());
        let Some(tail) = said().try_fold(typed, |rest, (_, part)| rest.strip_prefix(part.as_str())) else { continue };
        if tail.is_empty() {
            best = best.min(if names_city { AddressLevel::CityOnly } else { AddressLevel::Differs });
            continue;
        }
        city_seen |= names_city;
        best = best.min(town_level(tail, &stored.town, names_city));
    }
    if best > AddressLevel::CityOnly {
        // One slip in the city's name, everything else the same.
        let typed_chars = typed.chars().count();
        let (county, city, ward, town) = (&*stored.county, &*stored.city, &*stored.ward, &*stored.town);
        for whole in [[county, city, ward, town], ["", city, ward, town], ["", city, "", town]] {
            if typed_chars >= 5 && slip(typed, &whole.concat()) {
                return AddressLevel::Slip;
            }
        }
    }
    match best {
        AddressLevel::Differs if city_seen => AddressLevel::OtherTown,
        level => level,
    }
}

/// A town's name without the 町 that is said or not at will.
fn bare(town: &str) -> &str {
    town.strip_suffix('町').filter(|rest| !rest.is_empty()).unwrap_or(town)
}

fn town_level(typed: &str, stored: &str, names_city: bool) -> AddressLevel {
    if stored.is_empty() {
        return if names_city { AddressLevel::TownPart } else { AddressLevel::Differs };
    }
    if bare(typed) == bare(stored) {
        return AddressLevel::Town;
    }
    let (typed_length, stored_length) = (typed.chars().count(), stored.chars().count());
    // Without a city a slip needs a longer name to be more than chance.
    let enough = if names_city { 2 } else { 3 };
    if typed_length >= enough && stored_length >= enough && slip(typed, stored) {
        return AddressLevel::Slip;
    }
    let shorter = typed_length.min(stored_length);
    if shorter >= 2 && (stored.starts_with(typed) || typed.starts_with(stored)) {
        return if names_city || shorter >= 3 { AddressLevel::TownPart } else { AddressLevel::Differs };
    }
    // The last part of a long name: 小野田 of 宇和町小野田.
    // A ward in front of what was typed is not left out on file but another one.
    let behind = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|front| front.ends_with(['町', '村']));
    if shorter >= 2 && (behind(stored, typed) || behind(typed, stored)) {
        return AddressLevel::TownPart;
    }
    AddressLevel::Differs
}

/// One letter missing, doubled, or two swapped; another letter only where it names no direction or number.
fn slip(a: &str, b: &str) -> bool {
    if a.chars().count().abs_diff(b.chars().count()) > 1 || osa_distance(a, b) != 1 {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let telling = |side: &[char]| side.get(front).is_some_and(|c| TELLING.contains(*c));
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Equal => {
            let swapped = a.get(front + 1) == b.get(front) && a.get(front) == b.get(front + 1);
            swapped || !(telling(&a) || telling(&b)) && a.len() >= 4
        }
        std::cmp::Ordering::Less => !telling(&b),
        std::cmp::Ordering::Greater => front > 0 && a[front] == a[front - 1] || !telling(&a),
    }
}

/// Letters that tell neighbouring towns apart.
const TELLING: &str = "東西南北上下中新元本内外前奥大小一二三四五六七八九十0123456789";

#[cfg(test)]
mod tests {
    use super::*;

    fn level(typed: &str, stored: &str) -> Option<AddressLevel> {
        compare(&Address::parse(typed), &Address::parse(stored))
    }

    #[test]
    fn the_same_town_agrees_however_it_is_written() {
        use AddressLevel::{Block, CityOnly, Differs, OtherBlock, OtherTown, Slip, Town, TownPart};
        let on_file = "神奈川県横浜市中区元町３丁目８番９号 西ビル4階";
        for (typed, expected) in [
            ("神奈川県横浜市中区元町3-8-9", Block),
            ("横浜市中区元町三丁目八番九号", Block),
            ("横浜市元町3-8-9", Block),
            ("元町3ー8ー9", Block),
            ("中区元町3の8の9", Block),
            ("神奈川県横浜市中区大字元町", Town),
            ("神奈川県横浜市中区元町3", Town),
            ("神奈川県横浜市中区元町5-1", OtherBlock),
            ("神奈川県横浜市中区", CityOnly),
            ("横浜市", CityOnly),
            ("神奈川県横浜市中区山手町3-8-9", OtherTown),
            ("神奈川県横浜市南区元町3-8-9", OtherTown),
            ("東京都横浜市中区元町3-8-9", Differs),
            ("川崎市中原区小杉町3-8-9", Differs),
        ] {
            assert_eq!(level(typed, on_file), Some(expected), "{typed}");
        }
        assert_eq!(level("岩手県盛岡市高の原4", "岩手県盛岡市高ノ原字西４"), Some(TownPart));
        assert_eq!(level("秋田県大仙市南外沢字山崎3", "秋田県大仙市南外葎沢字山崎3"), Some(Slip));
    }

    #[test]
    fn a_neighbouring_town_is_no_slip() {
        for (typed, stored) in
            [("盛岡市北山町1", "盛岡市南山町1"), ("盛岡市上田1", "盛岡市下田1"), ("盛岡市三本柳1", "盛岡市二本柳1")]
        {
            assert_eq!(level(typed, stored), Some(AddressLevel::OtherTown), "{typed}");
        }
    }

    #[test]
    fn a_postal_code_alone_agrees_when_equal() {
        let stored = Address { postal: 9_896_443, ..Address::parse("宮城県大崎市岩出山轟２番地２７") };
        assert_eq!(compare(&Address::parse("〒9896443 2-27"), &stored), Some(AddressLevel::Block));
        assert_eq!(compare(&Address::parse("989-6444"), &stored), Some(AddressLevel::Differs));
        assert_eq!(compare(&Address::parse("989-6443"), &Address::parse("大崎市岩出山轟")), None);
    }
}
