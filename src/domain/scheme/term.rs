//! A code and its word.

use serde::Deserialize;

/// A code and its word.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The code, as stored, in the API and in reports.
    pub code: String,
    /// The word on the screens.
    pub label: String,
}
