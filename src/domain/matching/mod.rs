//! Finds who is meant by a name, a facility, an address and a number said on the phone, and what follows from it.
//! Weights rank, rules decide (domain section 3).

pub mod address;
pub mod answer;
mod build;
pub mod decide;
pub mod evaluate;
pub mod explain;
pub mod facility;
pub mod facility_compare;
mod facility_words;
pub mod guarded;
pub mod index;
pub mod kana;
mod look_up;
pub mod name;
pub mod normalise;
pub mod number;
pub mod place;
pub mod postal;
pub mod postings;
pub mod prefecture;
pub mod query;
mod reading_table;
pub mod readings;
pub mod renamed;
mod retrieve;
pub mod said;
mod store;
pub mod stored;
pub mod variants;

pub use answer::{Answer, Candidate, Decision, Item, ItemMark, Items, Note, Reason};
pub use build::IndexBuilder;
pub use guarded::{Guarded, Heard, Tried, numbers_tried};
pub use index::DirectoryIndex;
pub use query::{DirectoryEntry, DirectoryMeta, Query};
