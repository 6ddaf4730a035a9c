//! Papers as PDF: set in Japanese type, with what programs read inside, and locked with a password where they leave the
//! house. Left out of a build without the feature `pdf`, which then makes none.

#[cfg(feature = "pdf")]
mod press;
#[cfg(not(feature = "pdf"))]
#[path = "pdf/left_out.rs"]
mod press;

pub use press::Press;

/// What a paper says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paper {
    /// Its title.
    pub title: String,
    /// Whose it is, for whom and from when: names and what they say.
    pub head: Vec<(String, String)>,
    /// What it says, part by part.
    pub parts: Vec<Part>,
    /// At the foot of every page.
    pub foot: String,
    /// A file inside it, for programs.
    pub inside: Option<Inside>,
}

/// A part of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its heading.
    pub title: String,
    /// What stands under it.
    pub body: Vec<Body>,
}

/// What stands under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Names and what they say.
    Facts(Vec<(String, String)>),
    /// Paragraphs.
    Lines(Vec<String>),
    /// A table of numbers.
    Grid(Grid),
}

/// A table of numbers, its first column names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// What its columns hold.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<GridRow>,
}

/// A row of a table of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridRow {
    /// What it says, column by column, its name first.
    pub cells: Vec<String>,
    /// A bar at its end; where no row has one there is no column for them.
    pub bar: Option<GridBar>,
    /// It's all of the others together.
    pub is_total: bool,
}

/// A bar at the end of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GridBar {
    /// So many thousandths of the longest.
    Of(u16),
    /// A short hatched one, always as long.
    Hatched,
}

/// A file inside a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// Its name.
    pub name: String,
    /// What it holds, as text.
    pub text: String,
    /// Its kind, such as `application/json`.
    pub mime: String,
}

/// Why there is no paper.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// This build makes none.
    #[error("this build makes no PDF (feature `pdf`)")]
    LeftOut,
    /// It couldn't be set or locked.
    #[error("a paper couldn't be made: {0}")]
    Failed(String),
}
