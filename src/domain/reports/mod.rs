//! What is published: counts so coarse that nobody can be found in them (`quality.md` section 3).

pub mod axis;
mod book;
mod case;
pub mod comment;
mod count;
pub mod file;
mod follow;
mod forbidden;
mod groups;
pub mod issue;
pub mod jumps;
mod kept;
pub mod lattice;
mod outcome;
mod period;
pub mod prove;
pub mod range;
pub mod reading;
mod report;
mod series;
mod service;
mod stat;
pub mod suppress;
pub mod tables;
pub mod tally;
pub mod telling;
pub mod told;
pub mod words;

pub use axis::Axis;
pub use case::Case;
pub use count::{Counter, Counts};
pub use groups::{Categories, Volume};
pub use kept::{CloseTime, Codes, FacilityType, Kept, UNKNOWN, vocabulary};
pub use outcome::{Outcome, Tier, Went};
pub use period::{NoPeriod, Period, Span};
pub use report::{Drawing, Example, Report, Terms};
pub use series::{Protected, Series};
pub use service::{Answered, Measured, Service};
pub use stat::{per_thousand_facilities, share, stat};
pub use tables::{Cells, Grain, Key, Table};
pub use tally::Tally;

/// What a reader can work out all the same (`quality.md` section 3), as the association is told.
pub const LIMITS: &str = "この報告とこれまでの報告だけからは、公表していない値は分かりません。ただし、隣り合う欄の件数をすべて別の方法で知っている人には、残りの欄が計算できることがあります。";

/// A cell under this many cases, or this many facilities, is withheld.
pub const THRESHOLD: u64 = 10;

/// A share, a rate or a median is told of so many at least.
pub const SHARES_FROM: u64 = 50;
