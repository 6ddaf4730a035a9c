//! Made-up facilities: what they're called, how that is read, and where they stand.

use crate::demo::names::{Word, surname};
use crate::demo::places::{City, PREFECTURES, phone, town};
use crate::demo::rng::Rng;
use crate::domain::members::record::FacilityRecord;

static CLINICS: [Word; 14] = [
    ("医院", "イイン"),
    ("医院", "イイン"),
    ("クリニック", "クリニック"),
    ("クリニック", "クリニック"),
    ("内科", "ナイカ"),
    ("内科クリニック", "ナイカクリニック"),
    ("整形外科", "セイケイゲカ"),
    ("眼科", "ガンカ"),
    ("小児科医院", "ショウニカイイン"),
    ("耳鼻咽喉科", "ジビインコウカ"),
    ("皮フ科クリニック", "ヒフカクリニック"),
    ("産婦人科", "サンフジンカ"),
    ("胃腸科外科", "イチョウカゲカ"),
    ("こどもクリニック", "コドモクリニック"),
];
static LOCAL_CLINICS: [Word; 4] = [
    ("診療所", "シンリョウジョ"),
    ("クリニック", "クリニック"),
    ("内科診療所", "ナイカシンリョウジョ"),
    ("在宅クリニック", "ザイタククリニック"),
];
static HOSPITALS: [Word; 4] = [
    ("病院", "ビョウイン"),
    ("総合病院", "ソウゴウビョウイン"),
    ("記念病院", "キネンビョウイン"),
    ("中央病院", "チュウオウビョウイン"),
];

/// Kinds of care services with what such places are called.
static CARE: [(&str, Word); 9] = [
    ("訪問看護", ("訪問看護ステーション", "ホウモンカンゴステーション")),
    ("介護老人保健施設", ("老人保健施設", "ロウジンホケンシセツ")),
    ("通所リハビリテーション", ("デイケアセンター", "デイケアセンター")),
    ("居宅介護支援", ("居宅介護支援事業所", "キョタクカイゴシエンジギョウショ")),
    ("通所介護", ("デイサービス", "デイサービス")),
    ("介護医療院", ("介護医療院", "カイゴイリョウイン")),
    ("グループホーム", ("グループホーム", "グループホーム")),
    ("小規模多機能", ("小規模多機能ホーム", "ショウキボタキノウホーム")),
    ("特別養護老人ホーム", ("特別養護老人ホーム", "トクベツヨウゴロウジンホーム")),
];

/// What sort of facility is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// 診療所
    Clinic,
    /// 病院
    Hospital,
    /// One of the care services.
    Care,
}

/// A facility of somebody called `owner`, in a city of a prefecture.
pub fn facility(rng: &mut Rng, key: String, sort: Sort, owner: Word, prefecture: usize, city: &City) -> FacilityRecord {
    let place = town(rng);
    let (kind, name, kana) = named(rng, sort, owner, place);
    let (corporation, corporation_kana) = match (sort, rng.below(100)) {
        (Sort::Clinic, 0..12) | (Sort::Hospital | Sort::Care, 0..45) => ("医療法人社団", "イリョウホウジンシャダン"),
        (_, 45..52) => ("医療法人", "イリョウホウジン"),
        _ => ("", ""),
    };
    FacilityRecord {
        facility_key: key,
        kind: kind.to_owned(),
        name: format!("{corporation}{name}"),
        kana: format!("{corporation_kana}{kana}"),
        postal_code: format!("{}{:04}", city.2, rng.below(90) * 10 + rng.below(10) + 1),
        address: address(rng, PREFECTURES[prefecture].name, city.0, place.0),
        phone: phone(rng, city.1),
    }
}

fn named(rng: &mut Rng, sort: Sort, owner: Word, place: Word) -> (&'static str, String, String) {
    let join = |front: Word, back: Word| (format!("{}{}", front.0, back.0), format!("{}{}", front.1, back.1));
    match sort {
        Sort::Clinic => {
            let own = rng.permille(780);
            let (name, kana) =
                if own { join(owner, *rng.pick(&CLINICS)) } else { join(place, *rng.pick(&LOCAL_CLINICS)) };
            ("診療所", name, kana)
        }
        Sort::Hospital => {
            let front = if rng.permille(500) { owner } else { place };
            let (name, kana) = join(front, *rng.pick(&HOSPITALS));
            ("病院", name, kana)
        }
        Sort::Care => {
            let (kind, word) = *rng.pick(&CARE);
            let front = if rng.permille(300) { surname(rng) } else { place };
            let (name, kana) = if rng.permille(500) { join(word, front) } else { join(front, word) };
            (kind, name, kana)
        }
    }
}

fn address(rng: &mut Rng, prefecture: &str, city: &str, town: &str) -> String {
    let prefecture = if rng.permille(150) { "" } else { prefecture };
    let (a, b, c) = (rng.below(6) + 1, rng.below(30) + 1, rng.below(25) + 1);
    match rng.below(10) {
        0..4 => format!("{prefecture}{city}{town}{a}-{b}-{c}"),
        4..8 => format!("{prefecture}{city}{town}{a}丁目{b}番{c}号"),
        8 => format!("{prefecture}{city}{town}{}番地", a * 100 + b),
        _ => format!("{prefecture}{city}{town}{a}-{b}-{c} メディカルビル{}階", rng.below(5) + 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn care_services_are_told_from_medical_facilities() {
        let mut rng = Rng::of(1, 1, 1);
        for (sort, care) in [(Sort::Clinic, false), (Sort::Hospital, false), (Sort::Care, true)] {
            let made = facility(&mut rng, "F1".into(), sort, ("佐藤", "サトウ"), 12, &PREFECTURES[12].cities[0]);
            assert_eq!(made.is_care(), care, "{made:?}");
            assert_eq!(made.postal_code.len(), 7);
        }
    }
}
