//! A published report in other forms than `report.json`: the same cells and marks.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};
use serde::Deserialize;

/// What of `report.json` other forms tell.
#[derive(Debug, Deserialize)]
struct Told {
    dimensions: serde_json::Map<String, serde_json::Value>,
    tables: Vec<Table>,
}

#[derive(Debug, Deserialize)]
struct Table {
    id: String,
    measure: String,
    period: String,
    dims: Vec<String>,
    cells: Vec<Cell>,
}

#[derive(Debug, Deserialize)]
struct Cell {
    at: Vec<String>,
    v: Option<u64>,
}

/// The mark for withheld, whatever the reason.
pub const WITHHELD: &str = "*";

/// The day that files say they were made on: always the same, since the same report gives the same bytes.
const MADE: (u16, u8, u8) = (2022, 6, 1);

/// The sheet on which codes are explained.
const LEGEND: &str = "凡例";

/// A sheet a table: a row a cell, numbers as numbers, words as text; behind them what the codes mean. No formulas, nothing
/// hidden, no author.
///
/// # Errors
/// When it isn't a `report.json`.
pub fn xlsx(json: &str, legend: &[[String; 4]]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let told: Told = serde_json::from_str(json)?;
    let made = ExcelDateTime::from_ymd(MADE.0, MADE.1, MADE.2)?;
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let bold = Format::new().set_bold();
    for table in &told.tables {
        let sheet = book.add_worksheet();
        sheet.set_name(&table.id)?;
        let head = ["measure", "period"].into_iter().chain(table.dims.iter().map(String::as_str)).chain(["value"]);
        for (column, name) in (0..).zip(head) {
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        for (row, cell) in (1..).zip(&table.cells) {
            let words = [&table.measure, &table.period].into_iter().chain(&cell.at);
            let mut column = 0;
            for word in words {
                sheet.write_string(row, column, word)?;
                column += 1;
            }
            match cell.v {
                Some(cases) => sheet.write_number(row, column, cases as f64)?,
                None => sheet.write_string(row, column, WITHHELD)?,
            };
        }
    }
    let sheet = book.add_worksheet();
    sheet.set_name(LEGEND)?;
    for (column, name) in (0..).zip(["項目のコード", "項目", "コード", "意味"]) {
        sheet.write_string_with_format(0, column, name, &bold)?;
        sheet.set_column_width(column, 24)?;
    }
    for (row, words) in (1..).zip(legend) {
        for (column, word) in (0..).zip(words) {
            sheet.write_string(row, column, word)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// A row a cell: table, measure, period, a column a dimension, value; UTF-8 with a byte order mark, for spreadsheets.
///
/// # Errors
/// When it isn't a `report.json`.
pub fn csv(json: &str) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let told: Told = serde_json::from_str(json)?;
    let dims: Vec<&String> = told.dimensions.keys().collect();
    let mut out = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    let head = ["table", "measure", "period"].into_iter().chain(dims.iter().map(|dim| dim.as_str())).chain(["value"]);
    out.write_record(head)?;
    for table in &told.tables {
        for cell in &table.cells {
            let on = |dim: &&String| {
                let place = table.dims.iter().position(|of| of == *dim);
                place.and_then(|at| cell.at.get(at)).cloned().unwrap_or_default()
            };
            let value = cell.v.map_or_else(|| WITHHELD.to_owned(), |n| n.to_string());
            let first = [table.id.clone(), table.measure.clone(), table.period.clone()];
            out.write_record(first.into_iter().chain(dims.iter().map(on)).chain([value]))?;
        }
    }
    Ok(out.into_inner().map_err(|e| e.to_string())?)
}
