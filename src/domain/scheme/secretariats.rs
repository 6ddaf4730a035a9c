//! `secretariats.toml`: from which numbers the associations' secretariats ring.

use serde::Deserialize;

use crate::domain::telephone::Telephone;

/// The secretariats that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secretariats {
    /// One entry an association.
    #[serde(default)]
    pub secretariat: Vec<Secretariat>,
}

/// A secretariat.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secretariat {
    /// Name of the association.
    pub name: String,
    /// Its numbers, as people write them.
    pub numbers: Vec<String>,
}

impl Secretariats {
    /// Whose number it is, by its key; `None` for any other and for a call without a number.
    pub fn of_number(&self, key: &str) -> Option<&str> {
        let same = |number: &String| Telephone::read(number).key() == key;
        let found = self.secretariat.iter().find(|s| !key.is_empty() && s.numbers.iter().any(same));
        found.map(|s| s.name.as_str())
    }

    /// What can't be used: key and reason.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for (i, secretariat) in self.secretariat.iter().enumerate() {
            if secretariat.name.trim().is_empty() {
                faults.push((format!("secretariat[{i}].name"), "医師会の名前を書いてください".to_owned()));
            }
            let usable = |number: &String| Telephone::read(number).key().len() >= 9;
            if secretariat.numbers.is_empty() || !secretariat.numbers.iter().all(usable) {
                let why = "電話番号を市外局番から書いてください（例 \"03-1234-5678\"）";
                faults.push((format!("secretariat[{i}].numbers"), why.to_owned()));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, numbers: &[&str]) -> Secretariats {
        let numbers = numbers.iter().map(|n| (*n).to_owned()).collect();
        Secretariats { secretariat: vec![Secretariat { name: name.to_owned(), numbers }] }
    }

    #[test]
    fn an_entry_is_written_as_the_file_shows() {
        let shown = include_str!("../../../config/scheme/secretariats.toml").replace("# [[", "[[");
        let shown = shown.replace("# name", "name").replace("# numbers", "numbers");
        let read: Secretariats = toml::from_str(&shown).expect("secretariats");
        assert_eq!((read.secretariat.len(), read.of_number("0300000001")), (1, Some("○○市医師会")));
    }

    #[test]
    fn a_number_is_known_however_it_is_written() {
        let known = known("例市医師会", &["03-5555-0101", "０３（５５５５）０１０２"]);
        for key in ["0355550101", "0355550102"] {
            assert_eq!(known.of_number(key), Some("例市医師会"), "{key}");
        }
        for key in ["", "0355550103", "55550101"] {
            assert_eq!(known.of_number(key), None, "{key}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        assert!(known("例市医師会", &["03-5555-0101"]).faults().is_empty());
        for (name, numbers, key) in [
            ("", &["0355550101"][..], "secretariat[0].name"),
            ("例", &[], "secretariat[0].numbers"),
            ("例", &["110"], "secretariat[0].numbers"),
        ] {
            assert_eq!(known(name, numbers).faults().iter().map(|(k, _)| k.as_str()).collect::<Vec<_>>(), [key]);
        }
    }
}
