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
    /// Names and what they say.
    pub rows: Vec<(String, String)>,
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
