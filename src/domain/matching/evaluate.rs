//! Compares a query with one tie, item by item, and weighs the evidence in bits (Fellegi–Sunter: rare agreement
//! weighs more than common agreement). The weight ranks candidates; it decides nothing.

use super::answer::{ItemMark, Items};
use super::facility_compare::FacilityLevel;
use super::name::NameLevel;
use super::number::NumberLevel;
use super::place::AddressLevel;
use super::said::NotComparable;

/// How the number stands, ownership by others included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberState {
    /// Not given.
    NotGiven,
    /// The person has no number of the kind that was typed.
    NotOnFile,
    /// Compared.
    Compared(NumberLevel),
    /// Somebody else's number, exactly.
    OfAnother,
}

/// Levels of all items against one tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// Name; `None` when not given.
    pub name: Option<NameLevel>,
    /// Facility; `None` when not given.
    pub facility: Option<FacilityLevel>,
    /// Address; `None` when not given.
    pub address: Option<Result<AddressLevel, NotComparable>>,
    /// Number.
    pub number: NumberState,
}

/// Bits that agreement of each item is worth in this directory: the rarer, the more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rarity {
    /// Full name.
    pub name: f32,
    /// Family name.
    pub surname: f32,
    /// Facility name.
    pub facility: f32,
}

impl Levels {
    /// Marks per item. A family name alone agrees where facility and number do.
    pub fn items(&self) -> Items {
        let facility = mark(self.facility, |l| l.agrees());
        let number = match self.number {
            NumberState::NotGiven => ItemMark::NotGiven,
            NumberState::NotOnFile => ItemMark::NotOnFile,
            NumberState::Compared(NumberLevel::Same | NumberLevel::Slip) => ItemMark::Agrees,
            NumberState::Compared(NumberLevel::Differs) | NumberState::OfAnother => ItemMark::Differs,
        };
        let backed = facility == ItemMark::Agrees && number == ItemMark::Agrees;
        let name = mark(self.name, |l| l.agrees_fully() || l == NameLevel::SurnameOnly && backed);
        let name = if self.name == Some(NameLevel::SurnameOnly) && !backed { ItemMark::NotGiven } else { name };
        let address = match self.address {
            None => ItemMark::NotGiven,
            Some(Err(NotComparable)) => ItemMark::NotOnFile,
            Some(Ok(level)) if level.agrees() => ItemMark::Agrees,
            Some(Ok(_)) => ItemMark::Differs,
        };
        Items { name, facility, address, number }
    }

    /// Evidence in bits.
    pub fn weight(&self, rarity: Rarity) -> f32 {
        let name = match self.name {
            None => 0.0,
            Some(NameLevel::Same) => rarity.name,
            Some(NameLevel::Wide) => rarity.name - 0.5,
            Some(NameLevel::Reading) => rarity.name - 1.5,
            Some(NameLevel::Slip) => rarity.name - 3.0,
            Some(NameLevel::SurnameOnly) => rarity.surname,
            Some(NameLevel::OtherGiven) => rarity.surname - 8.0,
            Some(NameLevel::Differs) => -8.0,
        };
        let facility = match self.facility {
            None => 0.0,
            Some(FacilityLevel::Same) => rarity.facility,
            Some(FacilityLevel::Reading) => rarity.facility - 1.0,
            Some(FacilityLevel::Kind | FacilityLevel::Slip) => rarity.facility - 2.5,
            Some(FacilityLevel::Prefix) => rarity.facility - 3.5,
            Some(FacilityLevel::Part) => rarity.facility - 5.0,
            Some(FacilityLevel::Differs) => -5.0,
        };
        name + facility + self.address_bits() + self.number_bits()
    }

    fn address_bits(&self) -> f32 {
        match self.address {
            None | Some(Err(NotComparable)) => 0.0,
            Some(Ok(level)) => match level {
                AddressLevel::Block => 15.0,
                AddressLevel::Town => 12.0,
                AddressLevel::OtherBlock => 10.0,
                AddressLevel::OldName => 9.8,
                AddressLevel::Slip => 9.5,
                AddressLevel::TownPart => 8.0,
                AddressLevel::CityOnly => 7.0,
                AddressLevel::OtherTown => -1.0,
                AddressLevel::Differs => -6.0,
            },
        }
    }

    fn number_bits(&self) -> f32 {
        match self.number {
            NumberState::NotGiven | NumberState::NotOnFile => 0.0,
            NumberState::Compared(NumberLevel::Same) => 20.0,
            NumberState::Compared(NumberLevel::Slip) => 11.0,
            NumberState::Compared(NumberLevel::Differs) => -4.0,
            NumberState::OfAnother => -5.0,
        }
    }
}

fn mark<L: Copy>(level: Option<L>, agrees: impl Fn(L) -> bool) -> ItemMark {
    match level {
        None => ItemMark::NotGiven,
        Some(level) if agrees(level) => ItemMark::Agrees,
        Some(_) => ItemMark::Differs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels() -> Levels {
        Levels {
            name: Some(NameLevel::Same),
            facility: Some(FacilityLevel::Same),
            address: Some(Ok(AddressLevel::Block)),
            number: NumberState::Compared(NumberLevel::Same),
        }
    }

    #[test]
    fn a_family_name_alone_agrees_only_with_facility_and_number() {
        let surname = Levels { name: Some(NameLevel::SurnameOnly), ..levels() };
        assert_eq!(surname.items().name, ItemMark::Agrees);
        for weaker in [
            Levels { facility: Some(FacilityLevel::Differs), ..surname },
            Levels { number: NumberState::NotGiven, ..surname },
            Levels { number: NumberState::OfAnother, ..surname },
        ] {
            assert_eq!(weaker.items().name, ItemMark::NotGiven);
        }
    }

    #[test]
    fn somebody_elses_number_differs() {
        assert_eq!(Levels { number: NumberState::OfAnother, ..levels() }.items().number, ItemMark::Differs);
    }

    #[test]
    fn an_item_not_given_weighs_nothing() {
        let rarity = Rarity { name: 12.0, surname: 7.0, facility: 10.0 };
        let nothing = Levels { name: None, facility: None, address: None, number: NumberState::NotGiven };
        assert_eq!(nothing.weight(rarity), 0.0);
        assert!(levels().weight(rarity) > 50.0);
    }
}
