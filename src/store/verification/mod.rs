//! Who tried which numbers, and what was heard twice.

pub mod tries;
