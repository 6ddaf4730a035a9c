//! Groups hold every category once, and enough of it.

use proptest::prelude::*;

use super::*;

fn words(n: usize) -> Vec<String> {
    (0..n).map(|nth| format!("区分{nth}")).collect()
}

fn categories(incidents: &[u64], prefectures: &[u64]) -> Categories {
    let volume = Volume(BTreeMap::from([
        (Axis::Incident, incidents.to_vec()),
        (Axis::Prefecture, prefectures.to_vec()),
        (Axis::FacilityType, vec![1_000, 1_000]),
        (Axis::Outcome, vec![1_000, 1_000]),
    ]));
    let axes = [(Axis::Incident, words(incidents.len())), (Axis::FacilityType, words(2)), (Axis::Outcome, words(2))];
    Categories::new(axes, Some(&volume))
}

/// About how many of three thousand cases come from each prefecture: as the country's people live, few unknown.
const LIKE_LIFE: [u64; 48] = [
    112, 27, 27, 48, 21, 21, 37, 61, 40, 40, 154, 133, 298, 194, 45, 21, 24, 16, 16, 43, 43, 77, 159, 37, 29, 53, 186,
    114, 27, 19, 11, 13, 40, 68, 29, 16, 21, 29, 15, 109, 16, 27, 37, 24, 21, 32, 32, 16,
];

#[test]
fn three_thousand_cases_are_told_by_eight_regions_a_quarter_and_six_a_month() {
    let all = categories(&[1_500, 1_500], &LIKE_LIFE);
    let eight = ["北海道", "東北", "関東", "中部", "近畿", "中国", "四国", "九州・沖縄・不明"];
    assert_eq!(all.words(Axis::Region), eight);
    let six = ["北海道・東北", "関東", "中部", "近畿", "中国・四国", "九州・沖縄・不明"];
    assert_eq!(all.words(Axis::RegionMonthly), six);
    // Of a year of three hundred nothing is told apart each month.
    let few = categories(&[150, 150], &LIKE_LIFE.map(|n| n / 10));
    assert_eq!((few.count(Axis::RegionMonthly), few.count(Axis::IncidentMonthly)), (1, 1));
}

#[test]
fn what_there_is_little_of_is_told_as_one() {
    let all = categories(&[1_000, 100, 300, 40, 150, 50], &LIKE_LIFE);
    // Eighty a year make twenty a quarter, 240 twenty a month.
    assert_eq!(all.words(Axis::IncidentQuarterly), ["区分0", "区分1", "区分2", "区分4", "その他（四半期のまとめ）"]);
    assert_eq!(all.words(Axis::IncidentMonthly), ["区分0", "区分2", "その他（月のまとめ）"]);
    assert_eq!(all.parts(Axis::IncidentQuarterly, 4), Some((Axis::Incident, &[3, 5][..])));
    assert_eq!(all.parts(Axis::IncidentMonthly, 2), Some((Axis::IncidentQuarterly, &[1, 3, 4][..])));
}

proptest! {
    #[test]
    fn groups_hold_every_category_once_and_enough_of_it(
        incidents in prop::collection::vec(0_u64..900, 2..14), prefectures in prop::collection::vec(0_u64..200, 48),
    ) {
        let all = categories(&incidents, &prefectures);
        for [year, quarter, month, _] in GROUPED {
            for (finer, coarser, periods) in [(year, quarter, 4), (quarter, month, 12)] {
                let groups: Vec<&[u8]> =
                    (0..all.count(coarser)).map(|c| all.parts(coarser, c).expect("a group").1).collect();
                let mut held: Vec<u8> = groups.concat();
                held.sort_unstable();
                prop_assert_eq!(held, (0..all.count(finer)).collect::<Vec<_>>(), "{:?}", coarser);
                if year == Axis::Incident && groups.len() > 1 {
                    let cases = |of: &[u8]| -> u64 {
                        let fine = |c: &u8| match finer {
                            Axis::Incident => incidents[usize::from(*c)],
                            _ => all.parts(finer, *c).expect("a group").1.iter().map(|c| incidents[usize::from(*c)]).sum(),
                        };
                        of.iter().map(fine).sum()
                    };
                    prop_assert!(groups.iter().all(|of| cases(of) >= 20 * periods), "{:?}", coarser);
                }
            }
        }
    }
}
