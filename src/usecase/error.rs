//! How a step can end without having been done.

use crate::domain::access::actor::Action;
use crate::domain::refusal::Refusal;
use crate::store::StoreError;

/// How a step can end without having been done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such thing.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The actor has no right to it.
    #[error("not allowed: {}", .0.code())]
    Forbidden(Action),
    /// The second factor was given too long ago for this.
    #[error("needs a fresh proof")]
    Stale,
    /// It was done before, with this answer (JSON).
    #[error("answered before")]
    Answered(String),
    /// The directory's index isn't built yet.
    #[error("the directory index is being built")]
    Preparing,
    /// The memory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something outside failed.
    #[error("{0}")]
    Outside(String),
}
