//! Words for the operator: what about an item, and what to ask next. Nothing about a number but whether to ask again.

use super::answer::{Item, ItemMark, Items, Note, Reason};
use super::evaluate::{Levels, NumberState};
use super::facility_compare::FacilityLevel;
use super::name::NameLevel;
use super::number::NumberLevel;
use super::place::AddressLevel;

/// The sentence for a number that does not agree, whatever the reason.
pub const READ_NUMBER_AGAIN: &str = "もう一度、一桁ずつお尋ねください";

/// What to do about a number that was heard twice and still is not the doctor's.
pub const ASK_OTHER_NUMBER: &str =
    "番号が一致しません。もう一方の番号（医籍番号・会員番号）をお尋ねいただくか、理由を添えて仮受付にしてください";

/// Notes on the best candidate, in the order of the guide.
pub fn notes(levels: &Levels) -> Vec<Note> {
    let texts = [
        (Item::Name, levels.name.and_then(name_note)),
        (Item::Facility, levels.facility.and_then(facility_note)),
        (Item::Address, levels.address.and_then(|a| a.map_or(Some("名簿に所在地がありません"), address_note))),
        (Item::Number, number_note(levels.number)),
    ];
    texts.into_iter().filter_map(|(item, text)| Some(Note { item, text: text? })).collect()
}

fn name_note(level: NameLevel) -> Option<&'static str> {
    match level {
        NameLevel::Same => None,
        NameLevel::Wide => Some("異体字の違い"),
        NameLevel::Reading => Some("読みが一致"),
        NameLevel::Slip => Some("読みが近い"),
        NameLevel::SurnameOnly => Some("姓のみ"),
        NameLevel::OtherGiven => Some("姓は一致、名が相違"),
        NameLevel::Differs => Some("氏名が相違"),
    }
}

fn facility_note(level: FacilityLevel) -> Option<&'static str> {
    match level {
        FacilityLevel::Same => None,
        FacilityLevel::Reading => Some("読みが一致"),
        FacilityLevel::Kind => Some("医院・クリニックなどの違い"),
        FacilityLevel::Slip => Some("表記ゆれ"),
        FacilityLevel::Prefix => Some("名称の一部のみ"),
        FacilityLevel::Part => Some("名称の一部が一致"),
        FacilityLevel::Differs => Some("施設名が相違"),
    }
}

fn address_note(level: AddressLevel) -> Option<&'static str> {
    match level {
        AddressLevel::Block => None,
        AddressLevel::Town => Some("町名まで一致"),
        AddressLevel::OtherBlock => Some("丁目・番地が相違"),
        AddressLevel::OldName => Some("旧市名です"),
        AddressLevel::Slip => Some("表記ゆれ"),
        AddressLevel::TownPart => Some("町名の一部が一致"),
        AddressLevel::CityOnly => Some("市区町村のみ"),
        AddressLevel::OtherTown => Some("町名が相違"),
        AddressLevel::Differs => Some("市区町村が相違"),
    }
}

fn number_note(state: NumberState) -> Option<&'static str> {
    match state {
        NumberState::NotGiven | NumberState::Compared(NumberLevel::Same | NumberLevel::Slip) => None,
        NumberState::NotOnFile => Some("名簿にこの種類の番号がありません。もう一方の番号をお尋ねください"),
        NumberState::Compared(NumberLevel::Differs) | NumberState::OfAnother => Some(READ_NUMBER_AGAIN),
    }
}

/// What to say to the caller next; `None` when nothing needs asking.
pub fn ask_next(reason: Reason, items: &Items, levels: Option<&Levels>) -> Option<String> {
    let text = match reason {
        Reason::AllAgree | Reason::Left | Reason::NotYetEnrolled | Reason::OtherCategory => return None,
        Reason::ProcedureUnderWay => {
            "手続き中です。利用いただき、郡市区等医師会への確認を翌平日の作業にしてください".to_owned()
        }
        Reason::NobodyFound => {
            "該当がありません。入会・異動の手続き中でないか、どちらの医師会か、お尋ねください".to_owned()
        }
        Reason::ItemMissing
        | Reason::ItemDiffers
        | Reason::NumberHeardOnce
        | Reason::NumberOfAnother
        | Reason::NumberNotOnFile
        | Reason::TooVague => {
            return ask_items(reason, items, levels);
        }
        Reason::RelativeAtFacility | Reason::TwoCandidates => {
            "A①会員の氏名をフルネームで、番号を一桁ずつお尋ねください".to_owned()
        }
        Reason::EmployeeOnly => "開設者または管理者の氏名をお尋ねください".to_owned(),
        Reason::AnotherRunsFacility => "現在の開設者または管理者の氏名と番号をお尋ねください".to_owned(),
        Reason::UnknownOnThatDay | Reason::OutsideTenure => {
            "名簿ではその日の資格が分かりません。医師会への確認が必要です".to_owned()
        }
    };
    Some(text)
}

fn ask_items(reason: Reason, items: &Items, levels: Option<&Levels>) -> Option<String> {
    if reason == Reason::TooVague {
        return Some("氏名をフルネームで、施設名を正式名称で、所在地を町名からお尋ねください".to_owned());
    }
    let names = ["A①会員の氏名", "施設名", "所在地", "医籍番号（6桁）または会員番号（10桁）"];
    let of = |wanted: ItemMark| {
        items.all().iter().zip(names).filter(|(m, _)| **m == wanted).map(|(_, n)| n).collect::<Vec<_>>()
    };
    let missing = of(ItemMark::NotGiven);
    if !missing.is_empty() {
        return Some(format!("{}をお尋ねください", missing.join("、")));
    }
    if items.number == ItemMark::NotOnFile {
        return Some("もう一方の番号（医籍番号・会員番号）をお尋ねください".to_owned());
    }
    let differing = of(ItemMark::Differs);
    if differing.is_empty() {
        return None;
    }
    if differing == [names[3]] {
        return Some(format!("番号を{READ_NUMBER_AGAIN}"));
    }
    let town = levels.is_some_and(|l| l.address == Some(Ok(AddressLevel::OtherTown)));
    let hint = if town { "（移転や分院がないかもあわせて）" } else { "" };
    Some(format!("{}をもう一度お尋ねください{hint}", differing.join("、")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_tells_how_a_number_differs() {
        for state in [NumberState::OfAnother, NumberState::Compared(NumberLevel::Differs)] {
            assert_eq!(number_note(state), Some(READ_NUMBER_AGAIN));
        }
        // A forgiven slip looks like agreement.
        assert_eq!(
            number_note(NumberState::Compared(NumberLevel::Slip)),
            number_note(NumberState::Compared(NumberLevel::Same))
        );
    }

    #[test]
    fn the_missing_items_are_asked_for_by_name() {
        let items = Items {
            name: ItemMark::Agrees,
            facility: ItemMark::NotGiven,
            address: ItemMark::NotGiven,
            number: ItemMark::Agrees,
        };
        assert_eq!(ask_next(Reason::ItemMissing, &items, None).as_deref(), Some("施設名、所在地をお尋ねください"));
    }
}
