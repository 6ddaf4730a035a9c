//! The fields that a row of an export may have, and where they stand in the rows of one file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use csv::StringRecord;
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

/// The first field that speaks of a facility; those before speak of the member.
pub(super) const OF_FACILITY: usize = 15;

/// Fields without which no row can be used for verification.
pub const REQUIRED: [&str; 9] = [
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

/// The place of a field among the fields, by its name or its header of contracts section 1.
pub(super) fn slot(field: &str) -> Option<usize> {
    FIELDS.iter().position(|(name, header)| *name == field || *header == field)
}

/// Where one field stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// Its cells, in the order in which they are put together.
    pub(super) cells: Vec<usize>,
    /// What stands for all rows, where it has no cells.
    pub(super) fixed: String,
    /// The export's own words, folded, and ours.
    pub(super) words: BTreeMap<String, String>,
}

/// Where each field stands in the rows of one file: of the member, and of one of the facilities that a row may have.
#[derive(Debug, Clone)]
pub struct Columns {
    pub(super) places: Vec<Place>,
    /// Cells that are this facility's alone, where a row has several.
    pub(super) own: Vec<usize>,
}

impl Columns {
    /// Fields of which the file says nothing.
    pub(super) fn lacks(&self) -> Vec<&'static str> {
        let lacks = |place: &Place| place.cells.is_empty() && place.fixed.is_empty();
        FIELDS.iter().zip(&self.places).filter(|(_, place)| lacks(place)).map(|((field, _), _)| *field).collect()
    }

    /// The cells of the member.
    pub(super) fn of_member(&self) -> Vec<usize> {
        self.places[..OF_FACILITY].iter().flat_map(|place| place.cells.iter().copied()).collect()
    }

    fn place(&self, field: &str) -> Option<&Place> {
        FIELDS.iter().position(|(name, _)| *name == field).and_then(|at| self.places.get(at))
    }

    /// The first cell of a field, `None` when the file does not have it.
    pub fn of(&self, field: &str) -> Option<usize> {
        self.place(field).and_then(|place| place.cells.first().copied())
    }

    /// What a row says in a field, in our words.
    pub(super) fn value<'a>(&'a self, record: &'a StringRecord, field: &str) -> Cow<'a, str> {
        let Some(place) = self.place(field) else { return Cow::default() };
        let cell = |at: &usize| record.get(*at).unwrap_or_default().trim();
        let said = match &place.cells[..] {
            [] => return Cow::Borrowed(&place.fixed),
            [at] => Cow::Borrowed(cell(at)),
            cells => {
                let said: Vec<&str> = cells.iter().map(cell).filter(|said| !said.is_empty()).collect();
                Cow::Owned(said.join(between(field)))
            }
        };
        if place.words.is_empty() {
            return said;
        }
        place.words.get(&fold(&said)).map_or(said, |ours| Cow::Borrowed(ours.as_str()))
    }
}

/// Whether a row says nothing in some cells.
pub(super) fn is_blank(record: &StringRecord, cells: &[usize]) -> bool {
    cells.iter().all(|at| record.get(*at).is_none_or(|cell| cell.trim().is_empty()))
}

/// What stands between the parts of a field that were put together.
fn between(field: &str) -> &'static str {
    match field {
        "name" | "kana" => "　",
        "person_key" | "facility_key" => "/",
        _ => "",
    }
}

/// Headers and words are compared without width, spaces and an invisible mark in front.
pub(super) fn fold(header: &str) -> String {
    header.nfkc().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}
