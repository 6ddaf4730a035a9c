//! The rows of an export, from CSV or from a spreadsheet's own format (XLSX).

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use csv::StringRecord;

use super::decode::{DecodingReader, detect};
use super::problem::FileProblem;
use super::whole::{Whole, whole};

/// A file that is read row by row.
pub(super) struct Sheet<'a> {
    rows: Rows<'a>,
    /// `UTF-8`, `CP932` or `XLSX`.
    pub(super) encoding: &'static str,
    /// What its bytes say of its rows.
    pub(super) whole: Whole,
}

enum Rows<'a> {
    Csv(Box<csv::Reader<DecodingReader<'a>>>),
    Cells { rows: std::vec::IntoIter<StringRecord>, line: u64 },
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
        Ok(Self { rows: Rows::Csv(Box::new(reader)), encoding: encoding.name(), whole: whole(bytes, encoding)? })
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
            Rows::Cells { rows, line } => {
                let Some(row) = rows.next() else { return Ok(None) };
                *record = row;
                *line += 1;
                Ok(Some(*line))
            }
        }
    }
}

fn spreadsheet(bytes: &[u8], name: &str) -> Result<Sheet<'static>, FileProblem> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileProblem::NotSpreadsheet)?;
    let names = book.sheet_names();
    let name = if name.is_empty() { names.first().map_or("", String::as_str) } else { name };
    if !names.iter().any(|sheet| sheet == name) {
        return Err(FileProblem::NoSheet { asked: name.to_owned(), there: names });
    }
    let range = book.worksheet_range(name).map_err(|_| FileProblem::NotSpreadsheet)?;
    let line = range.start().map_or(0, |(row, _)| u64::from(row));
    let rows: Vec<StringRecord> = range.rows().map(|row| row.iter().map(cell).collect()).collect();
    Ok(Sheet { rows: Rows::Cells { rows: rows.into_iter(), line }, encoding: "XLSX", whole: Whole::default() })
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
