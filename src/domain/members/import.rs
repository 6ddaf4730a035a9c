//! Reads a directory export: repairs what is certain, keeps out what is not, and says so row by row (contracts section 1).

use chrono::NaiveDate;
use csv::StringRecord;

use super::gather::{Added, Gathered, Keyed, Ties};
use super::header::{Columns, is_blank};
use super::mapping::{HEADER_WITHIN, Mapping};
use super::packed::Packed;
use super::problem::{FileProblem, RowProblem};
use super::record::{FacilityRecord, FacilityRole, MemberRecord};
use super::row::{self, Row};
use super::sheet::Sheet;
use super::unknown::Unknown;
use super::whole::Whole;

/// What an export holds.
#[derive(Debug, Clone)]
pub struct ParsedDirectory {
    /// `UTF-8`, `CP932` or `XLSX`.
    pub encoding: &'static str,
    /// Rows below the header, blank lines not counted.
    pub rows: usize,
    /// People, each key once.
    pub members: Packed<MemberRecord>,
    /// Facilities, each key once.
    pub facilities: Packed<FacilityRecord>,
    /// (index in `members`, index in `facilities`, role), each pair once.
    pub pairs: Vec<(u32, u32, FacilityRole)>,
    /// Repairs and rejections in file order.
    pub problems: Vec<RowProblem>,
    /// Rows that went in after a repair.
    pub repaired: usize,
    /// Rows kept out.
    pub rejected: usize,
    /// Whom rows that were kept out speak of: what was known of them before stands.
    pub unknown: Unknown,
    /// Fields for which it has no column.
    pub lacks: Vec<&'static str>,
    /// A spreadsheet's sheets that weren't read.
    pub others: Vec<String>,
    /// Latest day an application was received: the export cannot be older (a hint for its as-of day).
    pub latest_application: Option<NaiveDate>,
}

/// Rows between two reports of progress.
const PROGRESS_EVERY: usize = 5_000;

/// Reads an export; of a spreadsheet the sheet of a name, the first if it's empty. `on_progress` is told the number of
/// rows read, every few thousand rows and at the end.
///
/// # Errors
/// `FileProblem` when nothing can be read; single bad rows are never an error.
pub fn parse_directory(
    bytes: &[u8],
    (mapping, sheet): (&Mapping, &str),
    on_progress: &mut dyn FnMut(usize),
) -> Result<ParsedDirectory, FileProblem> {
    let mut sheet = Sheet::open(bytes, sheet)?;
    let (columns, header_row) =
        headers(&mut sheet, mapping).map_err(|problem| problem.beside(std::mem::take(&mut sheet.others)))?;
    let mut import = Import::new(columns, header_row, std::mem::take(&mut sheet.whole), mapping.continues);
    let mut record = StringRecord::new();
    while let Some(line) = sheet.next(&mut record)? {
        import.rows_of(&record, line);
        if import.rows.is_multiple_of(PROGRESS_EVERY) {
            on_progress(import.rows);
        }
    }
    on_progress(import.rows);
    let parsed = import.finish(sheet.encoding)?;
    Ok(ParsedDirectory { others: sheet.others, ..parsed })
}

/// Reads up to the row of headers: titles may stand above it.
fn headers(sheet: &mut Sheet<'_>, mapping: &Mapping) -> Result<(Vec<Columns>, Vec<String>), FileProblem> {
    let mut record = StringRecord::new();
    let mut missing: Option<Vec<String>> = None;
    for _ in 0..HEADER_WITHIN {
        if sheet.next(&mut record)?.is_none() {
            break;
        }
        let row: Vec<String> = record.iter().map(str::to_owned).collect();
        match mapping.locate(&row) {
            Ok(columns) => return Ok((columns, row)),
            Err(now) if missing.as_ref().is_none_or(|least| now.len() < least.len()) => missing = Some(now),
            Err(_) => {}
        }
    }
    Err(missing.map_or(FileProblem::Empty, FileProblem::MissingColumns))
}

/// Rows gathered so far.
struct Import {
    /// Where everything stands, once for each facility that a row may have.
    columns: Vec<Columns>,
    header_row: Vec<String>,
    rows: usize,
    members: Gathered<MemberRecord>,
    facilities: Gathered<FacilityRecord>,
    ties: Ties,
    problems: Vec<RowProblem>,
    repaired: usize,
    rejected: usize,
    latest_application: Option<NaiveDate>,
    whole: Whole,
    unknown: Unknown,
    /// A row without anything of a member continues the one above: that one.
    above: Option<StringRecord>,
    continues: bool,
}

impl Import {
    fn new(columns: Vec<Columns>, header_row: Vec<String>, whole: Whole, continues: bool) -> Self {
        Self {
            whole,
            above: None,
            continues,
            unknown: Unknown::default(),
            columns,
            header_row,
            rows: 0,
            members: Gathered::new(),
            facilities: Gathered::new(),
            ties: Ties::new(),
            problems: Vec::new(),
            repaired: 0,
            rejected: 0,
            latest_application: None,
        }
    }

    fn rows_of(&mut self, record: &StringRecord, line: u64) {
        if record.iter().all(|f| f.trim().is_empty()) {
            return;
        }
        let continued = self.continued(record);
        let record = continued.as_ref().unwrap_or(record);
        let mut any = false;
        for at in 0..self.columns.len() {
            let is_there = self.columns.len() == 1 || !is_blank(record, &self.columns[at].own);
            if is_there {
                any = true;
                self.row(record, line, at);
            }
        }
        if !any {
            self.row(record, line, 0);
        }
    }

    /// A row that continues the one above, with what stands there of the member.
    fn continued(&mut self, record: &StringRecord) -> Option<StringRecord> {
        let columns = self.columns.first().filter(|_| self.continues)?;
        let of_member = columns.of_member();
        if !is_blank(record, &of_member) {
            self.above = Some(record.clone());
            return None;
        }
        let above = self.above.as_ref()?;
        let cell = |at: usize| if of_member.contains(&at) { above.get(at) } else { record.get(at) };
        Some((0..record.len().max(above.len())).map(|at| cell(at).unwrap_or_default()).collect())
    }

    fn row(&mut self, record: &StringRecord, line: u64, facility: usize) {
        self.rows += 1;
        let mut row = Row::new(&self.columns[facility], &self.header_row, record, line);
        row.check_shape(&self.whole);
        let member = row.member();
        let facility = row.facility();
        let role = row.role();
        let (notes, out, is_readable) = (row.notes, row.out, row.is_readable);
        let repaired = !notes.is_empty();
        self.problems.extend(notes);
        let Some(role) = role.filter(|_| !out) else {
            self.rejected += 1;
            self.unknown.add(record, is_readable && member.names_somebody());
            return;
        };
        self.repaired += usize::from(repaired);
        let applied = member.procedure.as_ref().and_then(|p| p.applied_on);
        self.latest_application = self.latest_application.max(applied);
        let person = self.members.add(&member, line);
        let place = self.facilities.add(&facility, line);
        if let (Added::Index(person), Added::Index(place)) = (person, place) {
            self.ties.add(person, place, role, line);
            return;
        }
        self.rejected += 1;
        self.unknown.add(record, true);
        if let Added::Contradicts(first) = person {
            self.contradiction("person_key", line, self.members.lines[first as usize]);
        }
        if let Added::Contradicts(first) = place {
            self.contradiction("facility_key", line, self.facilities.lines[first as usize]);
        }
    }

    fn contradiction(&mut self, field: &'static str, line: u64, first: u64) {
        let column = self.header(field);
        let code = if field == "person_key" { "contradiction.person" } else { "contradiction.facility" };
        let message =
            format!("{first}行目と同じ{column}ですが内容が違います。どちらが正しいか確かめ、名簿を直してください");
        self.problems.push(RowProblem { line, column, code, message });
    }

    fn header(&self, field: &str) -> String {
        self.columns.first().map(|columns| row::header(columns, &self.header_row, field)).unwrap_or_default()
    }

    /// Drops what contradicts itself and renumbers the rest.
    fn finish(mut self, encoding: &'static str) -> Result<ParsedDirectory, FileProblem> {
        let ties = std::mem::replace(&mut self.ties, Ties::new()).list;
        self.members.forget_keys();
        self.facilities.forget_keys();
        let mut kept = Vec::with_capacity(ties.len());
        for (person, place, role, line) in ties {
            let bad_person = self.members.contradicted[person as usize];
            let bad_place = self.facilities.contradicted[place as usize];
            if !bad_person && !bad_place {
                kept.push((person, place, role));
                continue;
            }
            self.rejected += 1;
            self.unknown.add_pair(&self.members.records, person, &self.facilities.records, place);
            let column = self.header(if bad_person { "person_key" } else { "facility_key" });
            let message = format!("同じ{column}で内容の違う行がほかにあるため取り込みません。名簿を直してください");
            let code = if bad_person { "contradiction.person" } else { "contradiction.facility" };
            self.problems.push(RowProblem { line, column, code, message });
        }
        self.problems.sort_by_key(|p| p.line);
        // What is said of a member is said once, however many facilities a row has.
        self.problems.dedup();
        if kept.is_empty() {
            let first = self.problems.iter().find(|problem| !problem.code.starts_with("repaired"));
            let first = first.map(|problem| format!("{}行目: {}", problem.line, problem.message)).unwrap_or_default();
            return Err(FileProblem::NothingUsable { rows: self.rows, first });
        }
        // Of whom no row was taken, nothing was said: not of a member either whose facility contradicts itself.
        let (members, person_at) = keep_named(self.members, kept.iter().map(|(person, ..)| *person));
        let (facilities, place_at) = keep_named(self.facilities, kept.iter().map(|(_, place, _)| *place));
        let pairs = kept.into_iter().map(|(p, f, role)| (person_at[p as usize], place_at[f as usize], role)).collect();
        Ok(ParsedDirectory {
            encoding,
            rows: self.rows,
            members,
            facilities,
            pairs,
            problems: self.problems,
            repaired: self.repaired,
            rejected: self.rejected,
            unknown: self.unknown,
            lacks: self.columns.first().map(Columns::lacks).unwrap_or_default(),
            others: Vec::new(),
            latest_application: self.latest_application,
        })
    }
}

/// Records that rows name which were taken, and where each old index went.
fn keep_named<T: Keyed>(gathered: Gathered<T>, named: impl Iterator<Item = u32>) -> (Packed<T>, Vec<u32>) {
    let mut records = gathered.records;
    let mut is_named = vec![false; records.len()];
    named.for_each(|at| is_named[at as usize] = true);
    let mut places = Vec::with_capacity(records.len());
    let mut kept = 0;
    for is_named in &is_named {
        places.push(kept);
        kept += u32::from(*is_named);
    }
    records.retain(|at| is_named[at]);
    (records, places)
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
