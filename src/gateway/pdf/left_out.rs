//! A build without papers.

use super::{Paper, PdfError};

/// Makes no papers.
#[derive(Debug, Default)]
pub struct Press(());

impl Press {
    /// Whether this build makes papers.
    pub const MAKES: bool = false;

    /// Makes none.
    ///
    /// # Errors
    /// Always.
    pub fn set(&self, _: &Paper) -> Result<Vec<u8>, PdfError> {
        Err(PdfError::LeftOut)
    }

    /// Makes none.
    ///
    /// # Errors
    /// Always.
    pub fn set_locked(&self, _: &Paper, _: &str) -> Result<Vec<u8>, PdfError> {
        Err(PdfError::LeftOut)
    }
}
