//! What was recorded about who called; who tried which numbers, and what was heard twice.

pub mod record;
pub mod tries;
