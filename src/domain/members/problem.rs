//! What was wrong with a file, or with a row.

use serde::Serialize;
use thiserror::Error;

/// Why a whole file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileProblem {
    /// No bytes, or only a mark.
    #[error("ファイルが空です。会員名簿のCSVを指定してください")]
    Empty,
    /// UTF-16, or an old spreadsheet's own format.
    #[error("CSV（UTF-8 または CP932）または Excel（.xlsx）として読めません。どちらかの形式で保存し直してください")]
    NotCsv,
    /// XLSX that can't be opened: cut off, or protected by a password.
    #[error(
        "Excel（.xlsx）のファイルとして読めません。途中で切れているか、パスワードが付いています。保存し直してください"
    )]
    NotSpreadsheet,
    /// XLSX that unpacks to more than a directory can be.
    #[error(
        "Excel（.xlsx）のファイルが大きすぎます。名簿のシートだけを残すか、CSV（UTF-8）で保存し直して取り込んでください"
    )]
    TooLarge,
    /// A spreadsheet without the sheet that was asked for.
    #[error("「{asked}」というシートはありません。あるのは次のシートです: {}", .there.join("、"))]
    NoSheet {
        /// The name that was asked for.
        asked: String,
        /// The sheets that there are.
        there: Vec<String>,
    },
    /// Required columns are absent; their headers.
    #[error("必要な列がありません: {}。列名の対応表を確かめてください", .0.join("、"))]
    MissingColumns(Vec<String>),
    /// No row at its head names the columns.
    #[error(
        "見出しの行が見つかりません。1行目に列の名前（氏名、医籍番号、施設名など）がある形で書き出し直してください。区切りはカンマだけです"
    )]
    NoHeader,
    /// It ends inside a quoted cell: where that begins, and the last row before it.
    #[error(
        "{line}行目の引用符（\"）が閉じないままファイルが終わっています。途中で切れたファイルか、余分な引用符があるファイルです（{good}行目までは読めました）。書き出し直してください"
    )]
    OpenQuote {
        /// Line of the quotation mark.
        line: u64,
        /// Line of the last row that was whole.
        good: u64,
    },
    /// A quotation mark takes rows into a cell.
    #[error(
        "{line}行目から{until}行目までが1行として読まれます。余分な引用符（\"）がないか確かめ、書き出し直してください"
    )]
    Swallowed {
        /// Line where the row begins.
        line: u64,
        /// Line where it ends.
        until: u64,
    },
    /// Its last row has neither all cells nor a line end.
    #[error(
        "最後の{line}行目が途中で終わっています。途中で切れたファイルです（{good}行目までは読めました）。書き出し直してください"
    )]
    CutOff {
        /// Line of the last row.
        line: u64,
        /// Line of the one before.
        good: u64,
    },
    /// The sheet that was read doesn't hold the directory, and there are others.
    #[error("{problem}。ほかのシートもあります（{}）。名簿のシートの名前を入力してください", .others.join("、"))]
    OnSheet {
        /// What was wrong with the sheet.
        problem: Box<FileProblem>,
        /// The names of the others.
        others: Vec<String>,
    },
    /// No row can be used.
    #[error("取り込める行がありません（{rows}行のうち0行）。{first}")]
    NothingUsable {
        /// Rows that were read.
        rows: usize,
        /// What kept the first out.
        first: String,
    },
}

impl FileProblem {
    /// Of a spreadsheet's sheet: with the names of the others, where there are any.
    pub(super) fn beside(self, others: Vec<String>) -> Self {
        if others.is_empty() { self } else { Self::OnSheet { problem: Box::new(self), others } }
    }

    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "import.empty",
            Self::NotCsv => "import.not_csv",
            Self::NotSpreadsheet => "import.not_xlsx",
            Self::TooLarge => "import.too_large",
            Self::NoSheet { .. } => "import.no_sheet",
            Self::MissingColumns(_) => "import.missing_columns",
            Self::NoHeader => "import.no_header",
            Self::OpenQuote { .. } => "import.open_quote",
            Self::Swallowed { .. } => "import.swallowed",
            Self::CutOff { .. } => "import.cut_off",
            Self::OnSheet { problem, .. } => problem.code(),
            Self::NothingUsable { .. } => "import.nothing_usable",
        }
    }
}

/// Something that was repaired in a row or kept the row out. Never holds the field's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// File line where the record begins, from 1.
    pub line: u64,
    /// Header of the column.
    pub column: String,
    /// Stable code; `repaired.*` went in, `rejected.*` and `contradiction.*` did not.
    pub code: &'static str,
    /// What happened and what to do, in Japanese.
    pub message: String,
}
