//! An address as a caller said it, beside what the country's list makes of it, against one on file.

use super::address::Address;
use super::place::{AddressLevel, compare};
use super::postal::Gazetteer;
use super::renamed::today;

/// The directory holds no address to compare with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotComparable;

/// An address as said: what it says as it stands, and in full where the list knows the place.
#[derive(Debug, Clone, Default)]
pub struct SaidAddress {
    /// As it stands; never completed, since what is on file may be as short.
    pub as_said: Address,
    /// The same under names of today, where it was said by one of former times.
    today: Vec<Address>,
    completed: Option<Completed>,
}

/// In the list's own words: a postal code, kana or a former name become municipality and town of today.
#[derive(Debug, Clone)]
struct Completed {
    address: Address,
    /// Whether it was said by a name of former times.
    former: bool,
}

impl SaidAddress {
    /// Takes a text apart; without a list as it stands only.
    pub fn parse(text: &str, list: Option<&Gazetteer>) -> Self {
        let as_said = Address::parse(text);
        let completed = list.and_then(|list| list.complete(text));
        let completed = completed.map(|(whole, former)| Completed { address: Address::parse(&whole), former });
        // The prefecture alone makes nobody's address agree that didn't.
        let told = |c: &Completed| c.former || c.address.place() != as_said.place() || c.address.block != as_said.block;
        Self { completed: completed.filter(told), today: today(&as_said), as_said }
    }

    /// Whether nothing usable was said.
    pub fn is_empty(&self) -> bool {
        self.as_said.is_empty()
    }

    /// As said, then completed.
    pub fn all(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(&self.as_said).chain(self.completed.iter().map(|c| &c.address))
    }

    /// How well it agrees with an address on file; `None` where nothing was said.
    pub fn level(&self, stored: &Address) -> Option<Result<AddressLevel, NotComparable>> {
        if self.is_empty() {
            return None;
        }
        let level = compare(&self.as_said, stored);
        if level.is_some_and(|level| level < AddressLevel::OldName) {
            return level.map(Ok);
        }
        let agrees = level.filter(|level| level.agrees());
        let by_name =
            level.filter(|level| !level.agrees()).and_then(|_| by_names_of_today(&self.as_said, &self.today, stored));
        let completed = self.completed.as_ref().and_then(|c| c.level(stored));
        let best = [agrees, by_name, completed].into_iter().flatten().min();
        // Neither agrees: the completed one may still know better in what it differs.
        let told = || self.completed.as_ref().and_then(|c| compare(&c.address, stored));
        Some(best.or_else(|| [level, told()].into_iter().flatten().min()).ok_or(NotComparable))
    }
}

impl Completed {
    fn level(&self, stored: &Address) -> Option<AddressLevel> {
        let level = compare(&self.address, stored).filter(|level| level.agrees());
        if self.former {
            return level.map(former);
        }
        level.or_else(|| by_names_of_today(&self.address, &[], stored))
    }
}

/// What is said or on file under a name that the municipality had, where it agrees under the name of today.
fn by_names_of_today(said: &Address, said_today: &[Address], stored: &Address) -> Option<AddressLevel> {
    // One side only: two old names that are one municipality today are still two places.
    let of_said = said_today.iter().filter_map(|said| compare(said, stored));
    let best = of_said.chain(today(stored).into_iter().filter_map(|file| compare(said, &file))).min()?;
    best.agrees().then(|| former(best))
}

fn former(level: AddressLevel) -> AddressLevel {
    if level == AddressLevel::CityOnly { level } else { level.max(AddressLevel::OldName) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "=14\t横浜市中区\tヨコハマシナカク\n元町\t2310861\t1\tモトマチ\n山手町\t2310862\t0\tヤマテチョウ\n\
                        =14\t横浜市鶴見区\tヨコハマシツルミク\n潮田町\t2300041\t1\tウシオダチョウ\n\
                        =1\t札幌市北区\tサッポロシキタク\n北十六条西\t0010016\t1\t\n北十七条西\t0010017\t1\t\n\
                        =34\t府中市\tフチュウシ\n元町\t7260013\t0\tモトマチ\n\
                        =13\t府中市\tフチュウシ\n宮町\t1830023\t1\tミヤマチ\n\
                        =5\t大仙市\tダイセンシ\n神宮寺\t0191701\t0\tジングウジ\n";

    fn level(said: &str, stored: &str) -> Option<AddressLevel> {
        SaidAddress::parse(said, None).level(&Address::parse(stored)).and_then(Result::ok)
    }

    #[test]
    fn a_name_that_the_municipality_had_agrees_on_either_side() {
        let (old, new) = ("静岡県清水市旭町6-8", "静岡市清水区旭町６番８号");
        assert_eq!(level(old, new), Some(AddressLevel::OldName));
        assert_eq!(level(new, old), Some(AddressLevel::OldName));
        assert_eq!(level("清水市", new), Some(AddressLevel::CityOnly));
        assert_eq!(level("大宮市大門町3", "埼玉県さいたま市大宮区大門町3-1"), Some(AddressLevel::OldName));
        assert!(level("名瀬市幸町25-8", "鹿児島県奄美市名瀬幸町25-8").is_some_and(AddressLevel::agrees));
        assert!(!level("岩手県江刺市", "岩手県水沢市佐倉河1").is_some_and(AddressLevel::agrees));
        for another in ["静岡県清水市追分1", "静岡県沼津市旭町6-8", "大宮市旭町6-8"] {
            assert!(!level(another, new).is_some_and(AddressLevel::agrees), "{another}");
        }
    }

    #[test]
    fn what_the_list_makes_of_it_agrees_as_well() {
        let mut list = Gazetteer::read(LIST).expect("a list");
        list.read_renamed("秋田県\t仙北郡神岡町\t大仙市\t2005-03-22\n").expect("a table");
        let level = |said: &str, stored: &str| {
            SaidAddress::parse(said, Some(&list)).level(&Address::parse(stored)).and_then(Result::ok)
        };
        let on_file = "神奈川県横浜市中区元町３丁目８番９号";
        for (said, expected) in [
            ("よこはましなかくもとまち3-8-9", Some(AddressLevel::Block)),
            ("ﾖｺﾊﾏｼﾅｶｸﾓﾄﾏﾁ5-1", Some(AddressLevel::OtherBlock)),
            ("横浜市中区もとまち", Some(AddressLevel::Town)),
            ("よこはまし", Some(AddressLevel::CityOnly)),
            ("〒231-0861 3-8-9", Some(AddressLevel::Block)),
            ("〒231-0862", Some(AddressLevel::OtherTown)),
            ("横浜市中区ヤマテ9-9", Some(AddressLevel::OtherTown)),
            ("〒231-0861 東京都ヤマテ", Some(AddressLevel::Differs)),
            ("〒068-0546", None),
            ("よこはましなかくやまてちょう3-8-9", Some(AddressLevel::OtherTown)),
            ("ひろしまけんふちゅうしもとまち3", Some(AddressLevel::Differs)),
            ("もとまち3-8-9", Some(AddressLevel::Differs)),
        ] {
            assert_eq!(level(said, on_file), expected, "{said}");
        }
        let on_grid = "北海道札幌市北区北十六条西2丁目１番３号";
        for (said, expected) in [
            ("札幌市北区北16西2-1-3", AddressLevel::Block),
            ("札幌市北区北16西2", AddressLevel::Town),
            ("札幌市北区北17西2-1-3", AddressLevel::OtherTown),
        ] {
            assert_eq!(level(said, on_grid), Some(expected), "{said}");
        }
        assert_eq!(level("神岡町神宮寺1", "秋田県大仙市神宮寺１"), Some(AddressLevel::OldName));
    }
}
