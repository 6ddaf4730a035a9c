//! Addresses taken apart with the country's own list of municipalities and towns, offline.

mod gazetteer;
mod letters;
mod parse;

pub use gazetteer::{BadLine, Gazetteer};

/// An address taken apart, in the list's own spelling where the list knows it (contracts section 7).
/// A part that wasn't said and doesn't follow from the others is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Prefecture.
    pub pref: String,
    /// Municipality with its county and ward: 西多摩郡瑞穂町, 札幌市中央区.
    pub city: String,
    /// Town with 小字 and 丁目, these in kanji numerals as in the register: 西新宿二丁目.
    pub town: String,
    /// Numbers of block and house, parted by hyphens.
    pub block: String,
    /// Building, floor and whatever else follows.
    pub rest: String,
}
