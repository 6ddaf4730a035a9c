//! Whether a file is whole: what was cut off, and a quotation mark that swallows rows, would make people who are members
//! look as if they had left (contracts section 1).

use std::collections::BTreeSet;
use std::io::Read;

use super::decode::{DecodingReader, FileEncoding};
use super::mapping::HEADER_WITHIN;
use super::problem::FileProblem;

/// Line breaks that a cell may hold: an address of a few lines, and never rows.
const BREAKS: usize = 20;

/// Cells of a title above the headers.
const TITLE: usize = 2;

/// What a whole file has that a row may have to stay out for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Whole {
    /// Lines where rows begin in which a quotation mark stands where none can be.
    pub(super) strays: BTreeSet<u64>,
    /// The line where the last row begins, when nothing shows that its last cell is whole.
    pub(super) open_end: Option<u64>,
}

/// Where the reader of a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    CellStart,
    Bare,
    Quoted,
    /// Behind a mark that may end the cell or be the first of two.
    AfterQuote,
}

/// A row as far as it was read.
struct Row {
    line: u64,
    cells: usize,
    /// Breaks and delimiters inside the cell, and the line where its quotation mark opened.
    breaks: usize,
    commas: usize,
    opened: u64,
    /// A cell that holds a break holds delimiters, too: rows may be inside.
    swallows: bool,
    is_long: bool,
    is_stray: bool,
    is_blank: bool,
}

impl Row {
    fn at(line: u64) -> Self {
        let (swallows, is_long, is_stray) = (false, false, false);
        Self { line, cells: 1, breaks: 0, commas: 0, opened: line, swallows, is_long, is_stray, is_blank: true }
    }
}

/// Reads a file from end to end.
///
/// # Errors
/// Where it is cut off, or where a quotation mark swallows rows.
pub(super) fn whole(bytes: &[u8], encoding: FileEncoding) -> Result<Whole, FileProblem> {
    let mut scan = Scan {
        at: At::CellStart,
        line: 1,
        row: Row::at(1),
        header: None,
        rows: 0,
        last: Last::default(),
        before: 0,
        ends_blank: true,
        whole: Whole::default(),
    };
    let mut reader = DecodingReader::new(bytes, encoding);
    let mut piece = [0; 16 * 1024];
    loop {
        let read = reader.read(&mut piece).unwrap_or_default();
        if read == 0 {
            break;
        }
        for byte in &piece[..read] {
            scan.byte(*byte)?;
        }
    }
    scan.end(!bytes.ends_with(b"\n") && !bytes.ends_with(b"\r"))
}

/// How the last row ends.
#[derive(Default)]
struct Last {
    line: u64,
    cells: usize,
    /// A quotation mark closes its last cell.
    is_closed: bool,
}

struct Scan {
    at: At,
    line: u64,
    row: Row,
    /// Cells of the header: of the longest of the first rows, among which it stands.
    header: Option<usize>,
    /// Rows read of those.
    rows: usize,
    /// The last row that was read, and the line where the one before it begins.
    last: Last,
    before: u64,
    /// What was read last was a blank line.
    ends_blank: bool,
    whole: Whole,
}

impl Scan {
    fn byte(&mut self, byte: u8) -> Result<(), FileProblem> {
        self.row.is_blank &= byte.is_ascii_whitespace();
        self.at = match (self.at, byte) {
            (At::Quoted, b'"') => At::AfterQuote,
            (At::Quoted, byte) => {
                self.row.commas += usize::from(byte == b',');
                if byte == b'\n' {
                    self.row.breaks += 1;
                    self.line += 1;
                }
                At::Quoted
            }
            (At::AfterQuote, b'"') => At::Quoted,
            (_, b',') => {
                self.cell();
                self.row.cells += 1;
                At::CellStart
            }
            (_, b'\n') => {
                self.cell();
                return self.row();
            }
            (At::CellStart, b'"') => {
                (self.row.breaks, self.row.commas, self.row.opened) = (0, 0, self.line);
                At::Quoted
            }
            (At::CellStart, _) => At::Bare,
            (At::Bare | At::AfterQuote, byte) => {
                // Behind a closing mark nothing but a delimiter stands; inside a bare cell no mark does.
                self.row.is_stray |= byte == b'"' || self.at == At::AfterQuote;
                At::Bare
            }
        };
        Ok(())
    }

    fn cell(&mut self) {
        let Row { breaks, commas, .. } = self.row;
        self.row.is_long |= breaks > BREAKS;
        // An address may have lines of its own, and no delimiters in them.
        self.row.swallows |= breaks > 0 && commas > 0;
        (self.row.breaks, self.row.commas) = (0, 0);
    }

    /// A row ends.
    fn row(&mut self) -> Result<(), FileProblem> {
        let row = &self.row;
        // A title has a cell or two; headers below it may have lines of their own.
        let cells = self.header.filter(|cells| *cells > TITLE).unwrap_or(row.cells);
        let has_lines = row.line != self.line;
        if row.is_long || row.swallows || (has_lines && (row.is_stray || row.cells > cells)) {
            return Err(FileProblem::Swallowed { line: row.line, until: self.line });
        }
        if row.is_stray {
            self.whole.strays.insert(row.line);
        }
        self.ends_blank = row.is_blank;
        if !row.is_blank {
            if self.rows < HEADER_WITHIN {
                self.header = self.header.max(Some(row.cells));
                self.rows += 1;
            }
            self.before = self.last.line;
            self.last = Last { line: row.line, cells: row.cells, is_closed: self.at == At::AfterQuote };
        }
        self.line += 1;
        self.row = Row::at(self.line);
        self.at = At::CellStart;
        Ok(())
    }

    /// The file ends, with a line end of its own or without: the one that the reader adds was read as well.
    fn end(self, is_open: bool) -> Result<Whole, FileProblem> {
        let is_open = is_open && !self.ends_blank;
        if self.at == At::Quoted {
            return Err(FileProblem::OpenQuote { line: self.row.opened, good: self.last.line });
        }
        if is_open && self.last.cells < self.header.unwrap_or_default() {
            return Err(FileProblem::CutOff { line: self.last.line, good: self.before });
        }
        let open_end = (is_open && !self.last.is_closed).then_some(self.last.line);
        Ok(Whole { open_end, ..self.whole })
    }
}
