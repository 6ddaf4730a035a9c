//! The rows of an export, from CSV or from a spreadsheet's own format (XLSX).

use std::collections::{BTreeMap, btree_map};
use std::io::{self, Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use csv::StringRecord;
use zip::ZipArchive;

use super::decode::{DecodingReader, detect};
use super::problem::FileProblem;
use super::whole::{Whole, whole};

/// Bytes that a spreadsheet's parts may be unpacked to. A directory of 233,000 rows takes half of it.
const UNPACKED: u64 = 512 << 20;
/// Cells that a sheet may have, blank ones before the last of a row among them.
const CELLS: usize = 30_000_000;

/// A file that is read row by row.
pub(super) struct Sheet<'a> {
    rows: Rows<'a>,
    /// `UTF-8`, `CP932` or `XLSX`.
    pub(super) encoding: &'static str,
    /// What its bytes say of its rows.
    pub(super) whole: Whole,
    /// The names of a spreadsheet's other sheets.
    pub(super) others: Vec<String>,
}

enum Rows<'a> {
    Csv(Box<csv::Reader<DecodingReader<'a>>>),
    Cells(btree_map::IntoIter<u32, Vec<String>>),
}

impl<'a> Sheet<'a> {
    /// Opens a file; `name` is the sheet's, of those of a spreadsheet: the first if it's empty.
    ///
    /// # Errors
    /// When it can't be read, is cut off, or has no such sheet.
    pub(super) fn open(bytes: &'a [u8], name: &str) -> Result<Self, FileProblem> {
        if bytes.starts_with(b"PK\x03\x04") {
            return spreadsheet(bytes, name);
        }
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xD0, 0xCF]) {
            return Err(FileProblem::NotCsv);
        }
        // Old systems mark a file's end.
        let bytes = bytes.strip_suffix(&[0x1A]).unwrap_or(bytes);
        let encoding = detect(bytes);
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.flexible(true).has_headers(false).from_reader(DecodingReader::new(bytes, encoding));
        Ok(Self {
            rows: Rows::Csv(Box::new(reader)),
            encoding: encoding.name(),
            whole: whole(bytes, encoding)?,
            others: Vec::new(),
        })
    }

    /// The next row, and the line where it begins; `None` behind the last.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn next(&mut self, record: &mut StringRecord) -> Result<Option<u64>, FileProblem> {
        match &mut self.rows {
            Rows::Csv(reader) => {
                if !reader.read_record(record).map_err(|_| FileProblem::NotCsv)? {
                    return Ok(None);
                }
                // Counted back from the record's end: the reader's own start lies before blank lines it skipped.
                let inside = record.as_slice().bytes().filter(|b| *b == b'\n').count() as u64;
                Ok(Some(reader.position().line().saturating_sub(1 + inside)))
            }
            Rows::Cells(rows) => {
                let Some((at, row)) = rows.next() else { return Ok(None) };
                *record = StringRecord::from(row);
                Ok(Some(u64::from(at) + 1))
            }
        }
    }
}

fn spreadsheet(bytes: &[u8], name: &str) -> Result<Sheet<'static>, FileProblem> {
    must_unpack_within(bytes, UNPACKED)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileProblem::NotSpreadsheet)?;
    let names = book.sheet_names();
    let name = if name.is_empty() { names.first().cloned().unwrap_or_default() } else { name.to_owned() };
    if !names.contains(&name) {
        return Err(FileProblem::NoSheet { asked: name, there: names });
    }
    let rows = rows_of(&mut book, &name)?;
    let others = names.into_iter().filter(|sheet| *sheet != name).collect();
    Ok(Sheet { rows: Rows::Cells(rows.into_iter()), encoding: "XLSX", whole: Whole::default(), others })
}

/// What the parts of a spreadsheet are unpacked to is counted, since what they say of it themselves may be wrong.
fn must_unpack_within(bytes: &[u8], most: u64) -> Result<(), FileProblem> {
    let mut parts = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileProblem::NotSpreadsheet)?;
    let mut left = most;
    for at in 0..parts.len() {
        let part = parts.by_index(at).map_err(|_| FileProblem::NotSpreadsheet)?;
        // Pictures and the like are never unpacked.
        if part.name().is_ok_and(|name| !name.ends_with(".xml")) {
            continue;
        }
        let taken = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| FileProblem::NotSpreadsheet)?;
        left = left.checked_sub(taken).ok_or(FileProblem::TooLarge)?;
    }
    Ok(())
}

/// A sheet's rows by their places from 0, each as long as its last cell that says something. A stray cell far off costs
/// what it says, not the area up to it.
fn rows_of(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<BTreeMap<u32, Vec<String>>, FileProblem> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| FileProblem::NotSpreadsheet)?;
    let (mut rows, mut room) = (BTreeMap::<u32, Vec<String>>::new(), CELLS);
    while let Some(found) = cells.next_cell().map_err(|_| FileProblem::NotSpreadsheet)? {
        let (row, column) = found.get_position();
        let said = cell(&Data::from(found.get_value().clone()));
        if said.is_empty() {
            continue;
        }
        let (row, column) = (rows.entry(row).or_default(), column as usize);
        if row.len() <= column {
            room = room.checked_sub(column + 1 - row.len()).ok_or(FileProblem::TooLarge)?;
            row.resize(column + 1, String::new());
        }
        row[column] = said;
    }
    Ok(rows)
}

/// What a cell shows; of a formula, what it came to. An error is a letter that can't be read.
fn cell(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        // Numbers of members are whole ones, though a spreadsheet keeps them as any other.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(is_so) => is_so.to_string(),
        Data::DateTime(at) => match at.as_datetime() {
            Some(at) if at.and_utc().timestamp() % 86_400 == 0 => at.format("%Y/%m/%d").to_string(),
            Some(at) => at.format("%Y/%m/%d %H:%M:%S").to_string(),
            None => "\u{fffd}".to_owned(),
        },
        Data::DateTimeIso(at) => at.split('T').next().unwrap_or_default().to_owned(),
        Data::DurationIso(_) | Data::Error(_) => "\u{fffd}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    fn rows(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, FileProblem> {
        let (mut sheet, mut record, mut rows) = (Sheet::open(bytes, "")?, StringRecord::new(), Vec::new());
        while let Some(line) = sheet.next(&mut record)? {
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        Ok(rows)
    }

    #[test]
    fn a_stray_cell_far_off_costs_what_it_says() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(2, 1, "氏名").expect("a cell");
        sheet.write(1_048_575, 16_383, "x").expect("a cell");
        let read = rows(&book.save_to_buffer().expect("a book")).expect("readable");
        assert_eq!(read[0], (3, vec![String::new(), "氏名".to_owned()]));
        assert_eq!((read.len(), read[1].0, read[1].1.len()), (2, 1_048_576, 16_384));
    }

    #[test]
    fn what_unpacks_to_more_than_a_directory_can_be_is_refused_before_it_is_read() {
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, "0".repeat(30_000)).expect("a cell");
        let bytes = book.save_to_buffer().expect("a book");
        assert!(bytes.len() < 10_000, "packed small");
        assert_eq!(must_unpack_within(&bytes, 30_000), Err(FileProblem::TooLarge));
        assert_eq!(must_unpack_within(&bytes, 60_000), Ok(()));
        assert_eq!(must_unpack_within(b"PK\x03\x04zip", 60_000), Err(FileProblem::NotSpreadsheet));
    }
}
