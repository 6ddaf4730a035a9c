//! Rows that only served for a while, and go whole.

use crate::domain::time::Span;
use crate::store::accounts::{delays, sessions};
use crate::store::{Access, StoreError, Tx, once};

/// What only served for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// Answers remembered for repeated requests.
    Answers,
    /// Sessions that ended or ran out.
    Sessions,
    /// Failures of sign-ins.
    Delays,
}

/// How many rows of a stretch there are.
pub async fn count(on: &impl Access, what: Passing, span: Span) -> Result<u64, StoreError> {
    match what {
        Passing::Answers => once::count_of(on, span).await,
        Passing::Sessions => sessions::count_ended(on, span).await,
        Passing::Delays => delays::count_of(on, span).await,
    }
}

/// Removes rows of a stretch, of answers those of its first hours: how many went, none when there is no more.
pub async fn remove(tx: &Tx, what: Passing, span: Span) -> Result<u64, StoreError> {
    match what {
        Passing::Answers => once::remove_first_of(tx, span).await,
        Passing::Sessions => sessions::remove_ended(tx, span).await,
        Passing::Delays => delays::remove_of(tx, span).await,
    }
}
