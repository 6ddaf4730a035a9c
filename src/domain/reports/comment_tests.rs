//! Comments that a committee may read, and those that might find somebody.

use proptest::prelude::*;

use super::*;

fn names() -> Names {
    let mut names = Names::default();
    names.person("榎本　蓮太郎");
    names.person("林 一");
    names.facility("水無瀬ゆず内科", "水無瀬ゆず");
    names.facility("中央医院", "中央");
    names.business("青空システム株式会社");
    names.municipality("文京区");
    names.municipality("横浜市");
    names.municipality("国立市");
    names.municipality("札幌市中央区");
    names.municipality("虻田郡ニセコ町");
    names.municipality("北佐久郡軽井沢町");
    for town in ["あま市", "むつ市", "富士市", "つくば市", "行方市", "中央市"] {
        names.municipality(town);
    }
    names.person("エノモト レンタロウ");
    names.prefecture("鳥取県");
    names
}

fn found(comment: &str) -> Vec<Forbidden> {
    let printed = Printed { counts: BTreeSet::from([0, 12, 34, 1_234]), shares: BTreeSet::from([24]) };
    let refused = names().check("funnel", comment, &printed);
    let told = refused.err().map(|refusal| refusal.fields[0].message.clone()).unwrap_or_default();
    let all = [
        Forbidden::Person,
        Forbidden::Facility,
        Forbidden::Business,
        Forbidden::Municipality,
        Forbidden::Prefecture,
        Forbidden::Day,
        Forbidden::Number,
        Forbidden::Contact,
    ];
    all.into_iter().filter(|what| told.contains(what.label())).collect()
}

#[test]
fn what_a_committee_may_read_is_taken() {
    for comment in [
        "",
        "ランサムウェアは12件でした。前の四半期は34件です。",
        "2026年10月の相談は１，２３４件でした",
        "第3四半期は偽サポートの相談が増えました。一部の相談は2次対応へ引き継いでいます",
        "国立研究開発法人の注意喚起を踏まえ、中央省庁の資料をご案内しました",
        "十二件の相談が寄せられました",
        "A①会員からの相談は、2次対応に引き継ぎ、警察（#9110）をご案内しました",
        "ランサムウェアの構成比は24％です。あまり変わりません。むつかしい相談でも中央値は短く、行方が分からない件はありません",
        "つくばいの話はありません",
        "林業とは関係ありません。一時支援金の問い合わせが中心です",
    ] {
        assert_eq!(found(comment), [], "{comment}");
    }
}

#[test]
fn what_may_find_somebody_is_refused_however_it_is_written() {
    use Forbidden::{Business, Contact, Day, Facility, Municipality, Number, Person, Prefecture};
    for (comment, what) in [
        ("榎本蓮太郎先生の医院で", &[Person][..]),
        ("榎本先生からの相談が", &[Person]),
        ("林さんからの相談が", &[Person]),
        ("水無瀬 ユズ 内科が被害に", &[Facility]),
        ("水無瀬ゆずでの被害が", &[Facility]),
        ("青空ｼｽﾃﾑの障害により", &[Business]),
        ("横浜の診療所で", &[Municipality]),
        ("札幌市の診療所で", &[Municipality]),
        ("札幌で続きました", &[Municipality]),
        ("札幌市中央区で", &[Municipality]),
        ("ニセコ町の診療所で", &[Municipality]),
        ("軽井沢町で", &[Municipality]),
        ("横浜中央病院で", &[Municipality]),
        ("札幌などで続いた", &[Municipality]),
        ("つくばなどで続いた", &[Municipality]),
        ("富士通の機器で", &[Municipality]),
        ("軽井沢の診療所で", &[Municipality]),
        ("つくば市で", &[Municipality]),
        ("榎本（内科）で", &[Person]),
        ("榎本の内科で", &[Person]),
        ("榎本さまから", &[Person]),
        ("えのもと内科で", &[Person]),
        ("ひとつの診療所で続いた", &[Number]),
        ("片手で数えられるほど", &[Number]),
        ("ⅲ件でした", &[Number]),
        ("文京区で", &[Municipality]),
        ("鳥取では", &[Prefecture]),
        ("11月22日に集中", &[Day]),
        ("11/22に集中", &[Day]),
        ("二十二日に集中", &[Day]),
        ("月曜日に集中", &[Day]),
        ("13件でした", &[Number]),
        ("１３件でした", &[Number]),
        ("十三件でした", &[Number]),
        ("数件でした", &[Number]),
        ("十数件でした", &[Number]),
        ("12％でした", &[Number]),
        ("3.5倍でした", &[Number]),
        ("03-5550-1234", &[Contact]),
        ("榎\u{200b}本・蓮 太郎", &[Person]),
        ("榎本蓮太郞", &[Person]),
        ("info@example.jp まで", &[Contact]),
        ("横浜の榎本先生が13件", &[Person, Municipality, Number]),
    ] {
        assert_eq!(found(comment), what, "{comment}");
    }
}

#[test]
fn japanese_numerals_have_their_values() {
    let value = |text: &str| kanji_value(&text.chars().collect::<Vec<_>>());
    for (text, expected) in [
        ("十", 10),
        ("二十三", 23),
        ("三百", 300),
        ("一〇", 10),
        ("千二百三十四", 1_234),
        ("二万三千", 23_000),
        ("〇", 0),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn a_name_is_found_wherever_it_stands(before in "[ぁ-んァ-ヴ、。 ]{0,20}", after in "[ぁ-んァ-ヴ、。 ]{0,20}") {
        for name in ["榎本蓮太郎", "水無瀬ゆず内科", "青空システム", "横浜市", "鳥取県"] {
            prop_assert!(!found(&format!("{before}{name}{after}")).is_empty(), "{}", name);
            let spread: String = name.chars().flat_map(|c| [c, ' ']).collect();
            prop_assert!(!found(&format!("{before}{spread}{after}")).is_empty(), "{}", spread);
        }
    }

    #[test]
    fn a_number_is_taken_only_where_it_is_published(n in 0_u64..3_000) {
        let full: String = n.to_string().chars().map(|c| char::from_u32(c as u32 - 0x30 + 0xff10).unwrap()).collect();
        let published = [0, 12, 34, 1_234].contains(&n);
        for said in [format!("合計は{n}件"), format!("合計は{full}件"), format!("合計は {n} 件")] {
            prop_assert_eq!(found(&said).is_empty(), published, "{}", said);
        }
    }
}
