//! Which column of an export is which of our fields: the association's real headers are not known, so this is data.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

/// The fields an export may have, with the header of contracts section 1.
pub const FIELDS: [(&str, &str); 23] = [
    ("person_key", "管理番号"),
    ("member_no", "会員番号"),
    ("registry_no", "医籍番号"),
    ("category", "会員区分"),
    ("name", "氏名"),
    ("kana", "氏名カナ"),
    ("enrolled_on", "入会年月日"),
    ("moved_on", "異動年月日"),
    ("category_before", "異動前会員区分"),
    ("left_on", "退会年月日"),
    ("procedure", "手続状況"),
    ("applied_on", "申請受付年月日"),
    ("applied_category", "申請会員区分"),
    ("pref_association", "都道府県医師会"),
    ("district_association", "郡市区等医師会"),
    ("facility_key", "施設番号"),
    ("facility_kind", "施設種別"),
    ("facility_name", "施設名"),
    ("facility_kana", "施設名カナ"),
    ("postal_code", "郵便番号"),
    ("address", "所在地"),
    ("phone", "電話番号"),
    ("role", "役割"),
];

/// Fields without which no row can be used for verification.
const REQUIRED: [&str; 9] = [
    "person_key",
    "registry_no",
    "category",
    "name",
    "enrolled_on",
    "facility_key",
    "facility_name",
    "address",
    "role",
];

/// A field's header in contracts section 1.
pub fn header_of(field: &str) -> &'static str {
    FIELDS.iter().find(|(name, _)| *name == field).map_or("", |(_, header)| *header)
}

/// Our field → the header names accepted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderMap {
    accepted: BTreeMap<String, Vec<String>>,
}

impl Default for HeaderMap {
    fn default() -> Self {
        Self::from_pairs(FIELDS)
    }
}

impl HeaderMap {
    /// Builds a map from (our field, accepted header) pairs; a field may stand several times.
    /// Fields that no pair names keep the header of contracts section 1.
    pub fn from_pairs<F: Into<String>, H: Into<String>>(pairs: impl IntoIterator<Item = (F, H)>) -> Self {
        let mut accepted: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (field, header) in pairs {
            accepted.entry(field.into()).or_default().push(header.into());
        }
        for (field, header) in FIELDS {
            accepted.entry(field.to_owned()).or_insert_with(|| vec![header.to_owned()]);
        }
        Self { accepted }
    }

    /// The headers accepted for one of our fields.
    pub fn accepted(&self, field: &str) -> &[String] {
        self.accepted.get(field).map_or(&[], Vec::as_slice)
    }

    /// Finds each field's column in a header row.
    ///
    /// # Errors
    /// The headers of required fields that are missing.
    pub fn locate(&self, header_row: &[String]) -> Result<Columns, Vec<String>> {
        let folded: Vec<String> = header_row.iter().map(|h| fold(h)).collect();
        let mut columns = Columns { position: [None; FIELDS.len()] };
        let mut missing = Vec::new();
        for (slot, (field, _)) in columns.position.iter_mut().zip(FIELDS) {
            let wanted = self.accepted(field);
            *slot = wanted.iter().find_map(|h| folded.iter().position(|f| *f == fold(h)));
            if slot.is_none() && REQUIRED.contains(&field) {
                missing.push(wanted.first().cloned().unwrap_or_default());
            }
        }
        if missing.is_empty() { Ok(columns) } else { Err(missing) }
    }
}

/// Where each field stands in the rows of one file.
#[derive(Debug, Clone)]
pub struct Columns {
    position: [Option<usize>; FIELDS.len()],
}

impl Columns {
    /// Fields of which the file has no column.
    pub(super) fn lacks(&self) -> Vec<&'static str> {
        FIELDS.iter().zip(self.position).filter(|(_, at)| at.is_none()).map(|((field, _), _)| *field).collect()
    }

    /// Index of a field's column, `None` when the file does not have it.
    pub fn of(&self, field: &str) -> Option<usize> {
        FIELDS.iter().position(|(name, _)| *name == field).and_then(|slot| self.position[slot])
    }
}

/// Headers are compared without width, spaces and an invisible mark in front.
fn fold(header: &str) -> String {
    header.nfkc().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| (*n).to_owned()).collect()
    }

    #[test]
    fn columns_are_found_by_name_in_any_order_and_width() {
        let mut names: Vec<&str> = FIELDS.iter().map(|(_, header)| *header).collect();
        names.reverse();
        names[0] = " 役 割";
        let columns = HeaderMap::default().locate(&row(&names)).expect("all there");
        assert_eq!(columns.of("role"), Some(0));
        assert_eq!(columns.of("person_key"), Some(22));
    }

    #[test]
    fn missing_columns_are_named() {
        let missing = HeaderMap::default().locate(&row(&["管理番号", "氏名"])).expect_err("incomplete");
        assert!(missing.contains(&"医籍番号".to_owned()) && missing.contains(&"役割".to_owned()));
    }

    #[test]
    fn another_header_can_be_mapped_to_a_field() {
        let map = HeaderMap::from_pairs([("name", "会員氏名"), ("name", "氏名")]);
        assert_eq!(map.accepted("name"), ["会員氏名", "氏名"]);
        assert_eq!(map.accepted("role"), ["役割"]);
    }
}
