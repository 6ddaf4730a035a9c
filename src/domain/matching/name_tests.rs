//! Which names are the same person's, as a table.

use super::*;

fn level(typed: &str, surname: &str, given: &str, kana: (&str, &str)) -> NameLevel {
    let chars: Vec<char> = format!("{surname}{given}").chars().map(safe).collect();
    let (family, own) = (plain(kana.0).expect("kana"), plain(kana.1).expect("kana"));
    let sounds = [family.clone(), own].concat();
    let stored =
        StoredName { chars: &chars, kana: &sounds, surname_chars: surname.chars().count(), surname_kana: family.len() };
    TypedName::parse(typed).compare(&stored, &Readings::default())
}

#[test]
fn the_same_name_is_known_however_it_is_said() {
    for (typed, expected) in [
        ("高橋祐介", NameLevel::Same),
        ("髙橋　祐介", NameLevel::Same),
        ("髙橋・祐介 先生", NameLevel::Same),
        ("ﾀ ｶ ﾊ ｼ ﾕ ｳ ｽ ｹ", NameLevel::Reading),
        ("祐介 高橋院長", NameLevel::Same),
        ("高橋祐介（タカハシユウスケ）", NameLevel::Same),
        ("タカハシ ユウスケ", NameLevel::Reading),
        ("ﾀｶﾊｼﾕｳｽｹ様", NameLevel::Reading),
        ("ユウスケ たかはし", NameLevel::Reading),
        ("takahashi yuusuke", NameLevel::Reading),
        ("院長の高橋祐介", NameLevel::Same),
        ("たかはし祐介", NameLevel::Reading),
        ("高橋憂介", NameLevel::Reading),
        ("タガハシユスケ", NameLevel::Slip),
        ("高橋", NameLevel::SurnameOnly),
        ("たかはし先生", NameLevel::SurnameOnly),
        ("高橋大輔", NameLevel::OtherGiven),
        ("鈴木祐介", NameLevel::Differs),
        ("祐介", NameLevel::Differs),
    ] {
        assert_eq!(level(typed, "高橋", "祐介", ("タカハシ", "ユウスケ")), expected, "{typed}");
    }
}

#[test]
fn a_spouse_with_a_name_one_kana_away_is_another_person() {
    assert_eq!(level("サトウマサコ", "佐藤", "正男", ("サトウ", "マサオ")), NameLevel::OtherGiven);
}

#[test]
fn a_relative_whose_name_can_be_read_like_the_doctors_is_another_person() {
    let mut readings = Readings::default();
    for (word, kana, bearers) in [("亮", "リョウ", 9), ("亮", "アキラ", 2), ("昭", "アキラ", 4), ("明", "アキラ", 5)]
    {
        let (word, kana) = (word.chars().collect::<Vec<_>>(), plain(kana).expect("kana"));
        (0..bearers).for_each(|_| readings.learn_given(&word, &kana));
    }
    let chars: Vec<char> = "佐藤明".chars().collect();
    let kana = plain("サトウアキラ").expect("kana");
    let stored = StoredName { chars: &chars, kana: &kana, surname_chars: 2, surname_kana: 3 };
    for (typed, expected) in [
        ("佐藤昭", NameLevel::Reading),
        ("昭 佐藤", NameLevel::Reading),
        ("佐藤彰", NameLevel::Reading),
        ("佐藤亮", NameLevel::OtherGiven),
        ("亮 佐藤", NameLevel::Differs),
    ] {
        assert_eq!(TypedName::parse(typed).compare(&stored, &readings), expected, "{typed}");
    }
}

#[test]
fn voicing_marks_that_stand_apart_belong_to_the_kana_before_them() {
    assert_eq!(level("ﾔ ﾏ ｸ ﾞ ﾁ ｹ ﾝ", "山口", "健", ("ヤマグチ", "ケン")), NameLevel::Reading);
}

#[test]
fn a_title_alone_is_no_name() {
    assert!(TypedName::parse("  ").is_empty());
    assert_eq!(level("院長", "高橋", "祐介", ("タカハシ", "ユウスケ")), NameLevel::Differs);
}

#[test]
fn a_name_typed_with_the_input_method_off_is_read_with_and_without_its_apostrophe() {
    assert!(level("（院長）（佐藤真一）", "佐藤", "真一", ("サトウ", "シンイチ")).agrees_fully());
    for typed in ["SATO Shin'ichi", "sato shinichi", "Shinichi Satou", "佐 藤 真 一 院 長"] {
        let level = level(typed, "佐藤", "真一", ("サトウ", "シンイチ"));
        assert!(level.agrees_fully(), "{typed}: {level:?}");
    }
    assert!(!level("sato shinji", "佐藤", "真一", ("サトウ", "シンイチ")).agrees_fully());
}
