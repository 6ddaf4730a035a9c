//! Reports: as the association reads them, and on their way.

pub mod draft;
mod figures;
pub mod read;
