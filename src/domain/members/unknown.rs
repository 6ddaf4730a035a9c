//! Whom the rows speak of that were kept out of an import: a row that can't be used says nothing, least of all that
//! somebody left (contracts section 1).

use csv::StringRecord;

use super::field;
use super::packed::Packed;
use super::record::{FacilityRecord, MemberRecord};
use crate::domain::fast_map::{Map, hash};

/// Rows that were kept out, by what stands in their cells, wherever that is: the columns may have shifted.
#[derive(Debug, Clone, Default)]
pub struct Unknown {
    rows: Vec<Row>,
    by_cell: Map<u64, Vec<u32>>,
}

/// A row, and what is known of it.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// Its cells can be trusted to say whose it is: somebody unknown is new.
    is_readable: bool,
    has_person: bool,
    has_facility: bool,
}

impl Unknown {
    /// A row of the file.
    pub(super) fn add(&mut self, record: &StringRecord, is_readable: bool) {
        self.row(is_readable, record.iter().map(field::tidy));
    }

    /// A row that was read, and contradicts another.
    pub(super) fn add_pair(
        &mut self,
        members: &Packed<MemberRecord>,
        person: u32,
        facilities: &Packed<FacilityRecord>,
        place: u32,
    ) {
        let numbers = members.get(person as usize).map(|member| [member.member_no, member.registry_no]);
        let keys = [members.key(person as usize).to_owned(), facilities.key(place as usize).to_owned()];
        self.row(true, keys.into_iter().chain(numbers.into_iter().flatten().flatten()));
    }

    fn row(&mut self, is_readable: bool, cells: impl Iterator<Item = String>) {
        let at = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.rows.push(Row { is_readable, has_person: false, has_facility: false });
        for cell in cells.filter(|cell| !cell.is_empty()) {
            let is_number = cell.bytes().all(|byte| byte.is_ascii_digit());
            // The zero in front that a spreadsheet ate.
            let whole = (is_number && matches!(cell.len(), 5 | 9)).then(|| hash(format!("0{cell}").as_str()));
            whole
                .into_iter()
                .chain([hash(cell.as_str())])
                .for_each(|cell| self.by_cell.entry(cell).or_default().push(at));
        }
    }

    /// Whether a row that was kept out speaks of a member who is known.
    pub fn has_person(&mut self, known: &MemberRecord) -> bool {
        if self.rows.is_empty() {
            return false;
        }
        let numbers = [Some(&known.person_key), known.member_no.as_ref(), known.registry_no.as_ref()];
        let rows =
            numbers.into_iter().flatten().filter_map(|number| self.by_cell.get(&hash(field::tidy(number).as_str())));
        let rows: Vec<u32> = rows.flatten().copied().collect();
        rows.iter().for_each(|at| self.rows[*at as usize].has_person = true);
        !rows.is_empty()
    }

    /// Whether a row that was kept out speaks of a facility that is known; all members are to be asked for before.
    pub fn has_facility(&mut self, key: &str) -> OfFacility {
        let Some(rows) = self.by_cell.get(&hash(field::tidy(key).as_str())) else { return OfFacility::Nothing };
        let is_somebodys = rows.iter().all(|at| self.rows[*at as usize].has_person);
        rows.iter().for_each(|at| self.rows[*at as usize].has_facility = true);
        if is_somebodys { OfFacility::Itself } else { OfFacility::WithAll }
    }

    /// Whether nobody can be said to have left: of some row it can't be told whom it speaks of.
    pub fn is_anybody(&self) -> bool {
        self.rows.iter().any(|row| !row.is_readable && !row.has_person && !row.has_facility)
    }
}

/// What rows that were kept out say of a facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfFacility {
    /// They don't speak of it.
    Nothing,
    /// That it's there, and whose rows they are.
    Itself,
    /// That it's there; they may be anybody's there.
    WithAll,
}
