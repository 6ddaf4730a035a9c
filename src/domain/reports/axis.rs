//! By what reports tell cases apart.

use std::collections::BTreeMap;

/// By what. Regions are groups of prefectures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// 都道府県; the last category is where it isn't known.
    Prefecture,
    /// Eight regions, and where it isn't known.
    EightRegions,
    /// Six regions, and where it isn't known.
    SixRegions,
    /// Kind of incident.
    Incident,
    /// Kind of facility.
    FacilityType,
    /// How it ended, or where it stands.
    Outcome,
    /// Which desk.
    Desk,
    /// Which tier it reached.
    Tier,
    /// How grave.
    Severity,
    /// Who called.
    Standing,
}

/// The last prefecture of each of the eight regions, by its place in the order of JIS X 0401; then the unknown.
const EIGHT_UNTIL: [u8; 9] = [1, 7, 14, 23, 30, 35, 39, 47, 48];
/// Which of the eight make each of the six; then the unknown.
const SIX_OF: [&[u8]; 7] = [&[0, 1], &[2], &[3], &[4], &[5, 6], &[7], &[8]];
/// What the regions are called.
const EIGHT: [&str; 9] = ["北海道", "東北", "関東", "中部", "近畿", "中国", "四国", "九州・沖縄", "不明"];
const SIX: [&str; 7] = ["北海道・東北", "関東", "中部", "近畿", "中国・四国", "九州・沖縄", "不明"];

impl Axis {
    /// How many categories six regions have.
    pub const SIX: u8 = SIX.len() as u8;

    /// Whether its categories are regions.
    pub fn is_of_regions(self) -> bool {
        matches!(self, Self::EightRegions | Self::SixRegions)
    }

    /// What a region is the sum of, in each finer way of telling places apart.
    pub fn finer(self, region: u8) -> Vec<(Self, Vec<u8>)> {
        let of = usize::from(region);
        match self {
            Self::EightRegions => {
                let from = if of == 0 { 0 } else { EIGHT_UNTIL[of - 1] };
                vec![(Self::Prefecture, (from..EIGHT_UNTIL[of]).collect())]
            }
            Self::SixRegions => vec![(Self::EightRegions, SIX_OF[of].to_vec())],
            _ => Vec::new(),
        }
    }
}

/// Which of the eight regions a prefecture lies in.
pub fn eight_of(prefecture: u8) -> u8 {
    let at = EIGHT_UNTIL.iter().position(|until| prefecture < *until).unwrap_or(EIGHT_UNTIL.len() - 1);
    u8::try_from(at).unwrap_or_default()
}

/// Which of the six one of the eight lies in.
pub fn six_of(eight: u8) -> u8 {
    let at = SIX_OF.iter().position(|of| of.contains(&eight)).unwrap_or(SIX_OF.len() - 1);
    u8::try_from(at).unwrap_or_default()
}

/// The categories of each axis, as reports call them.
#[derive(Debug, Clone, Default)]
pub struct Categories(BTreeMap<Axis, Vec<String>>);

impl Categories {
    /// Of the axes besides places, by their words.
    pub fn new(words: impl IntoIterator<Item = (Axis, Vec<String>)>) -> Self {
        let mut all: BTreeMap<Axis, Vec<String>> = words.into_iter().collect();
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        all.insert(Axis::EightRegions, named(&EIGHT));
        all.insert(Axis::SixRegions, named(&SIX));
        let mut prefectures = named(&crate::domain::matching::prefecture::PREFECTURES);
        prefectures.push("不明".to_owned());
        all.insert(Axis::Prefecture, prefectures);
        Self(all)
    }

    /// The words of an axis.
    pub fn words(&self, axis: Axis) -> &[String] {
        self.0.get(&axis).map_or(&[], Vec::as_slice)
    }

    /// How many there are.
    pub fn count(&self, axis: Axis) -> u8 {
        u8::try_from(self.words(axis).len()).unwrap_or(u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefecture_lies_in_one_region_of_each_kind() {
        let categories = Categories::new([]);
        assert_eq!(categories.count(Axis::Prefecture), 48);
        let region = |name: &str| {
            let prefecture = categories.words(Axis::Prefecture).iter().position(|word| word == name).expect("one");
            let eight = eight_of(u8::try_from(prefecture).expect("small"));
            (EIGHT[usize::from(eight)], SIX[usize::from(six_of(eight))])
        };
        for (name, eight, six) in [
            ("北海道", "北海道", "北海道・東北"),
            ("福島県", "東北", "北海道・東北"),
            ("茨城県", "関東", "関東"),
            ("神奈川県", "関東", "関東"),
            ("新潟県", "中部", "中部"),
            ("愛知県", "中部", "中部"),
            ("三重県", "近畿", "近畿"),
            ("和歌山県", "近畿", "近畿"),
            ("山口県", "中国", "中国・四国"),
            ("徳島県", "四国", "中国・四国"),
            ("沖縄県", "九州・沖縄", "九州・沖縄"),
            ("不明", "不明", "不明"),
        ] {
            assert_eq!(region(name), (eight, six), "{name}");
        }
        for axis in [Axis::EightRegions, Axis::SixRegions] {
            let parts = (0..categories.count(axis)).flat_map(|region| axis.finer(region));
            let all: Vec<u8> = parts.flat_map(|(_, parts)| parts).collect();
            assert!(all.is_sorted() && all[0] == 0 && all.windows(2).all(|pair| pair[1] == pair[0] + 1), "{axis:?}");
        }
    }
}
